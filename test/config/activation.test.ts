/** Sockets, triggers and what goes with them: what is taken, and what is refused in which words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesOf, modelOf, processOf } from './world.ts';

const activationOf = (options: string, more = '') => {
  const model = modelOf(`[program:p]\ncommand=true\n${options}\n${more}`);
  return model.groups.find(({ name }) => name === 'p')?.processes[0]?.service.activation;
};
const WEB = '[socket:web]\nlisten=8080\n';

test('no trigger, no socket, no file: nothing', () => {
  assert.equal(processOf('idle_stop=0').service.activation, null);
});

test('addresses of every kind, mode, owner and backlog', () => {
  const text = `[socket:all]\nlisten=80, *:81, 127.0.0.1:82, localhost:83, [::1]:84, tcp://10.0.0.1:85, /run/x.sock, unix:///run/y.sock @name\nmode=0600\nowner=www-data\nbacklog=7\n[program:p]\ncommand=true\nsockets=all\n`;
  const [socket] = modelOf(text).sockets;
  assert.deepEqual(socket, {
    name: 'all',
    place: { file: '/etc/t.conf', line: 1 },
    mode: 0o600,
    owner: { uid: 33, gid: 33 },
    backlog: 7,
    addresses: [
      { kind: 'tcp', host: '*', port: 80 },
      { kind: 'tcp', host: '*', port: 81 },
      { kind: 'tcp', host: '127.0.0.1', port: 82 },
      { kind: 'tcp', host: '127.0.0.1', port: 83 },
      { kind: 'tcp', host: '::1', port: 84 },
      { kind: 'tcp', host: '10.0.0.1', port: 85 },
      { kind: 'unix', path: '/run/x.sock' },
      { kind: 'unix', path: '/run/y.sock' },
      { kind: 'unix', path: '@name' },
    ],
  });
});

test('a program has the sockets that it names, then those that start it; it does not start with the others', () => {
  const sockets = `${WEB}[socket:more]\nlisten=/run/more.sock\n`;
  const activation = activationOf(
    'sockets=more\nstart_on=socket:web, path:/spool/*.job program:q:failed, program:g:x:ready, signal:USR1\nidle_stop=5\nwatch=a/**, b',
    `${sockets}[program:q]\ncommand=true\n[program:x]\ncommand=true\n[group:g]\nprograms=x\n`,
  );
  const spec = { mode: 0o660, owner: null, backlog: 4096 };
  assert.deepEqual(activation, {
    sockets: [
      { ...spec, name: 'more', addresses: [{ kind: 'unix', path: '/run/more.sock' }] },
      { ...spec, name: 'web', addresses: [{ kind: 'tcp', host: '*', port: 8080 }] },
    ],
    startOn: [
      { kind: 'socket', name: 'web' },
      { kind: 'path', pattern: '/spool/*.job' },
      { kind: 'program', name: 'q', event: 'failed' },
      { kind: 'program', name: 'g:x', event: 'ready' },
      { kind: 'signal', signal: 10 },
    ],
    idleStopMs: 5000,
    acceptsConnections: false,
    watch: ['a/**', 'b'],
  });
  const plain = processOf('start_on=signal:USR1');
  assert.deepEqual([plain.autostart, plain.autorestart, plain.startMs, plain.startRetries], [false, 'unexpected', 1000, 3]);
  assert.equal(processOf('start_on=signal:USR1\nautostart=true').autostart, true);
});

test('a connection is a run of its own', () => {
  const model = modelOf(`[program:p]\ncommand=true\nstart_on=socket:web\naccept=true\n${WEB}`);
  const spec = model.groups[0]?.processes[0];
  assert.deepEqual([spec?.autostart, spec?.autorestart, spec?.startMs, spec?.startRetries], [false, 'never', 0, 0]);
  assert.equal(
    modelOf(`[program:p]\ncommand=true\nstart_on=socket:web\naccept=true\nautorestart=false\nstartretries=2\n${WEB}`).groups[0]?.processes[0]?.startRetries,
    2,
  );
});

const ofSocket: readonly (readonly [string, RegExp])[] = [
  ['listen=0', /cannot read listen of \[socket:s\] \(\/etc\/t\.conf:2\): '0' is nothing to listen on; write a port from 1 to 65535/],
  ['listen=70000', /is nothing to listen on/],
  ['listen=::1:80', /is nothing to listen on/],
  ['listen=web:80', /web is no address; names are not looked up, write one as in 127\.0\.0\.1/],
  ['listen=300.0.0.1:80', /300\.0\.0\.1 is no address/],
  ['listen=', /there is no address; write a port/],
  ['listen=@', /@ is no name of a unix socket/],
  [`listen=/${'x'.repeat(107)}`, /such a name has 1 to 106 bytes/],
  ['mode=0600', /has no listen; write listen=/],
  ['listen=80, *:80', /listen of \[socket:s\] \(\/etc\/t\.conf:2\) names \*:80, on which \[socket:s\] listens already/],
  [`listen=${Array.from({ length: 49 }, (_, index) => index + 1).join(',')}`, /is one address too many; 48 is the most/],
];

test('each wrong socket gets a sentence', () => {
  for (const [options, expected] of ofSocket) {
    const messages = messagesOf(`[socket:s]\n${options}\n[program:p]\ncommand=true\nsockets=s\n`).filter((text) => !/there is no \[socket:s\]/.test(text));
    assert.equal(messages.length, 1, `${options}: ${messages.join(' / ')}`);
    assert.match(messages[0] ?? '', expected);
  }
  assert.match(messagesOf('[socket:a b]\nlisten=80\n[program:p]\ncommand=true\n').join(), /cannot read the name of \[socket:a b\] .*a name has no blank/);
  assert.match(messagesOf('[socket]\nlisten=80\n[program:p]\ncommand=true\n').join(), /unknown section \[socket\]/);
  assert.match(messagesOf(`${WEB}[program:p]\ncommand=true\n`).join(), /\[socket:web\] \(\/etc\/t\.conf:1\) is not opened, for no program has it/);
});

const ofProgram: readonly (readonly [string, RegExp])[] = [
  ['start_on=web', /cannot read start_on of \[program:p\] .*: web starts nothing; write socket:NAME, path:GLOB/],
  ['start_on=sokcet:web', /sokcet:web starts nothing \(did you mean socket\?\)/],
  ['start_on=path:', /path: lacks what is to come behind the colon/],
  ['start_on=program:q', /program:q names no event; write program:NAME:EVENT, the event being one of started, ready/],
  ['start_on=program:q:faild', /names no event \(did you mean failed\?\)/],
  ['start_on=program:failed', /program:failed names no event/],
  ['start_on=program:pp:failed', /start_on of p \(\/etc\/t\.conf:3\) names pp, and nothing is called so \(did you mean p\?\)/],
  ['start_on=program:nobody:failed, program:nobody:failed', /names nobody, and nothing is called so$/],
  ['start_on=signal:USR9', /USR9 is no signal; write a name as in USR1/],
  ['start_on=signal:TERM', /start_on of p \(.*\) names signal TERM, which ends everything \(stop_signals\); take another one, as USR1/],
  ['start_on=signal:HUP', /signal HUP reads the configuration again/],
  ['start_on=socket:wbe', /start_on of \[program:p\] \(\/etc\/t\.conf:3\) names the socket wbe, and there is no \[socket:wbe\] \(did you mean web\?\)/],
  ['sockets=other', /sockets of \[program:p\] .* names the socket other, and there is no \[socket:other\]$/],
  ['idle_stop=5\nsockets=web', /idle_stop of \[program:p\] .* needs a socket that starts the program again/],
  ['accept=true', /accept of \[program:p\] .* needs one socket whose connections it serves/],
  ['accept=true\nstart_on=signal:USR1', /needs one socket/],
  ['accept=true\nstart_on=socket:web\nsockets=web', /sockets of .* does not go with accept=true: the program gets a connection/],
  ['accept=true\nstart_on=socket:web\nidle_stop=5', /idle_stop of .* does not go with accept=true: each run ends/],
  ['accept=true\nstart_on=socket:web\nstdin=pipe', /stdin of .* does not go with accept=true: the connection is its input/],
  ['accept=true\nstart_on=socket:web\ntty=true', /tty of .* does not go with accept=true/],
  ['accept=true\nstart_on=socket:web\nautorestart=true', /autorestart of .* does not go with accept=true/],
  ['sockets=web\nready_on=fd:3', /ready_on of .* names descriptor 3, which is a socket of it/],
];

test('each wrong trigger gets a sentence', () => {
  for (const [options, expected] of ofProgram) {
    const messages = messagesOf(`[program:p]\ncommand=true\n${options}\n${WEB}[program:user]\ncommand=true\nsockets=web\n`);
    assert.equal(messages.length, 1, `${options}: ${messages.join(' / ')}`);
    assert.match(messages[0] ?? '', expected);
  }
  const listener = `[eventlistener:e]\ncommand=true\nevents=TICK_5\nstart_on=socket:web\naccept=true\n${WEB}`;
  assert.match(messagesOf(listener).join(), /accept of \[eventlistener:e\] .* is for \[program:x\] alone/);
});

test('connections that two would take', () => {
  const taker = (name: string) => `[program:${name}]\ncommand=true\nstart_on=socket:web\naccept=true\n`;
  assert.match(
    messagesOf(`${WEB}${taker('p')}[program:q]\ncommand=true\nsockets=web\n`).join(),
    /accept of p \(.*\) takes the connections of the socket web, and q is to have that, too/,
  );
  assert.match(messagesOf(`${WEB}${taker('p')}${taker('q')}`).join(), /takes the connections of the socket web, and q is/);
  assert.deepEqual(messagesOf(`${WEB}${taker('p')}numprocs=2\nprocess_name=p%(process_num)d\n`), []);
});
