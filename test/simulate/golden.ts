/** Compares a transcript with its file beside this one. `UPDATE_GOLDEN=1 npm test` writes the files; git shows the diff. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

export const matchGolden = (name: string, text: string): void => {
  const file = new URL(`${name}.txt`, import.meta.url);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'), `${name}.txt differs: if the change is meant, run with UPDATE_GOLDEN=1 and review the diff`);
};
