/** One way to ask SQL, whether of PostgreSQL or of the database embedded in this process. */
import type { Pool, PoolClient } from 'pg';

/** Runs one statement. */
export type Query = <Row extends object = Record<string, unknown>>(
  text: string,
  values?: readonly unknown[],
) => Promise<Row[]>;

/** A store of rows, open. */
export interface Database {
  kind: 'postgres' | 'embedded';
  /** One statement outside of a transaction. Never inside one: the embedded database has a single connection. */
  query: Query;
  /**
   * All of it or nothing. Where the connection is lost, or another transaction is in the way, it is tried again for `patience`: what is written must
   * bear being written twice.
   */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How long a lost connection is waited for, ms: a restart of the database takes seconds. */
const patience = 60_000;
const firstPause = 100;
const longestPause = 3_000;

/**
 * SQLSTATE classes and codes of a server that goes or comes: 08 connection, 57P0x shutdown and start, 53300 too many
 * clients; and of transactions that were in one another's way: 40001, 40P01 (a deadlock ends one of the two).
 */
const passing = /^(?:08...|57P0[123]|53300|40001|40P01|ECONN(?:REFUSED|RESET)|EPIPE|ENOENT|ETIMEDOUT|EAI_AGAIN)$/;

/** Whether another try may do better: the connection failed or others were in the way, the statement is not wrong. */
export function isPassing(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && passing.test(code)) return true;
  return /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/.test(
    String(message),
  );
}

/** A Database over a pool of node-postgres. */
export function overPool(pool: Pool, kind: Database['kind'], close: () => Promise<void>): Database {
  const query = asking((text, values) => pool.query(text, values as unknown[]));
  return {
    kind,
    query: (text, values) => patiently(() => query(text, values)),
    transaction: (work) => patiently(() => inTransaction(pool, work)),
    close,
  };
}

async function inTransaction<T>(pool: Pool, work: (query: Query) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // The pool listens only while a client is idle; one that dies in our hands must not end the process.
  let lost: Error | undefined;
  const onError = (error: Error): void => {
    lost = error;
  };
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await work(asking((text, values) => client.query(text, values as unknown[])));
    await client.query('commit');
    return result;
  } catch (error) {
    if (!lost) await client.query('rollback').catch((failed: Error) => (lost = failed));
    throw error;
  } finally {
    release(client, onError, lost);
  }
}

function release(client: PoolClient, onError: (error: Error) => void, lost: Error | undefined): void {
  client.off('error', onError);
  client.release(lost);
}

type Ask = (text: string, values?: readonly unknown[]) => Promise<{ rows: unknown[] }>;

function asking(ask: Ask): Query {
  return async <Row extends object>(text: string, values?: readonly unknown[]) =>
    (await ask(text, values)).rows as Row[];
}

/** Rows have null where our types have nothing. */
export function present(row: object): object {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const until = Date.now() + patience;
  for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || Date.now() + pause > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
