/** What programs have written is read back from its file, or from memory as long as somebody may ask. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogSettings } from '../../../src/config/model/model.ts';
import { createReadBack } from '../../../src/logs/read/read-back.ts';
import { RING_BYTES } from '../../../src/logs/read/ring.ts';
import { feed, logsIn, toStdout } from '../support/settings.ts';
import { createWorld } from '../support/simulated.ts';

const NO_PLACES = { openPlace: () => -2, movePlace: () => -2 };

const raw = { nameWidth: 5, colour: false, stripAnsi: false, isRaw: true } as const;
const to = (target: LogSettings['target'], more: Partial<LogSettings> = {}): LogSettings => ({ ...toStdout, ...more, target });

/** Logs of which everything can be asked while `isAsked`. */
const play = (isAsked: () => boolean = () => true) => {
  const world = createWorld();
  const logs = logsIn(world, {
    settings: { ...raw, recordBytes: () => (isAsked() ? RING_BYTES : 0) },
    autoPath: (process, stream) => `/auto/${process}-${stream}`,
  });
  let fd = 10;
  let run = 0;
  const say = (process: string, text: string, settings = toStdout): void => {
    fd += 1;
    run += 1;
    logs.attach(0, run, process, 'stdout', fd, settings);
    feed(world, fd, text);
    world.run();
    world.input(fd).isEnded = true;
    logs.finish(run, () => undefined);
    world.run();
  };
  const tail = (process: string, length = 100): string => {
    const source = logs.readBack.sourceOf(process, 'stdout', toStdout);
    return source?.kind === 'memory' ? `${new TextDecoder().decode(source.tail(length).bytes)} of ${source.tail(length).total}` : String(source?.path);
  };
  return { logs, say, tail };
};

test('what goes to the container is kept in memory, over all runs', () => {
  const { say, tail } = play();
  assert.equal(tail('web'), ' of 0');
  say('web', 'one\n');
  say('web', 'two\n');
  assert.deepEqual([tail('web'), tail('web', 3), tail('other')], ['one\ntwo\n of 8', 'wo\n of 8', ' of 0']);
});

test('a file is its own record; what goes nowhere has none', () => {
  const { logs } = play();
  const sourceOf = (settings: LogSettings) => logs.readBack.sourceOf('g:web', 'stderr', settings);
  const pathOf = (settings: LogSettings) => {
    const source = sourceOf(settings);
    return source?.kind === 'file' ? source.path : null;
  };
  assert.equal(pathOf(to({ kind: 'file', path: '/var/log/x' })), '/var/log/x');
  assert.equal(pathOf(to({ kind: 'auto' })), '/auto/g:web-stderr');
  assert.equal(sourceOf(to({ kind: 'none' })), null);
  assert.equal(sourceOf(to({ kind: 'file', path: '/dev/fd/7' })), null);
  for (const settings of [to({ kind: 'syslog' }), to({ kind: 'none' }, { syslog: true }), to({ kind: 'file', path: '/dev/stdout' })]) {
    assert.equal(sourceOf(settings)?.kind, 'memory');
  }
});

test('nothing is kept while nobody can ask, and from then on it is', () => {
  let isAsked = false;
  const { say, tail } = play(() => isAsked);
  say('web', 'early\n');
  assert.equal(tail('web'), ' of 0');
  isAsked = true;
  say('web', 'late\n');
  assert.equal(tail('web'), 'late\n of 5');
  isAsked = false;
  say('web', 'again\n');
  assert.equal(tail('web'), ' of 0', 'let go of');
});

test('what is kept is stripped as the log is', () => {
  for (const isAsked of [true, false]) {
    const world = createWorld();
    const logs = logsIn(world, { settings: { ...raw, stripAnsi: true, recordBytes: () => (isAsked ? RING_BYTES : 0) } });
    logs.attach(0, 1, 'web', 'stdout', 10, toStdout);
    feed(world, 10, '\u001b[31mred\u001b[0m\n');
    world.run();
    const source = logs.readBack.sourceOf('web', 'stdout', toStdout);
    assert.equal(source?.kind === 'memory' ? new TextDecoder().decode(source.tail(100).bytes) : '', isAsked ? 'red\n' : '');
    assert.equal(world.text(1), 'red\n');
  }
});

test('a clear log is empty; those that are known no more are forgotten', () => {
  const { logs, say, tail } = play();
  say('web', 'one\n');
  say('api', 'two\n');
  assert.equal(logs.readBack.clear('web', 'stdout', toStdout), null);
  assert.deepEqual([tail('web'), tail('api')], [' of 0', 'two\n of 4']);
  logs.readBack.keepOnly((process) => process === 'web');
  assert.equal(tail('api'), ' of 0');
});

test('a file is made empty by whoever writes it, and says what went wrong', () => {
  const cleared: string[] = [];
  const place = { kind: 'file', path: '/log', mode: 0o600 } as const;
  const sinks = {
    placeOf: () => place,
    clear: (path: string) => {
      cleared.push(path);
      return 'full';
    },
  };
  const readBack = createReadBack(NO_PLACES, sinks, () => RING_BYTES);
  assert.equal(readBack.clear('web', 'stdout', toStdout), 'full');
  assert.equal(readBack.tapOf('web', 'stdout', toStdout), null);
  assert.deepEqual(cleared, ['/log']);
});

test('many talkative programs are kept shorter', () => {
  const readBack = createReadBack(NO_PLACES, { placeOf: () => ({ kind: 'container', stream: 'stdout' }), clear: () => null }, () => RING_BYTES);
  const chunk = new Uint8Array(100_000);
  const lengthOf = (process: string): number => {
    const source = readBack.sourceOf(process, 'stdout', toStdout);
    return source?.kind === 'memory' ? source.tail(chunk.length).bytes.length : -1;
  };
  for (let index = 0; index < 1_000; index += 1)
    readBack.tapOf(`p${index}`, 'stdout', toStdout)?.(chunk, 0, index === 0 || index === 999 ? chunk.length : 1, false);
  assert.deepEqual([lengthOf('p0'), lengthOf('p999')], [65_536, 16_777]);
});

test('more is kept from the moment on when somebody may ask for more; what was kept stays', () => {
  let wanted = 4_096;
  const readBack = createReadBack(NO_PLACES, { placeOf: () => ({ kind: 'container', stream: 'stdout' }), clear: () => null }, () => wanted);
  const tap = readBack.tapOf('web', 'stdout', toStdout);
  tap?.(new Uint8Array(5_000).fill(1), 0, 5_000, false);
  wanted = RING_BYTES;
  tap?.(new Uint8Array(5_000).fill(2), 0, 5_000, false);
  const source = readBack.sourceOf('web', 'stdout', toStdout);
  const bytes = source?.kind === 'memory' ? source.tail(RING_BYTES).bytes : new Uint8Array(0);
  assert.deepEqual([bytes.length, bytes[0], bytes[4_095], bytes[4_096]], [9_096, 1, 1, 2]);
});
