/** `syslog_socket`: what is taken, and what would come back to tsinit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesOf, modelOf } from './world.ts';

const PROGRAM = '[program:a]\ncommand=true\n';
const socketsOf = (text: string) => modelOf(`[tsinit]\nsyslog_socket=${text}\n${PROGRAM}`).supervisor.syslogSockets;

test('paths for datagrams and, with a word in front, for connections', () => {
  assert.deepEqual(modelOf(PROGRAM).supervisor.syslogSockets, []);
  assert.deepEqual(socketsOf(''), []);
  assert.deepEqual(socketsOf('/dev/log, stream:/run/log'), [
    { kind: 'datagram', path: '/dev/log' },
    { kind: 'stream', path: '/run/log' },
  ]);
  for (const [text, words] of [
    ['dev/log', /'dev\/log' is no path that begins with \/; write one as in \/dev\/log, or stream:\/run\/log/u],
    ['stream:x', /'stream:x' is no path/u],
    [`/${'x'.repeat(107)}`, /is longer than 107 bytes/u],
    ['/dev/log stream:/dev/log', /\/dev\/log stands there twice/u],
  ] as const)
    assert.match(messagesOf(`[tsinit]\nsyslog_socket=${text}\n${PROGRAM}`).join('\n'), words);
});

test('what tsinit sends to /dev/log would come back', () => {
  const said = (own: string, program: string): string => messagesOf(`[tsinit]\nsyslog_socket=/dev/log\n${own}\n${PROGRAM}${program}\n`).join('\n');
  assert.match(said('logfile=syslog', ''), /takes \/dev\/log, and logfile=syslog sends there: it would come back to tsinit; leave one of them out/u);
  assert.match(said('', 'stdout_syslog=true'), /the output of a sends there/u);
  assert.match(said('', 'stderr_logfile=syslog'), /the output of a sends there/u);
  assert.equal(said('', ''), '');
  assert.equal(messagesOf(`[tsinit]\nsyslog_socket=/run/log\nlogfile=syslog\n${PROGRAM}`).join(), '');
  assert.doesNotMatch(messagesOf(`[tsinit]\nsyslog_socket=/dev/log\numask=x\n${PROGRAM}`).join(), /come back/u);
});
