import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import type { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { ControlPort, LogSource } from '../../src/control/port.ts';
import { createTailStreams } from '../../src/control/tail-stream.ts';
import { createFakePort } from './support/fake-port.ts';
import { createExchange } from './support/surfaces.ts';
import type { Asked, Played } from './support/surfaces.ts';
import { fileAt } from './support/file-source.ts';

const folderOf = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'tsinit-tail-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
};

const portFor = (log: (channel: string) => LogSource | null): ControlPort =>
  createFakePort([{ group: 'g', name: 'p' }], { log: (_, channel) => log(channel), mainLog: () => log('main') }).port;

const ask = (port: ControlPort, asked: Asked): Played => {
  const played = createExchange(asked);
  assert.ok(createTailStreams(port)(played.exchange), asked.path);
  return played;
};

/** Collects until the text is there. */
const reads = async (stream: PassThrough, expected: string): Promise<void> => {
  let text = '';
  while (text.length < expected.length) {
    const piece: Buffer | null = stream.read() as Buffer | null;
    if (piece === null) await once(stream, 'readable');
    else text += piece.toString();
  }
  assert.equal(text, expected);
};

test('a log is followed from its last kilobyte on, through rotation, removal and truncation', async (t) => {
  const path = join(folderOf(t), 'log');
  writeFileSync(path, `${'x'.repeat(2000)}end\n`);
  const played = ask(
    portFor((channel) => (channel === 'stderr' ? fileAt(path) : null)),
    { path: '/logtail/g:p/stderr' },
  );
  const { status, type, headers } = await played.replied;
  assert.deepEqual([status, type], [200, 'text/plain;charset=utf-8']);
  assert.equal(headers?.['X-Accel-Buffering'], 'no');
  assert.match(headers['Last-Modified'] ?? '', /GMT$/u);
  await reads(played.stream, `${'x'.repeat(1020)}end\n`);

  appendFileSync(path, 'one\n');
  await reads(played.stream, 'one\n');
  appendFileSync(path, 'last words\n');
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'new file\n');
  await reads(played.stream, 'last words\nnew file\n');
  rmSync(path);
  writeFileSync(path, 'again\n');
  await reads(played.stream, 'again\n');
  truncateSync(path, 0);
  await reads(played.stream, '==> File truncated <==\n');
  appendFileSync(path, 'after\n');
  await reads(played.stream, 'after\n');
  played.leave();
  await once(played.stream, 'close');
});

test('a log in memory is followed too, and starts over when it was emptied', async () => {
  let bytes = Buffer.from('a'.repeat(1500));
  let total = 10_000;
  const source: LogSource = { kind: 'memory', tail: (length) => ({ bytes: length === 0 ? Buffer.alloc(0) : bytes.subarray(-length), total }) };
  const played = ask(
    portFor(() => source),
    { path: '/mainlogtail' },
  );
  await reads(played.stream, 'a'.repeat(1024));
  bytes = Buffer.concat([bytes, Buffer.from('more')]);
  total += 4;
  await reads(played.stream, 'more');
  bytes = Buffer.from('new');
  total = 3;
  await reads(played.stream, '==> File truncated <==\nnew');
  played.stream.destroy();
});

test('a client that does not read is not read for, and misses nothing', async (t) => {
  const path = join(folderOf(t), 'log');
  writeFileSync(path, '');
  const { stream, leave } = ask(
    portFor(() => fileAt(path)),
    { path: '/logtail/g:p' },
  );
  const text = 'line of a log\n'.repeat(200_000);
  writeFileSync(path, text);
  await once(stream, 'readable');
  assert.ok(stream.readableLength < 1_000_000);
  await reads(stream, text);
  leave();
});

test('what cannot be followed is answered at once', async (t) => {
  const folder = folderOf(t);
  const port = portFor((channel) => (channel === 'stdout' ? fileAt(folder) : channel === 'stderr' ? fileAt(join(folder, 'no')) : null));
  for (const path of ['/logtail', '/logtail/', '/logtail/no', '/logtail/g:*', '/logtail/g:p', '/logtail/g:p/stderr', '/logtail/g:p/command', '/mainlogtail']) {
    assert.equal((await ask(port, { path }).replied).status, 404, path);
  }
  assert.equal((await ask(port, { method: 'POST', path: '/mainlogtail' }).replied).status, 400);
});
