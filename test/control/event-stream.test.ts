/** `GET /events`: what is refused, what each event is as JSON, and the end of it all with the client. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEventStream, textOf } from '../../src/control/event-stream.ts';
import { eventObject } from '../../src/world/events/event-object.ts';
import type { ControlPort } from '../../src/control/port.ts';
import type { PublicEvent } from '../../src/world/events/public-events.ts';
import type { Transition } from '../../src/world/show/views.ts';
import { createExchange } from './support/surfaces.ts';

const TRANSITION: Transition = {
  index: 0,
  group: 'g',
  name: 'p',
  fullName: 'g:p',
  run: 1,
  from: 'RUNNING',
  to: 'EXITED',
  pid: 7,
  tries: 0,
  isExpected: false,
  spawnError: 'exit status 3',
  isReady: true,
  isHeld: false,
};

const said = (data: Uint8Array): PublicEvent => ({ type: 'processLog', group: 'p', name: 'p', pid: 7, channel: 'stdout', data });

test('each event is an object with its type, its time and what there is to say', () => {
  const cases: readonly (readonly [PublicEvent, object])[] = [
    [
      { type: 'processState', transition: TRANSITION },
      {
        type: 'PROCESS_STATE_EXITED',
        process: 'g:p',
        group: 'g',
        name: 'p',
        pid: 7,
        from: 'RUNNING',
        to: 'EXITED',
        tries: 0,
        expected: false,
        error: 'exit status 3',
      },
    ],
    [
      { type: 'processState', transition: { ...TRANSITION, from: 'STOPPED', to: 'STARTING', spawnError: '' } },
      { type: 'PROCESS_STATE_STARTING', process: 'g:p', group: 'g', name: 'p', pid: 7, from: 'STOPPED', to: 'STARTING', tries: 0 },
    ],
    [said(Buffer.from('ä')), { type: 'PROCESS_LOG_STDOUT', process: 'p', group: 'p', name: 'p', pid: 7, channel: 'stdout', data: 'ä' }],
    [said(Uint8Array.of(0xff)), { type: 'PROCESS_LOG_STDOUT', process: 'p', group: 'p', name: 'p', pid: 7, channel: 'stdout', base64: '/w==' }],
    [
      { type: 'processCommunication', group: 'g', name: 'p', pid: 7, channel: 'stderr', data: Buffer.from('x') },
      { type: 'PROCESS_COMMUNICATION_STDERR', process: 'g:p', group: 'g', name: 'p', pid: 7, channel: 'stderr', data: 'x' },
    ],
    [
      { type: 'remoteCommunication', kind: 'k', data: 'd' },
      { type: 'REMOTE_COMMUNICATION', kind: 'k', data: 'd' },
    ],
    [{ type: 'supervisorState', state: 'STOPPING' }, { type: 'SUPERVISOR_STATE_CHANGE_STOPPING' }],
    [
      { type: 'tick', period: 5, whenSeconds: 10 },
      { type: 'TICK_5', when: 10 },
    ],
    [
      { type: 'groupAdded', group: 'g' },
      { type: 'PROCESS_GROUP_ADDED', group: 'g' },
    ],
    [
      { type: 'processLimit', limit: 'cpu', group: 'g', name: 'p', pid: 7, used: 90, most: 80, action: 'event' },
      { type: 'PROCESS_LIMIT_CPU', process: 'g:p', group: 'g', name: 'p', pid: 7, used: 90, limit: 80, action: 'event' },
    ],
    [
      { type: 'processLimit', limit: 'memory', group: 'p', name: 'p', pid: 7, used: 9, most: 8, action: 'stop' },
      { type: 'PROCESS_LIMIT_MEMORY', process: 'p', group: 'p', name: 'p', pid: 7, used: 9, limit: 8, action: 'stop' },
    ],
    [
      { type: 'groupRemoved', group: 'g' },
      { type: 'PROCESS_GROUP_REMOVED', group: 'g' },
    ],
  ];
  for (const [event, expected] of cases) assert.deepEqual(eventObject(event, 1_500, textOf), { at: 1.5, ...expected });
});

/** A port that remembers who listens to what. */
const ports = () => {
  const heard: { readonly listener: (event: PublicEvent) => void; readonly wanted: unknown }[] = [];
  const port: Pick<ControlPort, 'onEvent'> = {
    onEvent: (listener, wanted) => {
      const entry = { listener, wanted };
      heard.push(entry);
      return () => void heard.splice(heard.indexOf(entry), 1);
    },
  };
  return { heard, surface: createEventStream(port, () => 2_000) };
};

test('other paths, other methods and unknown types are refused', async () => {
  const { surface, heard } = ports();
  assert.equal(surface(createExchange({ path: '/event' }).exchange), false);
  const post = createExchange({ path: '/events', method: 'POST' });
  assert.equal(surface(post.exchange), true);
  assert.equal((await post.replied).status, 405);
  const unknown = createExchange({ path: '/events?type=TICK_5,FOO' });
  surface(unknown.exchange);
  assert.deepEqual([(await unknown.replied).status, heard.length], [400, 0]);
});

test('a client hears the types it asked for until it goes away', async () => {
  const { surface, heard } = ports();
  const played = createExchange({ path: '/events?type=tick_5,PROCESS_STATE' });
  surface(played.exchange);
  assert.equal((await played.replied).status, 200);
  assert.deepEqual(heard[0]?.wanted, ['TICK_5', 'PROCESS_STATE']);
  heard[0]?.listener({ type: 'tick', period: 5, whenSeconds: 10 });
  assert.equal(String(played.stream.read()), '{"type":"TICK_5","at":2,"when":10}\n');
  played.leave();
  assert.equal(heard.length, 0);
});
