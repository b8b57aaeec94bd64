/** Opens the embedded database of a folder, writes a row, and holds it until it is killed. */
import { openEmbedded } from '../../../../src/app/server/store/embedded.ts';
import { migrate } from '../../../../src/app/server/store/schema.ts';
import { createToken } from '../../../../src/app/server/store/tokens.ts';

try {
  const database = await openEmbedded(process.argv[2]!);
  await migrate(database);
  await createToken(database.query, { name: 'written by another', scopes: ['read'] });
  console.log('open');
} catch (error) {
  console.log((error as Error).message);
}
setInterval(() => {}, 1000);
