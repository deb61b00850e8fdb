/** A comparison that agrees late passes and says so; one that never agrees fails. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ATTEMPTS, inAttempts } from './attempts.ts';

/** Fails as often as told. */
const failing = (times: number): (() => Promise<void>) => {
  let left = times;
  return async () => {
    if (left-- > 0) throw new Error('they differ');
  };
};

test('what agrees at once is not made again, and nothing is said', async () => {
  const said: string[] = [];
  await inAttempts('x', failing(0), (text) => said.push(text));
  assert.deepEqual(said, []);
});

test('what agrees in the last attempt passes and is said', async () => {
  const said: string[] = [];
  await inAttempts('x', failing(ATTEMPTS - 1), (text) => said.push(text));
  assert.equal(said.at(-1), `x: agreed in attempt ${ATTEMPTS} of ${ATTEMPTS}`);
});

test('what never agrees fails with its difference', async () => {
  await assert.rejects(
    inAttempts('x', failing(ATTEMPTS), () => undefined),
    /they differ/,
  );
});
