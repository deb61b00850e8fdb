/** Programs in control groups: entered before they are started, cleared when they are stopped, and named when the kernel has killed them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WaitStatus } from '../../src/kernel/kernel.ts';
import { benchOf, planOf } from './support/bench.ts';

const RUN = 1;
const KILLED: WaitStatus = { code: -1, signal: 9, coreDumped: false };
const usage = { userUs: 0, systemUs: 0, maxRssKib: 0 };

const started = (options: Parameters<typeof benchOf>[1], overrides = {}) => {
  const bench = benchOf(planOf(['web'], { startMs: 0, autorestart: 'never', ...overrides }), options);
  bench.engine.dispatch({ type: 'startUp' });
  bench.engine.onKernelEvent({ type: 'spawned', run: RUN, pid: 42, atMs: 0, streams: { stdin: null, stdout: 3, stderr: 4 } });
  bench.acts();
  return bench;
};
const ended = (bench: ReturnType<typeof started>, status: WaitStatus): readonly string[] => {
  bench.engine.onKernelEvent({ type: 'exited', run: RUN, pid: 42, status, groupEnded: true, atMs: 5, usage });
  return bench.acts();
};

test('the file of the members goes with the request', () => {
  const bench = started({ confinement: { enter: () => ({ ok: true, value: '/group/cgroup.procs' }) } });
  assert.equal(bench.spawned[0]?.attributes?.controlGroup, '/group/cgroup.procs');
  assert.equal(started({}).spawned[0]?.attributes?.controlGroup, undefined);
});

test('without its group a program is not started', () => {
  const bench = benchOf(planOf(['web'], { startRetries: 0 }), { confinement: { enter: () => ({ ok: false, error: 'read-only' }) } });
  bench.engine.dispatch({ type: 'startUp' });
  assert.deepEqual(bench.spawned, []);
  assert.ok(bench.acts().includes('info: not started: web: read-only'));
  const [state] = bench.world().states;
  assert.deepEqual([state?.name, state?.exit?.code], ['FATAL', 126]);
});

test('a stop clears its group, an end by itself does not', () => {
  const cleared: string[] = [];
  const confinement = { clear: ({ name }: { readonly name: string }) => void cleared.push(name) };
  ended(started({ confinement }), { code: 0, signal: null, coreDumped: false });
  assert.deepEqual(cleared, []);
  const bench = started({ confinement });
  bench.engine.dispatch({ type: 'commandRequested', verb: 'stop', targets: [0] });
  ended(bench, KILLED);
  assert.deepEqual(cleared, ['web']);
});

test('who was killed for want of memory is named: itself, or its child by the exit code of a shell', () => {
  const confinement = { wasOutOfMemory: () => true };
  assert.ok(ended(started({ confinement }), KILLED).includes('warn: exited: web (terminated by SIGKILL (out of memory); not expected)'));
  const shell = ended(started({ confinement }), { code: 137, signal: null, coreDumped: false });
  assert.ok(shell.includes('warn: exited: web (exit status 137 (out of memory); not expected)'));
  assert.ok(ended(started({}), KILLED).includes('warn: exited: web (terminated by SIGKILL; not expected)'));
});

test('other ends are not asked about', () => {
  const confinement = {
    wasOutOfMemory: () => {
      throw new Error('asked');
    },
  };
  ended(started({ confinement }), { code: 1, signal: null, coreDumped: false });
  ended(started({ confinement }), { code: -1, signal: 15, coreDumped: false });
});
