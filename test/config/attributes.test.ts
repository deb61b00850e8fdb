/** What a process is given by the kernel: values that are taken, and what is refused in which words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesOf, processOf } from './world.ts';

const attributesOf = (options: string) => processOf(options).attributes;

test('without options everything is as tsinit itself has it', () => {
  assert.deepEqual(attributesOf(''), {
    nice: null,
    oomScoreAdjust: null,
    limits: [],
    noNewPrivileges: false,
    capabilities: null,
    processors: null,
    ioPriority: null,
    parentDeathSignal: null,
    root: null,
    hasTerminal: false,
  });
  assert.equal(processOf('').stdin, null);
  assert.equal(processOf('').clearsEnvironment, false);
});

test('each option is taken', () => {
  assert.equal(attributesOf('nice=-5').nice, -5);
  assert.equal(attributesOf('oom_score_adj=-1000').oomScoreAdjust, -1000);
  assert.equal(attributesOf('no_new_privileges=yes').noNewPrivileges, true);
  assert.equal(attributesOf('capabilities=net_bind_service, CAP_CHOWN').capabilities, (1n << 10n) | 1n);
  assert.equal(attributesOf('capabilities=checkpoint_restore').capabilities, 1n << 40n);
  assert.equal(attributesOf('capabilities=none').capabilities, 0n);
  assert.deepEqual(attributesOf('cpu_affinity=6,0-3 2').processors, [0, 1, 2, 3, 6]);
  assert.equal(attributesOf('io_priority=idle').ioPriority, 3 << 13);
  assert.equal(attributesOf('io_priority=Best-Effort').ioPriority, (2 << 13) | 4);
  assert.equal(attributesOf('io_priority=realtime:0').ioPriority, 1 << 13);
  assert.equal(attributesOf('pdeathsig=KILL').parentDeathSignal, 9);
  assert.equal(attributesOf('chroot=/srv').root, '/srv');
  assert.equal(attributesOf('tty=true').hasTerminal, true);
  assert.equal(processOf('stdin=Pipe').stdin, 'pipe');
  assert.equal(processOf('clear_env=true').clearsEnvironment, true);
  assert.deepEqual(processOf('user=www-data\ngroups=adm,50').user?.groups, [4, 50]);
});

test('limits are soft, or soft and hard, in numbers and sizes', () => {
  const limits = 'limit_nofile=10:20\nlimit_core=0\nlimit_as=1GB:unlimited\nlimit_nproc=Infinity\nlimit_cpu=5';
  assert.deepEqual(attributesOf(limits).limits, [
    { resource: 0, soft: 5, hard: 5 },
    { resource: 4, soft: 0, hard: 0 },
    { resource: 6, soft: Number.POSITIVE_INFINITY, hard: Number.POSITIVE_INFINITY },
    { resource: 7, soft: 10, hard: 20 },
    { resource: 9, soft: 1024 ** 3, hard: Number.POSITIVE_INFINITY },
  ]);
});

test('files of variables: comments, export, quotes; later files and environment= win', () => {
  const files = {
    '/etc/a.env': '# comment\n\nexport A=1\nB="x\\ny \\"q\\" \\$H \\z"\nC=\'$raw\\n\'\r\nD=file\nE=\n',
    '/etc/b.env': 'A=2\n',
  };
  const spec = processOf('env_file=/etc/a.env, -/etc/none.env /etc/b.env\nenvironment=D="own"', { files });
  assert.deepEqual(spec.environment, { A: '2', B: 'x\ny "q" $H \\z', C: '$raw\\n', D: 'own', E: '' });
});

test('a quoted value goes over several lines, and a comment may stand behind it', () => {
  const text = 'A=\'b\' # c\nexport B="x # y"\t#z\nKEY="-----BEGIN-----\n# a=b \\"\n\n-----END-----\n" # pem\nS=\'1\n 2\'  \nC=plain # text\r\nD="end\\\\"';
  const spec = processOf('env_file=/etc/a.env', { files: { '/etc/a.env': text } });
  const expected = { A: 'b', B: 'x # y', KEY: '-----BEGIN-----\n# a=b "\n\n-----END-----\n', S: '1\n 2', C: 'plain # text', D: 'end\\' };
  assert.deepEqual(spec.environment, expected);
});

const refused: readonly (readonly [string, RegExp])[] = [
  ['capabilities=net_bind_servise', /net_bind_servise is no capability \(did you mean net_bind_service\?\)/],
  ['capabilities=everything_there_is', /everything_there_is is no capability; write names/],
  ['cpu_affinity=3-1', /3-1 is no processor and no range/],
  ['cpu_affinity=a', /a is no processor/],
  ['cpu_affinity=1024', /1024 is no processor/],
  ['cpu_affinity=', /no processor is named/],
  ['io_priority=idle:3', /idle:3 is no disk priority/],
  ['io_priority=fast', /fast is no disk priority/],
  ['io_priority=:', /: is no disk priority/],
  ['limit_nofile=1:2:3', /1:2:3 is no limit; write one number, or soft:hard/],
  ['limit_nofile=20:10', /the soft limit 20 is above the hard limit 10/],
  ['limit_nofile=x', /'x' is not a whole number/],
  ['limit_as=1GB:x', /'x' is not a size/],
  ['nice=20', /20 is out of range/],
  ['groups=adm', /groups of \[program:p\] .* needs a user/],
  ['user=33\ngroups=nobody-knows', /there is no group nobody-knows/],
  ['env_file=/etc/none.env', /cannot read \/etc\/none\.env: .*; write -\/etc\/none\.env when it may be missing/],
  ['stdin=tty', /'tty' is no kind of standard input/],
];

test('each wrong value gets a sentence', () => {
  for (const [option, expected] of refused) {
    const messages = messagesOf(`[program:p]\ncommand=true\n${option}\n`);
    assert.equal(messages.length, 1, `${option}: ${messages.join(' / ')}`);
    assert.match(messages[0] ?? '', expected, option);
  }
});

test('a line of a file that is none, and a quote without an end, are told with their line', () => {
  const messageOf = (text: string) => messagesOf('[program:p]\ncommand=true\nenv_file=/etc/a.env\n', { files: { '/etc/a.env': text } })[0] ?? '';
  assert.match(messageOf('A=1\nnonsense\n'), /\/etc\/a\.env:2: this is no KEY=VALUE/);
  assert.match(messageOf('A="1\n'), /\/etc\/a\.env:1: a quote is not closed/);
  assert.match(messageOf("A='\n"), /\/etc\/a\.env:1: a quote is not closed/);
  assert.match(messageOf('A="1\n2"\nB="x\\"\nC=1\n'), /\/etc\/a\.env:3: a quote is not closed/, 'the line where it begins');
  assert.match(messageOf("A='b'#c\n"), /\/etc\/a\.env:1: there is text behind the closing quote/);
});

test('a directory is looked for below the new root', () => {
  const text = '[program:p]\ncommand=true\nchroot=/var\ndirectory=/log\n';
  assert.deepEqual(messagesOf(text), []);
});
