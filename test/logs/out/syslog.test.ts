/** Messages to a real datagram socket; nobody there is told once and holds nothing up. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadNative } from '../../../src/kernel/load-native.ts';
import { createSyslog } from '../../../src/logs/out/syslog.ts';
import { fixture } from '../../support/fixtures.ts';
import { watchLines } from '../../support/line-watch.ts';
import { addonPath, createBench } from '../support/real.ts';

test('datagrams in the form of syslog(3); absence is said once, and its end too', async (t) => {
  using bench = createBench();
  const path = join(bench.folder, 'log');
  const problems: string[] = [];
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, at: () => () => undefined };
  const native = loadNative(await addonPath());
  const { send } = createSyslog(native, clock, 'tsinit', (text) => void problems.push(text), path);
  send('lost');
  send('lost too');
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /cannot send to syslog .*: there is nobody \(error 2\)/);

  const listen = async () => {
    const sink = spawn(fixture('datagram_sink'), [path], { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => void sink.kill('SIGKILL'));
    const lines = watchLines('the daemon');
    sink.stdout.on('data', lines.push);
    await lines.line(/^ready$/);
    return { sink, lines };
  };
  const first = await listen();
  nowMs += 1_000;
  send('web hello');
  await first.lines.line(/^<14>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d tsinit: web hello$/);
  send('careful', 'warn');
  await first.lines.line(/^<12>[A-Z].* tsinit: careful$/);
  assert.match(problems[1] ?? '', /reached again; 2 messages were dropped/);

  const gone = new Promise((resolve) => void first.sink.once('exit', resolve));
  first.sink.kill('SIGKILL');
  await gone;
  rmSync(path);
  const second = await listen();
  send('to the next daemon');
  await second.lines.line(/tsinit: to the next daemon$/);
  assert.equal(problems.length, 2);
});
