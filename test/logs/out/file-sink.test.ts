/** Log files: appended raw, rotated as supervisord does, in trouble said once; real files, real addon. */
import assert from 'node:assert/strict';
import { constants, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { BOX_BYTES } from '../../../src/kernel/box/box.ts';
import { loadNative } from '../../../src/kernel/load-native.ts';
import { openFileSink } from '../../../src/logs/out/file-sink.ts';
import type { FileSink } from '../../../src/logs/out/file-sink.ts';
import { addonPath, createBench } from '../support/real.ts';

const native = loadNative(await addonPath());
using boxBench = createBench();
const box = new Uint8Array(native.mapBox(openSync(boxBench.boxPath, constants.O_RDWR), BOX_BYTES));
const AT = 1_000_000;

let nowMs = 0;
const clock = { nowMs: () => nowMs, at: () => () => {} };
const put = (sink: FileSink, text: string): void => {
  const { written } = new TextEncoder().encodeInto(text, box.subarray(AT));
  sink.write(box, AT, written);
};
const text = (path: string): string => readFileSync(path, 'utf8');

describe('a log file', () => {
  it('is appended to, unchanged', () => {
    using bench = createBench();
    const path = join(bench.folder, 'log');
    for (const part of ['one\ntw', 'o\n']) {
      const sink = openFileSink(native, clock, { path, maxBytes: 0, backups: 0, stripAnsi: false }, assert.fail);
      put(sink, part);
      sink.close();
    }
    assert.equal(text(path), 'one\ntwo\n');
  });

  it('is rotated once it has reached its size', () => {
    using bench = createBench();
    const path = join(bench.folder, 'log');
    const sink = openFileSink(native, clock, { path, maxBytes: 10, backups: 2, stripAnsi: false }, assert.fail);
    for (const part of ['first 1\n', 'first 2\n', 'second 1\n', 'second 2\n', 'third 11\n', 'third 22\n']) put(sink, part);
    assert.equal(text(path), '');
    assert.equal(text(`${path}.1`), 'third 11\nthird 22\n');
    assert.equal(text(`${path}.2`), 'second 1\nsecond 2\n');
    assert.ok(!existsSync(`${path}.3`));
    sink.close();
  });

  it('is rotated before the line that does not fit: no file is longer, but for a single line that is', () => {
    using bench = createBench();
    const path = join(bench.folder, 'log');
    const settings = { path, maxBytes: 10, backups: 9, stripAnsi: false, isExact: true };
    const open = (): FileSink => openFileSink(native, clock, settings, assert.fail);
    const sink = open();
    put(sink, '1234\n6789\n');
    assert.equal(text(path), '1234\n6789\n', 'not before there is more');
    put(sink, 'a\nbb\nccccc\nd\nlonger than ten\ne\nhal');
    put(sink, 'f of it, and on\nnext\n');
    sink.writeText('own line\n');
    assert.deepEqual(
      [6, 5, 4, 3, 2, 1].map((number) => text(`${path}.${number}`)),
      ['1234\n6789\n', 'a\nbb\n', 'ccccc\nd\n', 'longer than ten\n', 'e\nhalf of it, and on\n', 'next\n'],
    );
    assert.equal(text(path), 'own line\n');
    put(sink, 'x');
    sink.close();
    // Opened anew: what stands there is the beginning of a line, which is finished first.
    const again = open();
    put(again, 'yz\nz\n');
    assert.deepEqual([text(`${path}.1`), text(path)], ['own line\nxyz\n', 'z\n']);
    again.close();
  });

  it('is made empty: what its name means now, not what was renamed; its mode stays', () => {
    using bench = createBench();
    const path = join(bench.folder, 'log');
    const sink = openFileSink(native, clock, { path, maxBytes: 100, backups: 2, stripAnsi: false, mode: 0o600 }, assert.fail);
    put(sink, 'one\n');
    assert.equal(sink.clear(), null);
    assert.deepEqual([text(path), statSync(path).mode & 0o777], ['', 0o600]);
    put(sink, 'two\n');
    renameSync(path, `${path}.old`);
    assert.equal(sink.clear(), null);
    put(sink, 'three\n');
    assert.deepEqual([text(`${path}.old`), text(path)], ['two\n', 'three\n']);
    sink.close();
  });

  it('that cannot be made empty says why', () => {
    using bench = createBench();
    mkdirSync(join(bench.folder, 'folder'));
    const said: string[] = [];
    const path = join(bench.folder, 'folder');
    const sink = openFileSink(native, clock, { path, maxBytes: 0, backups: 0, stripAnsi: false }, (problem) => void said.push(problem));
    assert.equal(sink.clear(), `cannot make the log file ${path} empty: it is a directory`);
    assert.equal(said.length, 1);
  });

  it('starts anew without backups', () => {
    using bench = createBench();
    const path = join(bench.folder, 'log');
    const sink = openFileSink(native, clock, { path, maxBytes: 4, backups: 0, stripAnsi: false }, assert.fail);
    put(sink, 'gone\n');
    put(sink, 'new');
    assert.equal(text(path), 'new');
    assert.ok(!existsSync(`${path}.1`));
    sink.close();
  });

  it('is opened again by its name on request', () => {
    using bench = createBench();
    const path = join(bench.folder, 'log');
    const sink = openFileSink(native, clock, { path, maxBytes: 0, backups: 0, stripAnsi: false }, assert.fail);
    put(sink, 'old');
    renameSync(path, `${path}.moved`);
    put(sink, ' still old');
    sink.reopen();
    put(sink, 'new');
    assert.equal(text(`${path}.moved`), 'old still old');
    assert.equal(text(path), 'new');
    sink.close();
  });

  it('that cannot be opened is said once, and written as soon as it can be', () => {
    using bench = createBench();
    const folder = join(bench.folder, 'later');
    const path = join(folder, 'log');
    const problems: string[] = [];
    const sink = openFileSink(native, clock, { path, maxBytes: 0, backups: 0, stripAnsi: false }, (problem) => problems.push(problem));
    put(sink, 'lost');
    nowMs += 2_000;
    put(sink, 'lost');
    mkdirSync(folder);
    nowMs += 2_000;
    put(sink, 'kept');
    assert.equal(text(path), 'kept');
    assert.deepEqual(problems, [
      `cannot open the log file ${path}: its directory does not exist; output for it is dropped until it can be opened`,
      `the log file ${path} is written again; 8 bytes were dropped`,
    ]);
    sink.close();
  });

  it('without space is said once; the caller goes on', () => {
    const problems: string[] = [];
    const sink = openFileSink(native, clock, { path: '/dev/full', maxBytes: 0, backups: 0, stripAnsi: false }, (problem) => problems.push(problem));
    put(sink, 'one');
    put(sink, 'two');
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /cannot write to the log file \/dev\/full/);
    sink.close();
  });

  it('loses terminal sequences where that is asked for', () => {
    using bench = createBench();
    const path = join(bench.folder, 'log');
    const sink = openFileSink(native, clock, { path, maxBytes: 0, backups: 0, stripAnsi: true }, assert.fail);
    put(sink, '\u001b[1;31mred\u001b[0m\n');
    assert.equal(text(path), 'red\n');
    sink.close();
  });
});
