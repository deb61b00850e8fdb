/** Headers and payloads to the byte, as listeners written for supervisord take them apart. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventName, findEventTypes, isWanted } from '../../../src/world/events/event-names.ts';
import { countCharacters, headerText, payloadText } from '../../../src/world/events/event-text.ts';
import type { PublicEvent } from '../../../src/world/events/public-events.ts';
import type { StateName } from '../../../src/process/types.ts';

const decode = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

const state = (to: StateName, from: StateName = 'STARTING'): PublicEvent => ({
  type: 'processState',
  transition: {
    index: 0,
    group: 'g',
    name: 'p',
    fullName: 'g:p',
    run: 1,
    from,
    to,
    pid: 7,
    tries: 2,
    isExpected: false,
    spawnError: '',
    isReady: false,
    isHeld: false,
  },
});

const said = (data: string | readonly number[], type: 'processLog' | 'processCommunication' = 'processLog'): PublicEvent => ({
  type,
  group: 'g',
  name: 'p',
  pid: 7,
  channel: 'stderr',
  data: typeof data === 'string' ? new TextEncoder().encode(data) : Uint8Array.from(data),
});

const EVENTS: readonly (readonly [PublicEvent, string, string])[] = [
  [state('STARTING', 'BACKOFF'), 'PROCESS_STATE_STARTING', 'processname:p groupname:g from_state:BACKOFF tries:2'],
  [state('BACKOFF'), 'PROCESS_STATE_BACKOFF', 'processname:p groupname:g from_state:STARTING tries:2'],
  [state('RUNNING'), 'PROCESS_STATE_RUNNING', 'processname:p groupname:g from_state:STARTING pid:7'],
  [state('STOPPING'), 'PROCESS_STATE_STOPPING', 'processname:p groupname:g from_state:STARTING pid:7'],
  [state('STOPPED', 'STOPPING'), 'PROCESS_STATE_STOPPED', 'processname:p groupname:g from_state:STOPPING pid:7'],
  [state('EXITED', 'RUNNING'), 'PROCESS_STATE_EXITED', 'processname:p groupname:g from_state:RUNNING expected:0 pid:7'],
  [state('FATAL', 'BACKOFF'), 'PROCESS_STATE_FATAL', 'processname:p groupname:g from_state:BACKOFF'],
  [state('UNKNOWN', 'STOPPING'), 'PROCESS_STATE_UNKNOWN', 'processname:p groupname:g from_state:STOPPING'],
  [said('a\nb'), 'PROCESS_LOG_STDERR', 'processname:p groupname:g pid:7 channel:stderr\na\nb'],
  [{ ...said('a'), channel: 'stdout' } as PublicEvent, 'PROCESS_LOG_STDOUT', 'processname:p groupname:g pid:7 channel:stdout\na'],
  [said('hi', 'processCommunication'), 'PROCESS_COMMUNICATION_STDERR', 'processname:p groupname:g pid:7\nhi'],
  [said([0xff, 0x27, 0x0a, 0x41]), 'PROCESS_LOG_STDERR', `processname:p groupname:g pid:7 channel:stderr\nUndecodable: b"\\xff'\\nA"`],
  [said([0xff, 0x27, 0x22, 0x7f]), 'PROCESS_LOG_STDERR', `processname:p groupname:g pid:7 channel:stderr\nUndecodable: b'\\xff\\'"\\x7f'`],
  [{ type: 'remoteCommunication', kind: 'k', data: 'd' }, 'REMOTE_COMMUNICATION', 'type:k\nd'],
  [{ type: 'supervisorState', state: 'STOPPING' }, 'SUPERVISOR_STATE_CHANGE_STOPPING', ''],
  [{ type: 'tick', period: 60, whenSeconds: 120 }, 'TICK_60', 'when:120'],
  [{ type: 'groupAdded', group: 'g' }, 'PROCESS_GROUP_ADDED', 'groupname:g\n'],
  [
    { type: 'processLimit', limit: 'memory', group: 'g', name: 'p', pid: 7, used: 300, most: 200, action: 'stop' },
    'PROCESS_LIMIT_MEMORY',
    'processname:p groupname:g pid:7 used:300 limit:200 action:stop',
  ],
  [
    { type: 'processLimit', limit: 'cpu', group: 'g', name: 'p', pid: 7, used: 90, most: 80, action: 'event' },
    'PROCESS_LIMIT_CPU',
    'processname:p groupname:g pid:7 used:90 limit:80 action:event',
  ],
  [{ type: 'groupRemoved', group: 'g' }, 'PROCESS_GROUP_REMOVED', 'groupname:g\n'],
];

test('every event has its name and its payload', () => {
  for (const [event, name, payload] of EVENTS) assert.deepEqual([eventName(event), payloadText(event, decode)], [name, payload]);
});

test('the header is one line, and counts characters, not bytes', () => {
  assert.equal(
    headerText({ identifier: 'supervisor', serial: 3, pool: 'lis', poolSerial: 1, name: 'TICK_5', characters: 9 }),
    'ver:3.0 server:supervisor serial:3 pool:lis poolserial:1 eventname:TICK_5 len:9\n',
  );
  assert.deepEqual(['', 'ab', 'äö', '😀!', '\ud83d', '\ude00\ud83d', 'a\ud83d'].map(countCharacters), [0, 2, 2, 2, 1, 2, 2]);
});

test('an abstract type stands for all below it', () => {
  assert.equal(isWanted(['PROCESS_STATE'], 'PROCESS_STATE_FATAL'), true);
  assert.equal(isWanted(['EVENT'], 'TICK_5'), true);
  assert.equal(isWanted(['TICK'], 'TICK_3600'), true);
  assert.equal(isWanted(['TICK_5', 'PROCESS_GROUP'], 'TICK_60'), false);
  assert.equal(isWanted(['PROCESS_LOG'], 'PROCESS_STATE_FATAL'), false);
  assert.equal(isWanted(['TICK_60'], 'TICK_60'), true);
});

test('types that a client asks for by name', () => {
  assert.deepEqual(findEventTypes(' process_state, TICK_60,,'), { ok: true, types: ['PROCESS_STATE', 'TICK_60'] });
  assert.deepEqual(findEventTypes(''), { ok: true, types: [] });
  assert.deepEqual(findEventTypes('TICK_5,TOCK_5'), { ok: false, unknown: 'TOCK_5' });
});
