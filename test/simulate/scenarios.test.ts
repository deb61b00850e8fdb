/** Whole lives of a container in virtual time, each reviewed as a transcript beside this file. */
import { test } from 'node:test';
import type { ExitPolicy, ProcessSpec } from '../../src/config/model/model.ts';
import { makePlan } from '../../src/world/plan.ts';
import { restoreWorld } from '../../src/world/restore.ts';
import type { WorldEvent } from '../../src/world/types.ts';
import { createWorld } from '../../src/world/world.ts';
import { matchGolden } from './golden.ts';
import { createMachine, type Machine } from '../../src/simulate/machine.ts';
import type { RunScript } from '../../src/simulate/script.ts';
import { modelOf, specOf } from './specs.ts';
import { createTranscript } from './transcript.ts';

type Program = readonly [name: string, overrides: Partial<ProcessSpec>, ...scripts: RunScript[]];
type Setting = { readonly policy?: ExitPolicy; readonly hasControl?: boolean; readonly oneByOne?: boolean };

const TERM: WorldEvent = { type: 'signalReceived', signal: 15, hasTerminal: false };

const scenario = (name: string, setting: Setting, programs: readonly Program[], play: (machine: Machine, note: (text: string) => void) => void): void => {
  test(name.replaceAll('-', ' '), () => {
    const specs = programs.map(([program, overrides]) => specOf(program, overrides));
    const plan = makePlan(modelOf(specs, setting.policy, setting.hasControl), { stopGroupsOneByOne: setting.oneByOne ?? false });
    const scripts = plan.processes.map((spec) => programs.find(([program]) => program === spec.name)?.slice(2) as RunScript[]);
    const transcript = createTranscript(plan);
    const machine = createMachine(plan, createWorld(plan), scripts, transcript.observer);
    machine.feed({ type: 'startUp' });
    play(machine, transcript.note);
    matchGolden(name, transcript.text());
  });
};

scenario(
  'start-three-and-stop',
  {},
  [
    ['web', { priority: 20 }],
    ['db', { priority: 10 }],
    ['cron', { priority: 30 }],
  ],
  (machine) => {
    machine.schedule(5000, TERM);
    machine.run(60_000);
  },
);

scenario('crash-loop-to-fatal', {}, [['bad', {}, { endsAfterMs: 10, code: 3 }]], (machine) => machine.run(60_000));

scenario(
  'missing-command',
  { policy: 'any' },
  [
    ['gone', { startRetries: 1 }, { spawnFails: { reason: "can't find command 'gone'", exitCode: 127 } }],
    ['web', {}],
  ],
  (machine) => machine.run(60_000),
);

scenario(
  'restart-everything-and-take-over',
  { policy: 'never', hasControl: true },
  [
    ['slow', { priority: 20 }, { answers: { 15: { afterMs: 700, code: 0 } } }],
    ['quick', { priority: 10 }],
    ['idle', { priority: 10, autostart: false }],
  ],
  (machine, note) => {
    machine.schedule(2000, { type: 'restartEverythingRequested' });
    machine.schedule(2100, { type: 'commandRequested', verb: 'start', targets: [1] });
    machine.run(2500);
    note('the supervisor dies; what it had asked for goes on');
    machine.setDeaf(true);
    machine.run(3000);
    machine.setDeaf(false);
    const { states, ...header } = machine.world();
    const restored = restoreWorld(machine.plan, { ...header, leaving: [...machine.plan.processes.keys()] }, states, machine.knownRuns(), header.nextRun - 1);
    machine.replaceWorld(restored.world);
    for (const event of restored.events) machine.feed(event);
    machine.schedule(6000, TERM);
    machine.run(60_000);
  },
);

scenario('crash-and-come-back', {}, [['web', {}, { endsAfterMs: 1500, code: 3, leavesBehind: { ignoring: [15] } }, {}]], (machine) => {
  machine.schedule(4000, TERM);
  machine.run(60_000);
});

scenario(
  'term-ignored-then-killed',
  {},
  [
    ['deaf', { stopWaitMs: 4000 }, { answers: { 15: 'ignored' } }],
    ['web', {}],
  ],
  (machine) => {
    machine.schedule(2000, TERM);
    machine.schedule(2500, TERM);
    machine.run(60_000);
  },
);

scenario('group-outlives-its-main-process', {}, [['web', { stopWaitMs: 1000 }, { leavesBehind: { ignoring: [15] } }]], (machine) => {
  machine.schedule(2000, TERM);
  machine.run(60_000);
});

scenario(
  'stop-order-groups-one-by-one',
  { oneByOne: true, policy: 'never' },
  [
    ['a', { priority: 5 }, { answers: { 15: { afterMs: 300, code: 0 } } }],
    ['b', { priority: 5 }],
    ['c', { group: 'pool', priority: 5 }],
    ['d', { group: 'pool', priority: 5 }],
  ],
  (machine) => {
    machine.schedule(2000, TERM);
    machine.run(60_000);
  },
);

scenario(
  'any-job-done',
  { policy: 'any' },
  [
    ['job', { autorestart: 'never' }, { endsAfterMs: 3000, code: 4 }],
    ['web', {}],
  ],
  (machine) => machine.run(60_000),
);

scenario(
  'all-jobs-done',
  {},
  [
    ['one', {}, { endsAfterMs: 2000 }],
    ['two', {}, { endsAfterMs: 3000 }],
    ['never', { autostart: false }],
  ],
  (machine) => machine.run(60_000),
);

scenario(
  'essential-ends',
  { policy: 'essential' },
  [
    ['app', { essential: true, autorestart: 'never' }, { endsAfterMs: 2500, code: 7 }],
    ['log', {}],
    ['once', {}, { endsAfterMs: 1200 }],
  ],
  (machine) => machine.run(60_000),
);

scenario(
  'signals-and-commands',
  { policy: 'never', hasControl: true },
  [
    ['web', {}, { answers: { 10: 'ignored', 18: 'ignored', 28: 'ignored' } }],
    ['job', { autostart: false }],
  ],
  (machine) => {
    machine.schedule(2000, { type: 'signalReceived', signal: 10, hasTerminal: false });
    machine.schedule(2100, { type: 'signalReceived', signal: 28, hasTerminal: true });
    machine.schedule(2150, { type: 'signalReceived', signal: 18, hasTerminal: false });
    machine.schedule(2200, { type: 'signalReceived', signal: 17, hasTerminal: false });
    machine.schedule(2300, { type: 'commandRequested', verb: 'start', targets: [0] });
    machine.schedule(3000, { type: 'commandRequested', verb: 'restart', targets: [0, 1] });
    machine.schedule(4000, { type: 'commandRequested', verb: 'stop', targets: [0] });
    machine.schedule(5000, { type: 'signalReceived', signal: 30, hasTerminal: false });
    machine.schedule(5000, { type: 'commandRequested', verb: 'start', targets: [0] });
    machine.run(60_000);
  },
);

scenario(
  'takeover',
  {},
  [
    ['steady', {}],
    ['crash', {}, { endsAfterMs: 2500, code: 3 }, {}],
    ['late', { autostart: false }],
  ],
  (machine, note) => {
    machine.run(2000);
    note('the supervisor dies; crash ends meanwhile');
    machine.setDeaf(true);
    machine.run(3000);
    machine.setDeaf(false);
    note('its successor takes over from the black box and from what init knows');
    const { states, ...header } = machine.world();
    const restored = restoreWorld(machine.plan, header, states, machine.knownRuns(), header.nextRun - 1);
    machine.replaceWorld(restored.world);
    for (const event of restored.events) machine.feed(event);
    machine.schedule(6000, TERM);
    machine.run(60_000);
  },
);
