/** What operators are told of a process's configuration. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogSettings, LogTarget } from '../../../src/config/model/model.ts';
import { configurationViews, logNameOf } from '../../../src/world/show/configuration-view.ts';
import { modelOf, specOf } from '../../simulate/specs.ts';

const log = (target: LogTarget, more: Partial<LogSettings> = {}): LogSettings => ({
  target,
  maxBytes: 5,
  backups: 2,
  isAlsoShown: false,
  captureMaxBytes: 1,
  eventsEnabled: true,
  syslog: false,
  readyPattern: null,
  shape: null,
  ...more,
});

const autoPath = (process: string, stream: string): string => `/auto/${process}-${stream}`;

test('every process of what was read last, with what it is in force', () => {
  const auto = log({ kind: 'auto' });
  const user = { name: 'www', uid: 33, gid: 33, groups: [], isPresent: false, home: null };
  const latest = modelOf([
    specOf('a', { stdout: auto, stderr: auto, startMs: 2_000, stopWaitMs: 500, user }),
    specOf('b', { group: 'g', stdout: auto, stderr: log({ kind: 'none' }), redirectStderr: true, serverUrl: 'http://x' }),
    specOf('c', { stderr: auto }),
  ]);
  const inForce = modelOf([specOf('a'), specOf('z')]);
  const [a, b, c, ...rest] = configurationViews(latest, inForce, autoPath);
  assert.deepEqual(rest, []);
  assert.deepEqual([c?.isInUse, c?.stderr.logFile], [false, 'auto']);
  assert.deepEqual(a, {
    group: 'a',
    name: 'a',
    isInUse: true,
    groupPriority: 999,
    processPriority: 999,
    command: 'a',
    directory: null,
    uid: 33,
    autostart: true,
    autorestart: 'unexpected',
    startSeconds: 2,
    startRetries: 3,
    exitCodes: [0],
    stopSignal: 15,
    stopWaitSeconds: 0.5,
    killAsGroup: true,
    redirectStderr: false,
    serverUrl: null,
    stdout: { logFile: '/auto/a-stdout', maxBytes: 5, backups: 2, captureMaxBytes: 1, eventsEnabled: true, syslog: false },
    stderr: { logFile: '/auto/a-stderr', maxBytes: 5, backups: 2, captureMaxBytes: 1, eventsEnabled: true, syslog: false },
  });
  assert.deepEqual([b?.isInUse, b?.uid, b?.serverUrl, b?.stdout.logFile, b?.stderr.logFile], [false, null, 'http://x', 'auto', null]);
});

test('what logs are called', () => {
  const nameOf = (target: LogTarget): string | null => logNameOf(log(target), () => '/auto');
  assert.equal(nameOf({ kind: 'file', path: '/x' }), '/x');
  assert.equal(nameOf({ kind: 'auto' }), '/auto');
  assert.equal(
    logNameOf(log({ kind: 'auto' }), () => null),
    'auto',
  );
  assert.equal(nameOf({ kind: 'container', stream: 'stderr' }), '/dev/stderr');
  assert.equal(nameOf({ kind: 'none' }), null);
  assert.equal(nameOf({ kind: 'syslog' }), null);
  assert.throws(() => nameOf({ kind: 'other' } as never), /other/);
});

test('syslog counts in whichever way it is asked for', () => {
  const specs = [specOf('a', { stdout: log({ kind: 'syslog' }), stderr: log({ kind: 'none' }, { syslog: true }) }), specOf('b')];
  const [a, b] = configurationViews(modelOf(specs), modelOf([]), autoPath);
  assert.deepEqual([a?.stdout.syslog, a?.stderr.syslog, b?.stdout.syslog], [true, true, false]);
});
