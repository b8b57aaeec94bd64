/** A worker in a process of its own, until it is killed or told to stop: DATABASE-URL REGISTRY ROOT. */
import { openPostgres } from '../../../../src/app/server/store/postgres.ts';
import { startWorker } from './parts.ts';

const [url, host, root] = process.argv.slice(2) as [string, string, string];
const database = openPostgres(url, () => {});
const { stop } = await startWorker(database, { host, root });
process.once('SIGTERM', () => void stop().then(() => process.exit(0)));
console.log('ready');
