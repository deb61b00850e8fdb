/** [notify:x]: what is taken, and what is refused in which words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NotifierSpec } from '../../src/config/model/notifier-model.ts';
import { loadText, messagesOf, modelOf } from './world.ts';

const PROGRAMS = '[program:web]\ncommand=x\n[program:many]\ncommand=x\nnumprocs=2\nprocess_name=many_%(process_num)d\n[group:both]\nprograms=many\n';

const notifierOf = (options: string): Omit<NotifierSpec, 'place'> => {
  const [notifier] = modelOf(`${PROGRAMS}[notify:ops]\n${options}`).notifiers;
  assert.ok(notifier !== undefined);
  const { place: _place, ...rest } = notifier;
  return rest;
};

test('defaults', () => {
  assert.deepEqual(notifierOf('webhook=https://example.org/hook?key=1'), {
    name: 'ops',
    events: ['PROCESS_STATE_EXITED', 'PROCESS_STATE_FATAL'],
    processes: null,
    tellsExpectedExits: false,
    webhook: { url: 'https://example.org/hook?key=1', headers: {} },
    command: null,
    mail: null,
    limit: null,
    batchMs: 0,
    retries: 5,
    retryDelayMs: 2_000,
    timeoutMs: 10_000,
  });
});

test('everything else', () => {
  const options = [
    'events=TICK_60,process_state',
    'programs=web, both',
    'expected_exits=true',
    'command=page "on call"',
    'email=a@example.org b@example.org',
    'email_from=c@example.org',
    'smtp=smtps://us%%40er:p%%3Aw@[::1]',
    'batch=5',
    'rate_limit=10/60',
    'retries=0',
    'retry_delay=1',
    'timeout=0',
    'webhook_headers=A="b c"',
  ].join('\n');
  assert.deepEqual(notifierOf(options), {
    name: 'ops',
    events: ['TICK_60', 'PROCESS_STATE'],
    processes: ['web:web', 'both:many_0', 'both:many_1'],
    tellsExpectedExits: true,
    webhook: null,
    command: ['page', 'on call'],
    mail: {
      to: ['a@example.org', 'b@example.org'],
      from: 'c@example.org',
      server: { host: '::1', port: 465, isImplicit: true, credentials: { username: 'us@er', password: 'p:w' } },
    },
    limit: { count: 10, periodMs: 60_000 },
    batchMs: 5_000,
    retries: 0,
    retryDelayMs: 1_000,
    timeoutMs: 1_000,
  });
});

test('the sender and the server of mail, when nothing is said of them', () => {
  const { mail } = notifierOf('email=a@example.org');
  assert.match(mail?.from ?? '', /^tsinit@./);
  assert.deepEqual(mail?.server, { host: 'localhost', port: 25, isImplicit: false, credentials: null });
  assert.deepEqual(notifierOf('email=a@b\nsmtp=smtp://mail').mail?.server, { host: 'mail', port: 587, isImplicit: false, credentials: null });
});

test('what is wrong is told, secrets are not', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /\[notify:ops\] \(.*\) tells nobody; write webhook=URL, command=\.\.\. or email=ADDRESS/],
    ['webhook=ftp://secret', /webhook.*this is no URL to post to; write one as in https/],
    ['command=x\nevents=', /events of \[notify:ops\] \(.*\) is empty/],
    ['command=x\nprograms=wbe', /programs of \[notify:ops\] \(.*\) names wbe, and nothing is called so \(did you mean web\?\)/],
    ['command=x\nprograms=nonsense', /names nonsense, and nothing is called so$/],
    ['email=nobody', /nobody is no mail address/],
    ['email=,', /no address is named/],
    ['email=a@b\nemail_from=x', /x is no mail address/],
    ['email=a@b\nsmtp=mail:25', /this is no mail server; write smtp:/],
    ['email=a@b\nsmtp=smtp://mail:99999', /this is no mail server/],
    ['email=a@b\nsmtp=smtp://u%%ZZ:secret@mail', /this is no mail server/],
    ['email=a@b\nsmtp=smtp://u:%%ZZ@mail', /this is no mail server/],
    ['command=x\nrate_limit=0/5', /0\/5 is no rate; write notifications\/duration as in 10\/60 or 10\/1m/],
    ['command=x\nrate_limit=10001/5', /is no rate/],
  ];
  for (const [options, expected] of cases) {
    const messages = messagesOf(`${PROGRAMS}[notify:ops]\n${options}`);
    assert.equal(messages.length, 1, messages.join('\n'));
    assert.match(messages[0] ?? '', expected);
    assert.doesNotMatch(messages[0] ?? '', /secret/);
  }
});

test('a section without a name, and an unknown word in one', () => {
  assert.match(messagesOf(`${PROGRAMS}[notify]\ncommand=x`)[0] ?? '', /did you mean \[notify:name\]\?/);
  assert.match(messagesOf(`${PROGRAMS}[notify:x]\ncommand=x\nbatsh=1`)[0] ?? '', /did you mean 'batch'\?/);
  assert.ok(!loadText(`${PROGRAMS}[notify:x]\ncommand=x\nretries=many`).ok);
});
