import { expect, it } from 'vitest';
import { Turns } from '../../../src/app/server/turns.ts';

const never = new AbortController().signal;
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('lets so many go at once, and the others in the order in which they came', async () => {
  const turns = new Turns(2);
  const went: number[] = [];
  for (const one of [1, 2, 3, 4]) void turns.take(never).then(() => went.push(one));
  await settled();
  expect([went, turns.taken, turns.waiting]).toEqual([[1, 2], true, 2]);
  turns.done();
  await settled();
  expect(went).toEqual([1, 2, 3]);
  for (let i = 0; i < 3; i++) turns.done();
  await settled();
  expect([went, turns.taken, turns.waiting]).toEqual([[1, 2, 3, 4], false, 0]);
});

it('loses no turn to one that gives up', async () => {
  const turns = new Turns(1);
  await turns.take(never);
  const leaving = new AbortController();
  const left = turns.take(leaving.signal);
  const next = turns.take(never);
  leaving.abort(new Error('enough'));
  await expect(left).rejects.toThrow('enough');
  await expect(turns.take(leaving.signal)).rejects.toThrow('enough');
  expect(turns.waiting).toBe(1);
  turns.done();
  await next;
  expect([turns.taken, turns.waiting]).toEqual([true, 0]);
});
