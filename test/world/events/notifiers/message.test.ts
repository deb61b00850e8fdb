/** Events as sentences, which of them a notifier tells, and the whole of what is sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, subjectOf, textOf } from '../../../../src/world/events/notifiers/letter.ts';
import { isTold, sentenceOf } from '../../../../src/world/events/notifiers/message.ts';
import type { PublicEvent } from '../../../../src/world/events/public-events.ts';
import type { Transition } from '../../../../src/world/show/views.ts';
import { NOTIFIER } from '../../../simulate/specs.ts';

const transition = (to: Transition['to'], more: Partial<Transition> = {}): PublicEvent => ({
  type: 'processState',
  transition: {
    index: 0,
    group: 'shop',
    name: 'web',
    fullName: 'shop:web',
    run: 1,
    from: 'RUNNING',
    to,
    pid: 7,
    tries: 2,
    isExpected: false,
    spawnError: '',
    isReady: false,
    isHeld: false,
    ...more,
  },
});

const data = new Uint8Array([104, 105]);
const decode = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

test('sentences', () => {
  const cases: readonly (readonly [PublicEvent, string])[] = [
    [transition('FATAL', { spawnError: 'no such file' }), 'shop:web has failed for good: no such file'],
    [transition('BACKOFF', { tries: 1, spawnError: 'x' }), 'shop:web could not be started (try 1): x'],
    [transition('BACKOFF'), 'shop:web could not be started (try 2)'],
    [transition('EXITED', { spawnError: 'exit status 3' }), 'shop:web has ended unexpectedly: exit status 3'],
    [transition('EXITED', { isExpected: true }), 'shop:web has ended as expected'],
    [transition('RUNNING'), 'shop:web is RUNNING'],
    [transition('UNKNOWN'), 'shop:web is UNKNOWN'],
    [transition('STOPPED'), 'shop:web is STOPPED'],
    [transition('STOPPING'), 'shop:web is STOPPING'],
    [transition('STARTING'), 'shop:web is STARTING'],
    [{ type: 'processLog', group: 'web', name: 'web', pid: 1, channel: 'stdout', data }, 'web says on stdout: hi'],
    [{ type: 'processCommunication', group: 'a', name: 'web', pid: 1, channel: 'stderr', data }, 'a:web says on stderr: hi'],
    [{ type: 'remoteCommunication', kind: 'deploy', data: 'now' }, 'deploy: now'],
    [{ type: 'supervisorState', state: 'RUNNING' }, 'everything is started'],
    [{ type: 'supervisorState', state: 'STOPPING' }, 'everything is being stopped'],
    [{ type: 'tick', period: 60, whenSeconds: 60 }, 'still there (every 60 seconds)'],
    [{ type: 'groupAdded', group: 'a' }, 'a has been added'],
    [{ type: 'groupRemoved', group: 'a' }, 'a has been removed'],
    [
      { type: 'processLimit', limit: 'memory', group: 'a', name: 'a', pid: 1, used: 3, most: 2, action: 'stop' },
      'a uses more than its memory_limit: 3 of 2 bytes',
    ],
    [
      { type: 'processLimit', limit: 'cpu', group: 'g', name: 'a', pid: 1, used: 90, most: 80, action: 'event' },
      'g:a uses more than its cpu_limit: 90 of 80 percent',
    ],
  ];
  for (const [event, sentence] of cases) assert.equal(sentenceOf(event, decode), sentence);
});

test('what is told: wanted types, unexpected ends, of the programs that are named', () => {
  const exit = transition('EXITED');
  assert.ok(isTold(NOTIFIER, exit));
  assert.ok(!isTold(NOTIFIER, transition('EXITED', { isExpected: true })));
  assert.ok(isTold({ ...NOTIFIER, tellsExpectedExits: true }, transition('EXITED', { isExpected: true })));
  assert.ok(!isTold({ ...NOTIFIER, events: ['TICK'] }, exit));
  const some = { ...NOTIFIER, processes: ['shop:web'] };
  assert.ok(isTold(some, exit));
  assert.ok(isTold(some, { type: 'processLog', group: 'shop', name: 'web', pid: 1, channel: 'stdout', data }));
  assert.ok(!isTold(some, transition('EXITED', { group: 'other' })));
  assert.ok(!isTold(some, { type: 'tick', period: 5, whenSeconds: 5 }));
});

test('letters', () => {
  const message = (text: string) => ({ text, happened: { type: 'TICK_5' } });
  const letter = { identifier: 'supervisor', host: 'box', messages: [message('a\nb'), message('c')], leftOut: 2 };
  assert.deepEqual(bodyOf(letter), {
    text: '[box] a\nb\nc\n2 earlier events left out',
    identifier: 'supervisor',
    host: 'box',
    left_out: 2,
    events: [
      { type: 'TICK_5', text: 'a\nb' },
      { type: 'TICK_5', text: 'c' },
    ],
  });
  assert.equal(subjectOf(letter), '[box] a b (and 1 more)');
  assert.equal(subjectOf({ ...letter, messages: [message('x'.repeat(200))] }).length, 150);
  assert.equal(subjectOf({ ...letter, messages: [] }), '[box] ');
  assert.equal(textOf({ ...letter, messages: [message('a')], leftOut: 1 }), 'a\n1 earlier event left out');
  assert.equal(textOf({ ...letter, messages: [message('a')], leftOut: 0 }), 'a');
});
