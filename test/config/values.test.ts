/** Every type of value, by tables: what is taken, and what is refused in which words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProcessSpec } from '../../src/config/model/model.ts';
import { signalName } from '../../src/config/values/machine/signals.ts';
import { loadText, messagesOf, modelOf, processOf } from './world.ts';

type Pick = (spec: ProcessSpec) => unknown;

const taken: readonly (readonly [option: string, pick: Pick, expected: unknown])[] = [
  ['autostart=On', (spec) => spec.autostart, true],
  ['autostart=0', (spec) => spec.autostart, false],
  ['autorestart=no', (spec) => spec.autorestart, 'never'],
  ['autorestart=TRUE', (spec) => spec.autorestart, 'always'],
  ['autorestart=unexpected', (spec) => spec.autorestart, 'unexpected'],
  ['startsecs=3', (spec) => spec.startMs, 3000],
  ['startsecs=-3', (spec) => spec.startMs, 0],
  ['startretries=1_0', (spec) => spec.startRetries, 10],
  ['startretries=Unlimited', (spec) => spec.startRetries, 2147483647],
  ['exitcodes=0, 2', (spec) => spec.exitCodes, [0, 2]],
  ['exitcodes=', (spec) => spec.exitCodes, []],
  ['stopsignal=sigusr2', (spec) => spec.stopSignal, 12],
  ['stopsignal=RTMIN+3', (spec) => spec.stopSignal, 37],
  ['stopsignal=RTMAX-1', (spec) => spec.stopSignal, 63],
  ['stopsignal=64', (spec) => spec.stopSignal, 64],
  ['umask=0o027', (spec) => spec.umask, 0o27],
  ['user=www-data', (spec) => spec.user, { name: 'www-data', uid: 33, gid: 33, groups: [33, 4], isPresent: false, home: '/var/www' }],
  ['user=33', (spec) => spec.user?.name, 'www-data'],
  ['user=12345', (spec) => spec.user, { name: '12345', uid: 12345, gid: 0, groups: [0], isPresent: false, home: '/' }],
  ['user=www-data:staff', (spec) => spec.user, { name: 'www-data', uid: 33, gid: 50, groups: [50], isPresent: false, home: '/var/www' }],
  ['user=root', (spec) => spec.user?.isPresent, true],
  ['user=root:staff', (spec) => spec.user?.isPresent, false],
  ['user=root\ngroups=4', (spec) => spec.user?.isPresent, false],
  ['user=12345:678', (spec) => spec.user, { name: '12345', uid: 12345, gid: 678, groups: [678], isPresent: false, home: '/' }],
  ['', (spec) => spec.stdout.target, { kind: 'container', stream: 'stdout' }],
  ['stderr_logfile=auto', (spec) => spec.stderr.target, { kind: 'container', stream: 'stderr' }],
  ['stderr_logfile=/dev/fd/1', (spec) => spec.stderr.target, { kind: 'container', stream: 'stdout' }],
  ['stdout_logfile=/proc/self/fd/2', (spec) => spec.stdout.target, { kind: 'container', stream: 'stderr' }],
  ['stdout_logfile=Off', (spec) => spec.stdout.target, { kind: 'none' }],
  ['stdout_logfile=syslog', (spec) => spec.stdout.target, { kind: 'syslog' }],
  ['stdout_logfile=/tmp/a.log', (spec) => spec.stdout.target, { kind: 'file', path: '/tmp/a.log' }],
  ['stdout_logfile=a.log', (spec) => spec.stdout.target, { kind: 'file', path: 'a.log' }],
  ['stdout_logfile=/a.log', (spec) => spec.stdout.target, { kind: 'file', path: '/a.log' }],
  ['stdout_logfile=~/a.log', (spec) => spec.stdout.target, { kind: 'file', path: '/root/a.log' }],
  ['stdout_logfile=~', (spec) => spec.stdout.target, { kind: 'file', path: '/root' }],
  ['stdout_logfile_maxbytes=2 KB', (spec) => spec.stdout.maxBytes, 2048],
  ['redirect_stderr=true', (spec) => spec.stderr.target, { kind: 'none' }],
  ['', (spec) => spec.stopScopes, { signal: 'process', wait: 'tree', kill: 'tree', later: 'group', wakes: true }],
  ['killasgroup=true', (spec) => spec.stopScopes, { signal: 'process', wait: 'group', kill: 'group', later: 'group', wakes: true }],
  ['killasgroup=false', (spec) => spec.stopScopes, { signal: 'process', wait: 'process', kill: 'process', wakes: true }],
  ['stopasgroup=true', (spec) => spec.stopScopes, { signal: 'group', wait: 'tree', kill: 'tree', later: 'group', wakes: true }],
  ['stop_scope_signal=group', (spec) => spec.stopScopes, { signal: 'group', wait: 'tree', kill: 'tree', later: 'group', wakes: true }],
  ['stop_scope=tree\nstop_scope_signal=all', (spec) => spec.stopScopes, { signal: 'tree', wait: 'tree', kill: 'tree', wakes: true }],
  ['stop_scope=tree\nstop_scope_signal=group', (spec) => spec.stopScopes, { signal: 'group', wait: 'tree', kill: 'tree', later: 'tree', wakes: true }],
  ['stopasgroup=false\nkillasgroup=false', (spec) => spec.stopScopes, { signal: 'process', wait: 'process', kill: 'process', wakes: true }],
  ['stop_scope=process', (spec) => spec.stopScopes, { signal: 'process', wait: 'process', kill: 'tree', wakes: true }],
  ['stop_scope=group', (spec) => spec.stopScopes, { signal: 'process', wait: 'group', kill: 'tree', later: 'group', wakes: true }],
  ['stop_scope=tree', (spec) => spec.stopScopes, { signal: 'process', wait: 'tree', kill: 'tree', later: 'tree', wakes: true }],
  ['stop_scope=tree\nstop_scope_signal=main', (spec) => spec.stopScopes, { signal: 'process', wait: 'tree', kill: 'tree', wakes: true }],
  ['stop_scope_signal=main', (spec) => spec.stopScopes, { signal: 'process', wait: 'tree', kill: 'tree', wakes: true }],
  ['stopasgroup=false', (spec) => spec.stopScopes, { signal: 'process', wait: 'tree', kill: 'tree', wakes: true }],
  ['serverurl=auto', (spec) => spec.serverUrl, null],
  ['serverurl=http://a', (spec) => spec.serverUrl, 'http://a'],
  ['essential=true', (spec) => spec.essential, true],
  ['environment=A=1 B="x y";C=\'q\'', (spec) => spec.environment, { A: '1', B: 'x y', C: 'q' }],
  ['environment=A=$HOME@b,B=,C = "d"', (spec) => spec.environment, { A: '$HOME@b', B: '', C: 'd' }],
  ['environment=A="a\\"b\\\\c\\d"e', (spec) => spec.environment, { A: 'a"b\\c\\de' }],
  ['environment=A="1" , ', (spec) => spec.environment, { A: '1' }],
  ['environment=A=', (spec) => spec.environment, { A: '' }],
  ['environment=A = 1 , B = "2"', (spec) => spec.environment, { A: '1', B: '2' }],
  ['environment=A= B=2', (spec) => spec.environment, { A: '', B: '2' }],
];

test('a user without a home has /; under supervisord the variables of a user are left alone', () => {
  const files = { '/etc/passwd': 'bare:x:7:8:::\n' };
  assert.equal(processOf('user=bare', { files }).user?.home, '/');
  assert.equal(processOf('user=bare', { files, personality: 'supervisord' }).user?.home, null);
});

for (const [option, pick, expected] of taken) {
  test(`takes ${option || 'no options'}`, () => assert.deepEqual(pick(processOf(option)), expected));
}

const refused: readonly (readonly [option: string, ours: string, peer?: string])[] = [
  ['autostart=maybe', "'maybe' is not a boolean; write true or false"],
  ['autorestart=maybe', "'maybe' is no restart policy; write true, false or unexpected"],
  ['startsecs=x', "'x' is no duration; write seconds, or a number with ms, s, m, h or d, as in 10, 0.5, 500ms, 30s, 5m"],
  ['startretries=-1', '-1 is out of range; write a number from 0 to 2147483647'],
  ['startretries=Unlimited!', "'Unlimited!' is not a whole number; write one as in 10"],
  ['stdout_logfile_maxbytes=10X', "'10X' is not a size; write a number of bytes, or one with KB, MB or GB (1024 each), as in 50MB, 10m or 1.5GiB"],
  ['stdout_logfile_maxbytes=-1', '-1 is out of range; write a number from 0 to 9007199254740991'],
  ['umask=99', "'99' is not an octal number of at most 7777; write one as in 022"],
  ['umask=77777', "'77777' is not an octal number of at most 7777; write one as in 022"],
  ['exitcodes=1-3', "'1-3' is no exit code; write numbers from 0 to 255 with commas between, as in 0,2"],
  ['exitcodes=256', "'256' is no exit code; write numbers from 0 to 255 with commas between, as in 0,2"],
  ['exitcodes=-1', "'-1' is no exit code; write numbers from 0 to 255 with commas between, as in 0,2"],
  ['stopsignal=0', '0 is no signal number; write 1 to 31, 34 to 64, or a name as in TERM'],
  ['stopsignal=65', '65 is no signal number; write 1 to 31, 34 to 64, or a name as in TERM'],
  ['stopsignal=TREM', "'TREM' is no signal (did you mean TERM?); write a name as in TERM, or a number"],
  ['stopsignal=RTMIN+31', "'RTMIN+31' is no signal; write a name as in TERM, or a number"],
  ['stopsignal=nonsense', "'nonsense' is no signal; write a name as in TERM, or a number"],
  ['user=nobody-here', 'there is no user nobody-here in /etc/passwd; write one that is, or a user id'],
  ['user=nobody-here:staff', 'there is no user nobody-here in /etc/passwd; write one that is, or a user id'],
  ['user=4294967295', 'there is no user 4294967295 in /etc/passwd; write one that is, or a user id'],
  ['user=www-data:nope', 'nope is no group in /etc/group; write one that is, or a group id'],
  ['stdout_logfile=/no/a.log', 'there is no directory /no to hold /no/a.log; create it, or name another file'],
  ['stdout_logfile=~nobody/a.log', 'there is no directory ~nobody to hold ~nobody/a.log; create it, or name another file'],
  ['environment=A', 'expected KEY="value" at \'A\'; write pairs as in A="1",B="2"'],
  ['environment="A"=1', 'expected KEY="value" at \'"A"=1\'; write pairs as in A="1",B="2"'],
  ['environment=A="x', 'no closing quotation after A=; end the value with the same quote'],
  ['environment=A="x\0"', 'the value of A holds a NUL character; leave it out'],
];

for (const [option, why] of refused) {
  test(`refuses ${option}`, () => {
    const name = option.slice(0, option.indexOf('='));
    assert.deepEqual(messagesOf(`[program:p]\ncommand=true\n${option}\n`), [`cannot read ${name} of [program:p] (/etc/t.conf:3): ${why}`]);
  });
}

test('words of closed sets offer the nearest one', () => {
  const [message] = messagesOf('[tsinit]\nexit_policy=esential\n[program:p]\ncommand=x\n');
  assert.equal(
    message,
    "cannot read exit_policy of [tsinit] (/etc/t.conf:2): 'esential' is no exit policy (did you mean essential?); write one of never, any, all, essential",
  );
  assert.match(messagesOf('[tsinit]\nloglevel=x\n[program:p]\ncommand=x\n')[0] ?? '', /'x' is no log level; write one of critical/);
});

test('directories and files of the supervisor', () => {
  const { supervisor } = modelOf('[tsinit]\nchildlogdir=/tmp\nnotify_directory=/tmp\nlogfile=off\npidfile=~/p\n[program:p]\ncommand=x\n', {
    world: { workingDirectory: '/var' },
  });
  assert.equal(supervisor.childLogDir, '/tmp');
  assert.equal(supervisor.notifyDirectory, '/tmp');
  assert.equal(supervisor.logFile, null);
  assert.equal(supervisor.pidFile, '/root/p');
  assert.equal(modelOf('[tsinit]\nlogfile=syslog\n[program:p]\ncommand=x\n').supervisor.logFile, 'syslog');
  assert.equal(modelOf('[supervisord]\n', { personality: 'supervisord', world: { workingDirectory: '/var' } }).supervisor.logFile, '/var/supervisord.log');
  assert.match(messagesOf('[tsinit]\ndirectory=/nope\n[program:p]\ncommand=x\n')[0] ?? '', /there is no directory \/nope; create it/);
  assert.match(messagesOf('[tsinit]\nlogfile=/nope/x\n[program:p]\ncommand=x\n')[0] ?? '', /there is no directory \/nope to hold/);
});

test('a home without HOME is that of the user database', () => {
  const world = { environment: {}, uid: 33, isDirectory: () => true };
  assert.deepEqual(processOf('stdout_logfile=~/x', { world }).stdout.target, { kind: 'file', path: '/var/www/x' });
  assert.deepEqual(processOf('stdout_logfile=~root/x', { world }).stdout.target, { kind: 'file', path: '/root/x' });
  assert.deepEqual(processOf('stdout_logfile=~', { world: { ...world, environment: { HOME: '/' } } }).stdout.target, { kind: 'file', path: '/' });
});

test('no user database at all leaves numbers', () => {
  const world = { readFile: (path: string) => (path === '/etc/t.conf' ? { text: '[program:p]\ncommand=x\nuser=5\n' } : { error: 'ENOENT' }) };
  const result = loadText('', { world });
  assert.ok(result.ok);
  assert.equal(result.model.groups[0]?.processes[0]?.user?.uid, 5);
});

test('signals have names', () => {
  assert.deepEqual([15, 34, 37, 64].map(signalName), ['TERM', 'RTMIN', 'RTMIN+3', 'RTMIN+30']);
});

test('how far a stop reaches under supervisord: its own two options, and stop_scope where it is written', () => {
  const scopes = (text: string) => processOf(text, { personality: 'supervisord' }).stopScopes;
  assert.deepEqual(scopes(''), { signal: 'process', wait: 'process', kill: 'process' });
  assert.deepEqual(scopes('stopasgroup=true'), { signal: 'group', wait: 'group', kill: 'group' });
  assert.deepEqual(scopes('killasgroup=true'), { signal: 'process', wait: 'group', kill: 'group' });
  assert.deepEqual(scopes('stop_scope=tree'), { signal: 'tree', wait: 'tree', kill: 'tree' });
  assert.deepEqual(scopes('stop_scope=tree\nstop_scope_signal=main'), { signal: 'process', wait: 'tree', kill: 'tree' });
});
