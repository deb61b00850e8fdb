/** Every row of the command table, over every way in: the same answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApi } from '../../../src/control/api/api.ts';
import type { Value } from '../../../src/control/xml/value.ts';
import { createFakePort, NOW } from '../support/fake-port.ts';
import type { Declared, Fake } from '../support/fake-port.ts';
import { callerOf, SURFACES } from '../support/surfaces.ts';
import type { Said } from '../support/surfaces.ts';

type Case = {
  readonly call: readonly [string, ...Value[]];
  readonly says: Said;
  /** What the port is asked for. */
  readonly asks?: readonly string[];
  /** What happens once the call waits. */
  readonly later?: (fake: Fake) => void;
};

const processes: readonly Declared[] = [
  { group: 'a', name: 'a' },
  { group: 'g', name: 'one', priority: 5, state: 'RUNNING' },
  { group: 'g', name: 'two', priority: 5, state: 'EXITED' },
  { group: 'b', name: 'b', state: 'BACKOFF' },
  { group: 'f', name: 'f', state: 'FATAL' },
  { group: 'u', name: 'u', state: 'UNKNOWN' },
  { group: 's', name: 's', state: 'STOPPING' },
];

/** Programs that can be told to read their configurations again, and one that does not do it. */
const reloadable: readonly Declared[] = [
  { group: 'a', name: 'a', state: 'RUNNING', canReload: true },
  { group: 'g', name: 'one', state: 'RUNNING', canReload: true },
  { group: 'g', name: 'stubborn', state: 'RUNNING', canReload: true },
  { group: 'g', name: 'plain', state: 'RUNNING' },
  { group: 'g', name: 'idle', canReload: true },
];

const ok = (group: string, name: string): Value => ({ name, group, status: 80, description: 'OK' });
const value = (what: unknown): Said => ({ value: what });
const fault = (text: string): Said => ({ fault: text });
const info = (group: string, name: string, state: number, statename: string, pid: number): Value => ({
  name,
  group,
  start: 0,
  stop: 0,
  now: NOW,
  state,
  statename,
  spawnerr: '',
  exitstatus: 0,
  logfile: `/log/${name}`,
  stdout_logfile: `/log/${name}`,
  stderr_logfile: '',
  pid,
  description: 'Not started',
});

const cases: readonly Case[] = [
  { call: ['supervisor.getAPIVersion'], says: value('3.0') },
  { call: ['supervisor.getVersion'], says: value('3.0') },
  { call: ['supervisor.getSupervisorVersion'], says: value('4.2.5') },
  { call: ['supervisor.getIdentification'], says: value('fake') },
  { call: ['supervisor.getState'], says: value({ statecode: 1, statename: 'RUNNING' }) },
  { call: ['supervisor.getPID'], says: value(1) },
  { call: ['supervisor.getProcessInfo', 'g:one'], says: value(info('g', 'one', 20, 'RUNNING', 101)) },
  { call: ['supervisor.getProcessInfo', 'g:*'], says: fault('10 BAD_NAME: g:*') },
  { call: ['supervisor.getProcessInfo', 'g'], says: fault('10 BAD_NAME: g') },
  {
    call: ['supervisor.getAllProcessInfo'],
    says: value([
      info('a', 'a', 0, 'STOPPED', 0),
      info('b', 'b', 30, 'BACKOFF', 0),
      info('f', 'f', 200, 'FATAL', 0),
      info('g', 'one', 20, 'RUNNING', 101),
      info('g', 'two', 100, 'EXITED', 0),
      info('s', 's', 40, 'STOPPING', 0),
      info('u', 'u', 1000, 'UNKNOWN', 0),
    ]),
  },
  { call: ['supervisor.startProcess', 'a', false], says: value(true), asks: ['start a'] },
  { call: ['supervisor.startProcess', 'a'], says: value(true), asks: ['start a'], later: ({ become }) => become('a', 'RUNNING') },
  {
    call: ['supervisor.startProcess', 'a'],
    says: fault('50 SPAWN_ERROR: a'),
    asks: ['start a'],
    later: ({ become }) => become('a', 'BACKOFF', { spawnError: 'Exited too quickly (process log may have details)' }),
  },
  { call: ['supervisor.startProcess', 'a'], says: fault('40 ABNORMAL_TERMINATION: a'), asks: ['start a'], later: ({ become }) => become('a', 'STOPPING') },
  { call: ['supervisor.startProcess', 'g:one'], says: fault('60 ALREADY_STARTED: g:one'), asks: ['start '] },
  { call: ['supervisor.startProcess', 'b'], says: fault('60 ALREADY_STARTED: b'), asks: ['start '] },
  { call: ['supervisor.startProcess', 'u'], says: fault('30 FAILED: u is in an unknown process state'), asks: ['start '] },
  { call: ['supervisor.startProcess', 's'], says: fault('40 ABNORMAL_TERMINATION: s'), asks: ['start '] },
  { call: ['supervisor.startProcess', 's', false], says: value(true), asks: ['start '] },
  { call: ['supervisor.startProcess', 'no'], says: fault('10 BAD_NAME: no') },
  { call: ['supervisor.startProcess', 'no:*'], says: fault('10 BAD_NAME: no:*') },
  { call: ['supervisor.startProcess', 'g:*', false], says: value([ok('g', 'two')]), asks: ['start g:two'] },
  { call: ['supervisor.startProcess', 'g:', false], says: value([ok('g', 'two')]), asks: ['start g:two'] },
  { call: ['supervisor.startProcessGroup', 'g', false], says: value([ok('g', 'two')]), asks: ['start g:two'] },
  { call: ['supervisor.startProcessGroup', 'no'], says: fault('10 BAD_NAME: no') },
  {
    call: ['supervisor.startAllProcesses'],
    says: value([
      { name: 'u', group: 'u', status: 30, description: 'FAILED: u is in an unknown process state' },
      { name: 's', group: 's', status: 40, description: 'ABNORMAL_TERMINATION: s' },
      ok('f', 'f'),
      { name: 'two', group: 'g', status: 50, description: 'SPAWN_ERROR: g:two' },
      ok('a', 'a'),
    ]),
    asks: ['start g:two a f'],
    later: ({ become }) => {
      become('f', 'RUNNING');
      become('g:two', 'BACKOFF', { spawnError: 'no' });
      become('a', 'RUNNING');
    },
  },
  { call: ['supervisor.stopProcess', 'g:one', false], says: value(true), asks: ['stop g:one'] },
  { call: ['supervisor.stopProcess', 'g:one'], says: value(true), asks: ['stop g:one'], later: ({ become }) => become('g:one', 'STOPPED') },
  { call: ['supervisor.stopProcess', 'b'], says: value(true), asks: ['stop b'] },
  { call: ['supervisor.stopProcess', 'a'], says: fault('70 NOT_RUNNING: a'), asks: ['stop '] },
  { call: ['supervisor.stopProcess', 's'], says: fault('70 NOT_RUNNING: s'), asks: ['stop '] },
  { call: ['supervisor.stopProcess', 'g:*', false], says: value([ok('g', 'one')]), asks: ['stop g:one'] },
  { call: ['supervisor.stopProcessGroup', 'no'], says: fault('10 BAD_NAME: no') },
  {
    call: ['supervisor.stopAllProcesses'],
    says: value([ok('b', 'b'), ok('g', 'one')]),
    asks: ['stop g:one b'],
    later: ({ become }) => become('g:one', 'STOPPED'),
  },
  { call: ['supervisor.signalProcess', 'g:one', 'SIGHUP'], says: value(true), asks: ['signal 1 g:one'] },
  { call: ['supervisor.signalProcess', 'g:one', '10'], says: value(true), asks: ['signal 10 g:one'] },
  { call: ['supervisor.signalProcess', 'g:one', 12], says: value(true), asks: ['signal 12 g:one'] },
  { call: ['supervisor.signalProcess', 'g:one', 'nothing'], says: fault('11 BAD_SIGNAL: nothing') },
  { call: ['supervisor.signalProcess', 'a', '99'], says: fault('11 BAD_SIGNAL: 99') },
  { call: ['supervisor.signalProcess', 'a', 'hup'], says: fault('70 NOT_RUNNING: a') },
  { call: ['supervisor.signalProcess', 's', 'KILL'], says: value(true), asks: ['signal 9 s'] },
  { call: ['supervisor.signalProcessGroup', 'g', 'USR1'], says: value([ok('g', 'one')]), asks: ['signal 10 g:one'] },
  { call: ['supervisor.signalProcessGroup', 'g', 'x'], says: value([{ name: 'one', group: 'g', status: 11, description: 'BAD_SIGNAL: x' }]) },
  { call: ['supervisor.signalAllProcesses', 'TERM'], says: value([ok('g', 'one'), ok('s', 's')]), asks: ['signal 15 g:one', 'signal 15 s'] },
  { call: ['supervisor.readProcessStdoutLog', 'a', 0, 0], says: fault('20 NO_FILE: /log/a') },
  { call: ['supervisor.readProcessStderrLog', 'a', 0, 0], says: fault('20 NO_FILE') },
  { call: ['supervisor.tailProcessStdoutLog', 'a', 0, 100], says: value(['', 0, false]) },
  { call: ['supervisor.readLog', 0, 0], says: fault('20 NO_FILE') },
  { call: ['supervisor.clearLog'], says: fault('20 NO_FILE') },
  { call: ['supervisor.clearProcessLogs', 'a'], says: value(true), asks: ['clear a'] },
  { call: ['supervisor.clearProcessLog', 'no'], says: fault('10 BAD_NAME: no') },
  {
    call: ['supervisor.clearAllProcessLogs'],
    says: value([ok('g', 'one'), ok('g', 'two'), ok('a', 'a'), ok('b', 'b'), ok('f', 'f'), ok('u', 'u'), ok('s', 's')]),
    asks: ['clear g:one', 'clear g:two', 'clear a', 'clear b', 'clear f', 'clear u', 'clear s'],
  },
  { call: ['supervisor.reloadConfig'], says: value([[['new'], [], ['old']]]) },
  { call: ['supervisor.addProcessGroup', 'new'], says: value(true) },
  { call: ['supervisor.addProcessGroup', 'a'], says: fault('90 ALREADY_ADDED: a') },
  { call: ['supervisor.addProcessGroup', 'no'], says: fault('10 BAD_NAME: no') },
  { call: ['supervisor.removeProcessGroup', 'old'], says: value(true) },
  { call: ['supervisor.removeProcessGroup', 'a'], says: fault('91 STILL_RUNNING: a') },
  { call: ['supervisor.removeProcessGroup', 'no'], says: fault('10 BAD_NAME: no') },
  { call: ['supervisor.sendProcessStdin', 'g:one', 'hé\n'], says: value(true), asks: ['write g:one 68c3a90a'] },
  { call: ['supervisor.sendProcessStdin', 'a', 'x'], says: fault('70 NOT_RUNNING: a'), asks: ['write a 78'] },
  { call: ['supervisor.sendProcessStdin', 's', 'x'], says: fault('70 NOT_RUNNING: s') },
  { call: ['supervisor.sendProcessStdin', 'a', 5], says: fault('2 INCORRECT_PARAMETERS: 5') },
  { call: ['supervisor.sendRemoteCommEvent', 'kind', 'data'], says: value(true) },
  { call: ['supervisor.shutdown'], says: value(true), asks: ['shutdown'] },
  { call: ['supervisor.restart'], says: value(true), asks: ['restart'] },
  { call: ['system.methodSignature', 'supervisor.startProcess'], says: value(['boolean', 'string', 'boolean']) },
  { call: ['system.methodSignature', 'no.such'], says: fault('4 SIGNATURE_UNSUPPORTED') },
  { call: ['system.methodHelp', 'no.such'], says: fault('4 SIGNATURE_UNSUPPORTED') },
  { call: ['tsinit.updateProcessGroup', 'new'], says: value([]) },
  { call: ['tsinit.updateProcessGroup', 'no'], says: fault('10 BAD_NAME: no') },
  { call: ['tsinit.updateProcessGroup', 'busy'], says: fault('30 FAILED: another configuration is being taken over') },
  { call: ['tsinit.updateProcessGroup', 'g'], says: value(['g:one']), asks: ['stop g:one'], later: ({ become }) => become('g:one', 'STOPPED') },
  { call: ['tsinit.getVersion'], says: value('0.0.1') },
  { call: ['tsinit.why', 'g:one'], says: value('g:one is as it is') },
  { call: ['tsinit.why', 'no'], says: fault('10 BAD_NAME: no') },
  ...(['running', 'ready'] as const).map((aim): Case => ({ call: ['tsinit.waitFor', 'g:one', aim, 0], says: value(reached('RUNNING', 'g:one')) })),
  { call: ['tsinit.waitFor', 'a', 'running', 30], says: value(reached('RUNNING', 'a')), later: ({ become }) => become('a', 'RUNNING') },
  {
    call: ['tsinit.waitFor', 'a', 'ready', 30],
    says: value(reached('RUNNING', 'a')),
    later: ({ become }) => {
      become('a', 'RUNNING', { isReady: false });
      become('a', 'RUNNING', { isReady: true });
    },
  },
  {
    call: ['supervisor.startProcess', 'a'],
    says: value(true),
    asks: ['start a'],
    later: ({ become }) => {
      become('a', 'STOPPED', { isHeld: true });
      become('a', 'RUNNING');
    },
  },
  { call: ['tsinit.waitFor', 'a', 'exited', 30], says: value(reached('STOPPED', 'a')) },
  { call: ['tsinit.waitFor', 'f', 'running', 30], says: value({ ...reached('FATAL', 'f'), outcome: 'failed' }) },
  { call: ['tsinit.waitFor', 'a', 'running', 0], says: value({ ...reached('STOPPED', 'a'), outcome: 'timeout' }) },
  { call: ['tsinit.waitFor', 'a', 'running', 0.01], says: value({ ...reached('STOPPED', 'a'), outcome: 'timeout' }) },
  { call: ['tsinit.waitFor', 'a', 'walking', 0], says: fault('2 INCORRECT_PARAMETERS: aim is one of running, ready, exited') },
  { call: ['tsinit.reloadProcess', 'no'], says: fault('10 BAD_NAME: no') },
  { call: ['tsinit.reloadProcess', 'no:*'], says: fault('10 BAD_NAME: no:*') },
  { call: ['tsinit.reloadProcess', 'g:one'], says: fault('122 NO_RELOAD: g:one has neither reload_command nor reload_signal') },
  { call: ['tsinit.reloadProcess', 'g:*'], says: value([]) },
  { call: ['tsinit.reloadAllProcesses'], says: value([]) },
  { call: ['supervisor.startProcess'], says: fault('2 INCORRECT_PARAMETERS') },
  { call: ['supervisor.startProcess', 'a', true, 1], says: fault('2 INCORRECT_PARAMETERS') },
  { call: ['supervisor.startProcess', 5], says: fault('2 INCORRECT_PARAMETERS') },
  { call: ['supervisor.readLog', 'zero', 0], says: fault('2 INCORRECT_PARAMETERS') },
  { call: ['supervisor.noSuch'], says: fault('1 UNKNOWN_METHOD') },
  { call: ['supervisor._update', 'x'], says: fault('1 UNKNOWN_METHOD') },
  { call: ['supervisor.supervisord.options.warnings.linecache.os.system', 'x'], says: fault('1 UNKNOWN_METHOD') },
  { call: ['constructor'], says: fault('1 UNKNOWN_METHOD') },
];

function reached(statename: string, name: string): Record<string, Value> {
  return { outcome: 'reached', statename, exitstatus: 0, description: 'Not started', why: `${name} is as it is` };
}

/** Those whose answer is not one literal, tried elsewhere in this file. */
const elsewhere = new Set(['supervisor.getAllConfigInfo', 'tsinit.getAllStatus', 'system.listMethods', 'system.multicall']);

test('every row is tried', () => {
  const tried = new Set(cases.map(({ call: [name] }) => name));
  const aliases = new Set(['supervisor.readMainLog', 'supervisor.readProcessLog', 'supervisor.tailProcessLog', 'supervisor.tailProcessStderrLog']);
  const names = createApi(createFakePort(processes).port).names();
  assert.deepEqual(
    names.filter((name) => !tried.has(name) && !elsewhere.has(name) && !aliases.has(name)),
    [],
  );
});

for (const surface of SURFACES) {
  test(`${surface}: every command answers as it should`, async (t) => {
    for (const { call, says, asks = [], later } of cases) {
      await t.test(call.map((part) => JSON.stringify(part)).join(' '), async () => {
        const fake = createFakePort(processes);
        const { port } = fake;
        const said = callerOf(surface, port)(...call);
        if (later !== undefined) await untilSomebodyListens(fake);
        later?.(fake);
        assert.deepEqual(await said, says);
        await new Promise(setImmediate);
        assert.deepEqual(
          fake.asked.filter((each) => each !== 'start ' && each !== 'stop '),
          asks.filter((each) => each !== 'start ' && each !== 'stop '),
        );
        assert.equal(fake.listeners(), 0, 'somebody still waits');
      });
    }
  });

  test(`${surface}: what programs use is told on request, of those that run`, async () => {
    const { port } = createFakePort(processes);
    const statusOf = async (...params: readonly Value[]): Promise<readonly Record<string, Value>[]> => {
      const said = await callerOf(surface, port)('tsinit.getAllStatus', ...params);
      assert.ok('value' in said && Array.isArray(said.value));
      return said.value;
    };
    for (const each of await statusOf()) assert.deepEqual([each['memory'], each['cpu']], [undefined, undefined]);
    for (const { pid, memory, cpu } of await statusOf(false, true)) {
      assert.deepEqual([memory, cpu], pid === 0 ? [undefined, undefined] : [2 * Number(pid), 1.5]);
    }
  });

  test(`${surface}: a reader and an operator get no further than they may`, async () => {
    const { port, asked } = createFakePort(processes);
    const refusedFor = async (access: 'read' | 'operate', method: string, ...params: readonly Value[]): Promise<void> => {
      const said = await callerOf(surface, port, access)(method, ...params);
      assert.match('fault' in said ? said.fault : 'none', /^120 NO_ACCESS: /u, method);
    };
    for (const name of createApi(port).names()) {
      const access = createApi(port).find(name)?.access;
      if (access !== 'read') await refusedFor('read', name);
      if (access === 'admin') await refusedFor('operate', name);
    }
    assert.deepEqual(asked, []);
    assert.deepEqual(await callerOf(surface, port, 'operate')('supervisor.signalProcess', 'g:one', 'HUP'), value(true));
    assert.deepEqual(await callerOf(surface, port, 'read')('supervisor.getPID'), value(1));
  });

  test(`${surface}: while everything ends, supervisor.* answers SHUTDOWN_STATE`, async () => {
    const { port } = createFakePort(processes, { phase: () => 'stopping' });
    const call = callerOf(surface, port);
    for (const name of createApi(port).names()) {
      if (!name.startsWith('supervisor.') || name === 'supervisor.sendRemoteCommEvent') continue;
      const params =
        createApi(port)
          .find(name)
          ?.params.map(({ type }): Value => (type === 'int' ? 0 : 'a')) ?? [];
      assert.deepEqual(await call(name, ...params), fault('6 SHUTDOWN_STATE'), name);
    }
    assert.deepEqual(await call('supervisor.sendRemoteCommEvent', 'a', 'b'), value(true));
    assert.deepEqual(await call('tsinit.getVersion'), value('0.0.1'));
  });

  test(`${surface}: programs read their configurations again`, async () => {
    const { port, asked } = createFakePort(reloadable);
    const call = callerOf(surface, port);
    assert.deepEqual(await call('tsinit.reloadProcess', 'a'), value(true));
    assert.deepEqual(await call('tsinit.reloadProcess', 'g:stubborn'), fault('30 FAILED: it will not'));
    assert.deepEqual(await call('tsinit.reloadProcess', 'g:stubborn', false), value(true));
    assert.deepEqual(await call('tsinit.reloadProcess', 'g:idle'), fault('70 NOT_RUNNING: g:idle'));
    const stubborn = { name: 'stubborn', group: 'g', status: 30, description: 'FAILED: it will not' };
    assert.deepEqual(await call('tsinit.reloadProcess', 'g:*'), value([ok('g', 'one'), stubborn]));
    assert.deepEqual(await call('tsinit.reloadAllProcesses', false), value([ok('a', 'a'), ok('g', 'one'), ok('g', 'stubborn')]));
    assert.deepEqual(asked.slice(0, 3), ['reload a', 'reload g:stubborn', 'reload g:stubborn']);
  });

  test(`${surface}: methods are listed, and without supervisor.* there is none of it`, async () => {
    const { port } = createFakePort(processes);
    const said = await callerOf(surface, port)('system.listMethods');
    assert.ok('value' in said && Array.isArray(said.value));
    assert.equal(said.value.length, 48);
    const { port: bare } = createFakePort(processes, { about: () => ({ ...port.about(), hasSupervisorMethods: false }) });
    assert.deepEqual(await callerOf(surface, bare)('supervisor.getPID'), fault('1 UNKNOWN_METHOD'));
  });
}

/** A call over a surface needs some turns until it waits. */
const untilSomebodyListens = async ({ listeners }: Fake): Promise<void> => {
  while (listeners() === 0) await new Promise(setImmediate);
};
