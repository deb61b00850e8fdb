/** The page, the header and the TypeScript constants carry the same numbers, and each frame type is recorded. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ATTRIBUTE, FRAME, HELLO_FLAG, PROTOCOL_VERSION, RUN_STATE, STREAM } from '../../src/kernel/link/protocol.ts';
import { projectRoot } from '../support/fixtures.ts';

const page = readFileSync(join(projectRoot, 'src/kernel/link/protocol.md'), 'utf8');
const header = readFileSync(join(projectRoot, 'src/init/conversation/protocol.h'), 'utf8');

type Numbers = Readonly<Record<string, number>>;

/** Rows `| number | NAME |` of the tables between two headings. */
const inPage = (from: string, to: string | undefined): Numbers => {
  const part = page.slice(page.indexOf(from), to === undefined ? undefined : page.indexOf(to));
  return Object.fromEntries([...part.matchAll(/^\| (\d+) \| ([A-Z_]+) \|/gm)].map(([, number, name]) => [name, Number(number)]));
};

/** Constants of the header that begin with the prefix, without it. */
const inHeader = (prefix: string): Numbers =>
  Object.fromEntries([...header.matchAll(new RegExp(`\\b${prefix}_([A-Z0-9_]+) = (\\d+)`, 'g'))].map(([, name, number]) => [name, Number(number)]));

test('frames', () => {
  assert.deepEqual(inPage('### init to supervisor', '### Attributes'), { ...FRAME });
  const { LIMIT, HEADER, ...frames } = inHeader('FRAME');
  assert.deepEqual(frames, { ...FRAME });
  assert.deepEqual([LIMIT, HEADER], [2_097_152, 8]);
});

test('attributes', () => {
  assert.deepEqual(inPage('### Attributes', undefined), { ...ATTRIBUTE });
  assert.deepEqual(inHeader('ATTRIBUTE'), { ...ATTRIBUTE });
});

test('version, flags, states, streams', () => {
  assert.deepEqual(inHeader('PROTOCOL'), { VERSION: PROTOCOL_VERSION });
  assert.deepEqual(inHeader('HELLO'), { ...HELLO_FLAG });
  assert.deepEqual(inHeader('RUN'), { ...RUN_STATE });
  assert.deepEqual(inHeader('STREAM'), { ...STREAM });
});

test('a recorded frame of every type', () => {
  const folder = join(projectRoot, 'test/fixtures/frames');
  const types = readdirSync(folder)
    .filter((name) => name.endsWith('.hex'))
    .map((name) => Buffer.from(readFileSync(join(folder, name), 'latin1').replaceAll(/\s/g, ''), 'hex').readUInt16LE(4));
  assert.deepEqual(
    [...new Set(types)].toSorted((a, b) => a - b),
    Object.values(FRAME),
  );
});
