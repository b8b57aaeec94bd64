/** PostgreSQL 13 or later, by the URL that libpq's tools take too. */
import pg from 'pg';
import { UsageError } from '../../../types.ts';
import { type Database, overPool } from './database.ts';

/** Connections of one process: scans hold none while they run. */
const connections = 10;
/** A host that does not answer at all is tried again rather than waited for, ms. */
const connectMs = 10_000;

/** Nothing is asked yet. `report` hears of idle connections that are lost. @throws UsageError for what is no such URL. */
export function openPostgres(url: string, report: (error: Error) => void): Database {
  if (!/^postgres(?:ql)?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError('the database URL is not of the form postgres://user@host:5432/name; put it right');
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    application_name: 'tare',
    connectionTimeoutMillis: connectMs,
    // One that vanished without a word is noticed by the system, not waited for.
    ...{ keepAlive: true, keepAliveInitialDelayMillis: connectMs },
  });
  pool.on('error', report);
  return overPool(pool, 'postgres', () => pool.end());
}
