import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createApi } from '../../../src/control/api/api.ts';
import { createBudget, createSession } from '../../../src/control/api/session.ts';
import type { LogSource } from '../../../src/control/port.ts';
import { createRpc } from '../../../src/control/rpc.ts';
import { encodedBytes } from '../../../src/control/api/weigh.ts';
import { encodeAnswer, encodeCall } from '../../../src/control/xml/encode.ts';
import type { Value } from '../../../src/control/xml/value.ts';
import { createFakePort } from '../support/fake-port.ts';
import { callerOf, createExchange } from '../support/surfaces.ts';

const LIMIT = { timeout: 60_000 };

test('whatever is posted is answered, and disturbs nobody', LIMIT, async () => {
  const { port, asked } = createFakePort([{ group: 'a', name: 'a' }]);
  const rpc = createRpc(port, createApi(port));
  const anyCall = fc.tuple(fc.string(), fc.array(fc.jsonValue(), { maxLength: 4 })).map(([name, params]) => encodeCall(name, params as readonly Value[]));
  const body = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'binary' }), anyCall);
  await fc.assert(
    fc.asyncProperty(body, async (bytes) => {
      const { exchange, replied } = createExchange({ method: 'POST', path: '/RPC2', body: bytes });
      assert.equal(rpc(exchange), true);
      const { status } = await replied;
      assert.ok(status === 200 || status === 400, String(status));
    }),
    { numRuns: 500 },
  );
  assert.deepEqual(asked, []);
});

test('any arguments at all get a value or a fault from every method', LIMIT, async () => {
  const harmless = createFakePort([{ group: 'a', name: 'a' }], { start: () => {}, stop: () => {} });
  const api = createApi(harmless.port);
  const call = callerOf('direct', harmless.port);
  const waits = new Set(['tsinit.waitFor']);
  const names = api.names().filter((name) => !waits.has(name));
  const argument = fc.oneof(
    fc.constantFrom<Value>('a', 'a:*', 0, -1, true, 'TERM'),
    fc.jsonValue().map((value) => value as Value),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), fc.array(argument, { maxLength: 4 }), async (name, params) => {
      const said = await call(name, ...params);
      assert.ok('value' in said || /^\d+ [A-Z_]+/u.test(said.fault), name);
    }),
    { numRuns: 2_000 },
  );
});

test('only POST is taken, and what makes no sense is told in the log, shortened', async () => {
  const { port, notices } = createFakePort([]);
  const rpc = createRpc(port, createApi(port));
  const ask = async (method: string, body: string | Uint8Array): Promise<number> => {
    const { exchange, replied } = createExchange({ method, path: '/RPC2/more', body });
    assert.equal(rpc(exchange), true);
    return (await replied).status;
  };
  assert.equal(await ask('GET', ''), 400);
  assert.equal(await ask('PUT', encodeCall('supervisor.getPID', [])), 400);
  assert.equal(notices.length, 0);
  assert.equal(await ask('POST', '<methodCall/>'), 400);
  assert.equal(await ask('POST', Buffer.from([0xff, 0xfe])), 400);
  assert.equal(await ask('POST', 'x'.repeat(100_000)), 400);
  assert.deepEqual(notices.slice(0, 2), [
    "error XML-RPC request data '<methodCall/>' is invalid: no method name",
    "error XML-RPC request data 'ÿþ' is invalid: unmarshallable",
  ]);
  assert.ok((notices[2]?.length ?? 0) < 400);
  assert.equal(rpc(createExchange({ path: '/other' }).exchange), false);
});

test('an internal error is answered 500, told in the log, and the next call works', async () => {
  const { port, notices } = createFakePort([], {
    mainLog: () => {
      throw new Error('broken');
    },
  });
  const rpc = createRpc(port, createApi(port));
  const ask = async (method: string, params: readonly Value[]): Promise<number> => {
    const { exchange, replied } = createExchange({ method: 'POST', path: '/RPC2', body: encodeCall(method, params) });
    rpc(exchange);
    return (await replied).status;
  };
  assert.equal(await ask('supervisor.readLog', [0, 0]), 500);
  assert.match(notices[0] ?? '', /^critical internal error in supervisor\.readLog: Error: broken/u);
  assert.equal(await ask('supervisor.getPID', []), 200);
});

test('a multicall is bounded in calls and in what it keeps', LIMIT, async () => {
  const big: LogSource = { kind: 'memory', tail: (length) => ({ bytes: Buffer.alloc(Math.min(length, 8 * 1024 * 1024), 'x'), total: 8 * 1024 * 1024 }) };
  const call = callerOf('direct', createFakePort([{ group: 'a', name: 'a' }], { mainLog: () => big }).port);
  const calls = (count: number, methodName: string, params: readonly Value[] = []): Value => Array.from({ length: count }, () => ({ methodName, params }));
  assert.deepEqual(await call('system.multicall', calls(1_001, 'supervisor.getPID')), { fault: '2 INCORRECT_PARAMETERS: more than 1000 calls' });
  const most = await call('system.multicall', calls(1_000, 'supervisor.getPID'));
  assert.ok('value' in most && Array.isArray(most.value) && most.value.length === 1_000);
  const heavy = await call('system.multicall', calls(8, 'supervisor.readLog', [0, 0]));
  assert.ok('value' in heavy && Array.isArray(heavy.value));
  const sizes = heavy.value.map((each: unknown) => (typeof each === 'string' ? each.length : 0));
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= 16 * 1024 * 1024);
  assert.deepEqual(heavy.value.at(-1), {
    faultCode: 121,
    faultString: 'TOO_MUCH: the answers that are being made or wait for their readers are too large; ask for less at once',
  });
  const again = await call('system.multicall', calls(2, 'supervisor.readLog', [0, 0]));
  assert.ok('value' in again && Array.isArray(again.value) && again.value.every((each) => typeof each === 'string'), 'what was answered counts no more');
});

test('what is read for answers is counted over all clients, until each is taken', () => {
  const budget = createBudget(10);
  const open = () => createSession({ access: 'read', who: 'somebody', onGone: () => {} }, budget);
  const [first, second] = [open(), open()];
  assert.deepEqual([first.session.take(6), second.session.take(6), second.session.take(4)], [true, false, false], 'who was refused is refused on');
  first.answered();
  assert.equal(open().session.take(6), false, 'an answer that nobody reads counts');
  first.release();
  first.release();
  assert.deepEqual([open().session.take(10), open().session.take(1)], [true, false]);
});

test('what a part of a log becomes in an answer is counted before it is made', () => {
  const cases = ['plain\n\t', 'a&b<c>\r\n', '\0\u0001\u001b', 'grün 東京'].map((text) => Buffer.from(text));
  for (const bytes of [...cases, Buffer.from([0xff, 0x80, 65]), Buffer.from('東').subarray(1), Buffer.from('京').subarray(0, 2)]) {
    const text = bytes.toString('utf8');
    const frame = encodeAnswer('').length;
    assert.ok(Math.abs(encodeAnswer(text).length - frame - encodedBytes(bytes)) <= 4, JSON.stringify(text));
  }
});

test('an internal error inside a multicall is one of its faults', async () => {
  const { port, notices } = createFakePort([], {
    mainLog: () => {
      throw new Error('broken');
    },
  });
  const said = await callerOf('direct', port)('system.multicall', [{ methodName: 'supervisor.readLog', params: [0, 0] }, { methodName: 'supervisor.getPID' }]);
  assert.deepEqual(said, { value: [{ faultCode: 30, faultString: 'FAILED: broken' }, 1] });
  assert.match(notices[0] ?? '', /^critical internal error in supervisor\.readLog: Error: broken/u);
});

test('calls in a multicall are checked like any other', async () => {
  const { port } = createFakePort([{ group: 'a', name: 'a' }]);
  const said = await callerOf('direct', port)('system.multicall', [
    { methodName: 'supervisor.shutdown' },
    { methodName: 'supervisor.getPID' },
    'no struct',
    { methodName: 5 },
    { methodName: 'supervisor.getPID', params: 'x' },
    {},
    { methodName: 'system.multicall', params: [] },
  ]);
  assert.deepEqual(said, {
    value: [
      true,
      { faultCode: 6, faultString: 'SHUTDOWN_STATE' },
      { faultCode: 2, faultString: 'INCORRECT_PARAMETERS: a call is a struct' },
      { faultCode: 1, faultString: 'UNKNOWN_METHOD' },
      { faultCode: 2, faultString: 'INCORRECT_PARAMETERS' },
      { faultCode: 2, faultString: 'INCORRECT_PARAMETERS: No methodName' },
      { faultCode: 2, faultString: 'INCORRECT_PARAMETERS: Recursive system.multicall forbidden' },
    ],
  });
});

test('a process that vanishes while somebody waits is a fault, never a hang', LIMIT, async () => {
  const fake = createFakePort([
    { group: 'a', name: 'a' },
    { group: 'b', name: 'b', state: 'RUNNING' },
  ]);
  const call = callerOf('direct', fake.port);
  const started = call('supervisor.startProcess', 'a');
  const stopped = call('supervisor.stopProcess', 'b');
  const waited = call('tsinit.waitFor', 'a', 'running', 60);
  fake.remove('a');
  fake.remove('b');
  assert.deepEqual(await started, { fault: '10 BAD_NAME: a' });
  assert.deepEqual(await stopped, { value: true });
  assert.deepEqual(await waited, { value: { outcome: 'gone', statename: '', exitstatus: 0, description: '', why: 'its group was removed' } });
  assert.equal(fake.listeners(), 0);
});

test('a client that goes away is no longer waited for, unless it asked for something to happen', LIMIT, async () => {
  const fake = createFakePort([{ group: 'a', name: 'a' }]);
  const rpc = createRpc(fake.port, createApi(fake.port));
  const leaving = createExchange({ method: 'POST', path: '/RPC2', body: encodeCall('tsinit.waitFor', ['a', 'running', 3600]) });
  rpc(leaving.exchange);
  while (fake.listeners() === 0) await new Promise(setImmediate);
  leaving.leave();
  while (fake.listeners() > 0) await new Promise(setImmediate);
  const starting = createExchange({ method: 'POST', path: '/RPC2', body: encodeCall('supervisor.startProcess', ['a']) });
  rpc(starting.exchange);
  while (fake.listeners() === 0) await new Promise(setImmediate);
  starting.leave();
  assert.deepEqual(fake.asked, ['start a']);
  fake.become('a', 'RUNNING');
  assert.equal((await starting.replied).status, 200);
});

test('a client that leaves in the middle of many waits is waited for no more', LIMIT, async () => {
  const fake = createFakePort([{ group: 'a', name: 'a' }]);
  const calls = Array.from({ length: 500 }, () => ({ methodName: 'tsinit.waitFor', params: ['a', 'running', 3600] }));
  const leaving = createExchange({ method: 'POST', path: '/RPC2', body: encodeCall('system.multicall', [calls]) });
  let watchers = 0;
  const { onGone } = leaving.exchange;
  createRpc(
    fake.port,
    createApi(fake.port),
  )({
    ...leaving.exchange,
    onGone: (listener) => {
      watchers += 1;
      onGone(listener);
    },
  });
  while (fake.listeners() === 0) await new Promise(setImmediate);
  leaving.leave();
  assert.equal((await leaving.replied).status, 200);
  assert.equal(watchers, 1);
  assert.equal(fake.listeners(), 0);
});

test('who does not wait for a start waits for its process, which signals and input can reach', LIMIT, async () => {
  const fake = createFakePort([{ group: 'a', name: 'a' }]);
  const start: typeof fake.port.start = () => fake.become('a', 'STARTING', { pid: 0 });
  const call = callerOf('direct', { ...fake.port, start });
  let isAnswered = false;
  const said = call('supervisor.startProcess', 'a', false).finally(() => (isAnswered = true));
  await new Promise(setImmediate);
  assert.equal(isAnswered, false);
  fake.become('a', 'STARTING', { pid: 7 });
  assert.deepEqual(await said, { value: true });
  fake.become('a', 'EXITED');
  const failing = call('supervisor.startProcess', 'a', false);
  fake.become('a', 'BACKOFF', { spawnError: "can't fork" });
  assert.deepEqual(await failing, { fault: '50 SPAWN_ERROR: a' });
});
