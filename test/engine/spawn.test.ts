/** A specification as a spawn request: complete in itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogSettings, ProcessSpec, SupervisorSpec } from '../../src/config/model/model.ts';
import type { ControlServer } from '../../src/config/model/server-model.ts';
import { baseEnvironment } from '../../src/engine/environment.ts';
import type { LogShape } from '../../src/config/log-shape.ts';
import { spawnDefaults, spawnRequest } from '../../src/engine/spawn.ts';
import { makePlan } from '../../src/world/plan.ts';
import { modelOf, specOf } from '../simulate/specs.ts';

const NONE: LogSettings = {
  target: { kind: 'none' },
  maxBytes: 0,
  backups: 0,
  isAlsoShown: false,
  captureMaxBytes: 0,
  eventsEnabled: false,
  syslog: false,
  readyPattern: null,
  shape: null,
};
const limits = { files: { soft: 1024, hard: 4096 }, processes: { soft: 500, hard: Number.POSITIVE_INFINITY } };

const requestOf = (overrides: Partial<ProcessSpec> = {}, supervisor: Partial<SupervisorSpec> = {}) => {
  const model = modelOf([specOf('web', overrides)]);
  const plan = makePlan({ ...model, supervisor: { ...model.supervisor, ...supervisor } }, { stopGroupsOneByOne: false });
  const [spec = specOf('web')] = plan.processes;
  return spawnRequest(spec, 7, baseEnvironment([]), spawnDefaults(plan, limits));
};

test('by default: no input, two pipes, nothing changed, a stop of the whole group', () => {
  const { environment, ...request } = requestOf();
  assert.equal(environment.length, 3);
  assert.partialDeepStrictEqual(request, {
    run: 7,
    argv: ['web'],
    directory: null,
    user: null,
    umask: null,
    limits: [],
    stdin: 'null',
    stdout: 'pipe',
    stderr: 'pipe',
    stop: { signal: 15, waitMs: 10_000, scope: 'group' },
  });
});

test('what has the terminal writes there itself, where its lines would go there as usual and nobody else hears them', () => {
  const streams = (overrides: Partial<ProcessSpec>, terminals = { stdout: true, stderr: true }) => {
    const plan = makePlan(modelOf([specOf('web', { stdin: 'inherit', ...overrides })]), { stopGroupsOneByOne: false });
    const [spec = specOf('web')] = plan.processes;
    const { stdin, stdout, stderr } = spawnRequest(spec, 7, baseEnvironment([]), spawnDefaults(plan, limits, terminals));
    return [stdin, stdout, stderr];
  };
  const { stdout: usual } = specOf('web');
  const shape: LogShape = { format: 'raw', prefix: null, time: 'none', labels: [], linesPerSecond: 0, overflow: 'block' };
  assert.deepEqual(streams({}), ['inherit', 'inherit', 'inherit']);
  assert.deepEqual(streams({ redirectStderr: true }), ['inherit', 'inherit', 'stdout']);
  assert.deepEqual(streams({ stdout: { ...usual, shape } }), ['inherit', 'inherit', 'inherit']);
  assert.deepEqual(streams({ stdin: 'pipe' }), ['pipe', 'pipe', 'pipe']);
  assert.deepEqual(streams({}, { stdout: false, stderr: true }), ['inherit', 'pipe', 'inherit']);
  for (const stdout of [
    { ...usual, target: { kind: 'file', path: '/x.log' } as const },
    { ...usual, shape: { ...shape, linesPerSecond: 5 } },
    { ...usual, shape: { ...shape, format: 'json' as const } },
    { ...usual, readyPattern: 'up' },
    { ...usual, eventsEnabled: true },
  ])
    assert.deepEqual(streams({ stdout }), ['inherit', 'pipe', 'inherit']);
});

test('what the program says goes into the request', () => {
  const user = { name: 'www', uid: 33, gid: 34, groups: [1, 2], isPresent: false, home: null };
  const request = requestOf({
    argv: ['/bin/a', 'b c'],
    directory: '/srv',
    user,
    umask: 0o77,
    stopSignal: 3,
    stopWaitMs: 1,
    stopScopes: { signal: 'process', wait: 'group', kill: 'tree' },
    redirectStderr: true,
  });
  assert.deepEqual([request.argv, request.directory, request.umask], [['/bin/a', 'b c'], '/srv', 0o77]);
  assert.deepEqual([request.user?.uid, request.user?.gid, request.user?.groups], [33, 34, [1, 2]]);
  assert.equal(request.stderr, 'stdout');
  assert.deepEqual(request.stop, { signal: 3, waitMs: 1, scope: 'process' });
});

test('who is that user already keeps its groups', () => {
  const root = { name: 'root', uid: 0, gid: 0, groups: [0], isPresent: true, home: '/root' };
  assert.equal(requestOf({ user: root }).user, null);
  const other = { ...root, name: 'www', uid: 33, isPresent: false };
  assert.equal(requestOf({ user: root }, { user: other }).user, null, 'also where other programs run as another one');
  assert.equal(requestOf({}, { user: other }).user, other);
});

test("a program's own umask counts before the supervisor's, also when it is 0", () => {
  assert.equal(requestOf({}, { umask: 0o22 }).umask, 0o22);
  assert.equal(requestOf({ umask: 0 }, { umask: 0o22 }).umask, 0);
});

test('the control interface that programs are told of: the first unix socket, else the last address', () => {
  const doors = { section: '', place: { file: '', line: 1 }, credentials: null, access: 'admin', otherLogins: [] } as const;
  const unix = (path: string): ControlServer => ({ ...doors, kind: 'unix', path, mode: 0o700, owner: null });
  const inet = (host: string | null, port: number): ControlServer => ({ ...doors, kind: 'inet', host, port, allowUnauthenticated: false });
  const urlOf = (...servers: readonly ControlServer[]): string | null => {
    const plan = makePlan({ ...modelOf([]), servers }, { stopGroupsOneByOne: false });
    return spawnDefaults(plan, limits).serverUrl;
  };
  assert.equal(urlOf(), null);
  assert.equal(urlOf(inet('10.0.0.1', 9001), unix('/a'), unix('/b')), 'unix:///a');
  assert.equal(urlOf(inet('10.0.0.1', 9001), inet(null, 9002)), 'http://localhost:9002');
  assert.equal(urlOf(inet('::1', 9001)), 'http://[::1]:9001');
  assert.equal(urlOf({ ...doors, kind: 'abstract', name: 'ctl' }), 'unix://@ctl');
});

test('a stream that nobody wants goes to /dev/null, unless something listens to it', () => {
  assert.equal(requestOf({ stdout: NONE }).stdout, 'null');
  assert.equal(requestOf({ stderr: NONE }).stderr, 'null');
  for (const wanted of [{ captureMaxBytes: 1 }, { eventsEnabled: true }, { syslog: true }]) {
    assert.equal(requestOf({ stdout: { ...NONE, ...wanted } }).stdout, 'pipe', JSON.stringify(wanted));
  }
  assert.equal(requestOf({ stdout: NONE, redirectStderr: true }).stderr, 'stdout', 'stderr follows stdout wherever it goes');
});
