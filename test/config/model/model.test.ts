/** From text to model: lines, includes, defaults, groups, interfaces. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../../../src/config/read/load.ts';
import { loadText, memoryWorld, messagesOf, modelOf, processOf } from '../world.ts';

const P = '[program:p]\ncommand=true\n';

const commands: readonly (readonly [text: string, argv: readonly string[]])[] = [
  ['command=sh -c "a ; b" ; comment', ['sh', '-c', 'a ; b']],
  ["command=sh -c 'a #b' #comment", ['sh', '-c', 'a #b']],
  ['command=a\\ b "c\\"d\\e" \'f\\\'', ['a b', 'c"d\\e', 'f\\']],
  ['command=a "x\\" ; y" z ; w', ['a', 'x" ; y', 'z']],
  ['command=a \\; b ; c', ['a', ';', 'b']],
  ['command=a;b c#d', ['a;b', 'c#d']],
  ["command=it\\'s ; don't", ["it's"]],
  ['command=one\n  two\n\n ; comment\n\tthree', ['one', 'two', 'three']],
  ['command: a = b', ['a', '=', 'b']],
  ['COMMAND = a ""', ['a', '']],
  ['; comment\n# comment\ncommand=a', ['a']],
  ['command=a\n  # not a word\n  b "c" \'d', []],
];

for (const [text, argv] of commands) {
  test(`reads ${JSON.stringify(text)}`, () => {
    const result = loadText(`[program:p]\n${text}\n`);
    assert.deepEqual(result.ok ? result.model.groups[0]?.processes[0]?.argv : [], argv);
  });
}

test('a backslash at the end escapes nothing', () => {
  assert.match(messagesOf('[program:p]\ncommand=a \\\n')[0] ?? '', /No escaped character/);
});

test('an inline comment right behind the option name', () => {
  assert.match(messagesOf('[program:p]\ncommand ;=a\n')[1] ?? '', /is neither a section header nor an option/);
});

test('words that mean something to parsers are just names and values', () => {
  const model = modelOf(
    '\ufeff[tsinit]\nidentifier=null\n[program:a.b]\ncommand=true\n[program:__proto__]\ncommand=x\nenvironment=__proto__="1"\n[program:a]b]\ncommand=\u2028=x]\n',
  );
  assert.deepEqual(
    model.groups.map(({ name }) => name),
    ['__proto__', 'a.b', 'a]b'],
  );
  assert.equal(model.supervisor.identifier, 'null');
  assert.deepEqual(Object.entries(model.groups[0]?.processes[0]?.environment ?? {}), [['__proto__', '1']]);
});

test('[tsinit] and [supervisord] are one section; the model is frozen', () => {
  const model = modelOf(`[supervisord]\nidentifier=a\n${P}[tsinit]\nloglevel=error\n`);
  assert.equal(model.supervisor.identifier, 'a');
  assert.equal(model.supervisor.logLevel, 'error');
  assert.throws(() => Object.assign(model.groups[0]?.processes[0]?.argv ?? [], ['x']), TypeError);
});

test('exit policy follows the control interface, unless it is set', () => {
  assert.equal(modelOf(P).supervisor.exitPolicy, 'all');
  assert.equal(modelOf(`${P}[inet_http_server]\nport=1\n`).supervisor.exitPolicy, 'never');
  assert.equal(modelOf(`[tsinit]\nexit_policy=any\n${P}`).supervisor.exitPolicy, 'any');
  assert.equal(modelOf(`[supervisord]\n${P}`, { personality: 'supervisord' }).supervisor.exitPolicy, 'never');
});

test('supervisord stops the process alone and logs to files', () => {
  const spec = processOf('', { personality: 'supervisord' });
  assert.deepEqual([spec.stopScopes.signal, spec.stopScopes.kill, spec.stdout.target.kind, spec.stderr.target.kind], ['process', 'process', 'auto', 'auto']);
});

test('defaults for all programs, and for all sections', () => {
  const model = modelOf(
    `[DEFAULT]\nautostart=false\npriority=7\n[program-default]\npriority=5\nuser=root\n${P}[program:q]\ncommand=x\nautostart=true\npriority=1\n`,
  );
  const [q, p] = model.groups;
  assert.deepEqual([p?.priority, p?.processes[0]?.autostart, p?.processes[0]?.user?.uid], [5, false, 0]);
  assert.deepEqual([q?.priority, q?.processes[0]?.autostart], [1, true]);
});

test('names expand, and variables of the supervisor and the program are names', () => {
  const spec = processOf(
    'process_name=%(program_name)s_%(process_num)02d\nnumprocs=2\nnumprocs_start=8\nenvironment=N="%(numprocs)d",S="%(ENV_S)s!"\ndirectory=/%(ENV_N)s/%(here)s/%(host_node_name)s\n[tsinit]\nenvironment=S="s",HOME="/h"\n',
  );
  assert.equal(spec.name, 'p_08');
  assert.deepEqual(spec.environment, { S: 's!', HOME: '/h', N: '2' });
  assert.equal(spec.directory, '/2//etc/box');
});

test('a percent sign is written twice, also where supervisord needs four', () => {
  assert.deepEqual(processOf('stdout_logfile=/tmp/%%').stdout.target, { kind: 'file', path: '/tmp/%' });
  assert.deepEqual(processOf('stdout_logfile=/tmp/%%%%', { personality: 'supervisord' }).stdout.target, { kind: 'file', path: '/tmp/%' });
});

test('included files', () => {
  const files = {
    '/etc/c/b.conf': '[program:p]\ncommand=b %(here)s\n',
    '/etc/c/a.conf': '[program:p]\ncommand=a\n[program:q]\ncommand=q\n',
    '/x.conf': '[include]\nfiles=/nope\n',
  };
  const text = `${P}[include]\nfiles = c/*.conf /x.conf\n  /etc/t.conf\n`;
  const result = loadText(text, { files });
  assert.ok(result.ok);
  assert.deepEqual(result.files, ['/etc/t.conf', '/etc/c/a.conf', '/etc/c/b.conf', '/x.conf']);
  assert.deepEqual(
    result.model.groups.map(({ processes }) => processes[0]?.command),
    ['b /etc/c', 'q'],
  );
  const personality = 'supervisord';
  assert.deepEqual(messagesOf(`[supervisord]\n${text}`, { files, personality }), []);
});

test('a problem in an included file names that file', () => {
  const files = { '/etc/a.conf': '\n[program:q]\ncommand=q\nautostart=x\n' };
  assert.deepEqual(messagesOf('[include]\nfiles=a.conf\n', { files }), [
    "cannot read autostart of [program:q] (/etc/a.conf:4): 'x' is not a boolean; write true or false",
  ]);
});

test('includes that cannot be followed', () => {
  assert.deepEqual(messagesOf(`${P}[include]\n`), ['[include] (/etc/t.conf:3) has no files; write files = conf.d/*.conf']);
  assert.deepEqual(messagesOf(`${P}[include]\nfiles=%(x)s\n`), [
    "cannot expand files of [include] (/etc/t.conf:4): there is no name 'x' here; there are here, host_node_name and ENV_x",
  ]);
  assert.deepEqual(messagesOf(`${P}[include]\nfiles=no/*.conf\n`), ['no file matches /etc/no/*.conf, included by /etc/t.conf:4']);
  const glob = (): readonly string[] => ['/gone'];
  assert.deepEqual(messagesOf(`${P}[include]\nfiles=x\n`, { world: { glob } }), ['cannot read /gone, included by /etc/t.conf: ENOENT: no such file']);
  assert.equal(loadText(`[supervisord]\n[include]\nfiles=x\n`, { world: { glob }, personality: 'supervisord' }).ok, true);
  const many = (): readonly string[] => Array.from({ length: 300 }, () => '/etc/passwd');
  assert.match(
    messagesOf(`${P}[include]\nfiles=x\n`, { world: { glob: many } }).find((message) => message.includes('300')) ?? '',
    /names 300 files; at most 256 are read/,
  );
});

test('a main file in the root directory includes from there', () => {
  const world = memoryWorld({ '/t.conf': '[include]\nfiles=a.conf\n', '/a.conf': P });
  assert.ok(load(world, ['/t.conf'], { personality: 'tsinit', overrides: [] }).ok);
});

test('an include of the root directory', () => {
  const world = memoryWorld({ '/a.conf': P });
  assert.ok(
    loadText('', { world: { ...world, readFile: (path) => (path === '/etc/t.conf' ? { text: '[include]\nfiles=/a.conf\n' } : world.readFile(path)) } }).ok,
  );
});

test('groups take their programs, in start order', () => {
  const model = modelOf(
    '[group:g]\nprograms=b, a,,b\npriority=2\n[program:a]\ncommand=x\npriority=3\n[program:b]\ncommand=%(group_name)s\npriority=3\n[program:c]\ncommand=x\npriority=1\n[group:h]\nprograms=b\n',
  );
  assert.deepEqual(
    model.groups.map(({ name, kind, processes }) => [name, kind, processes.map((process) => `${process.name}:${process.command}`)]),
    [
      ['c', 'program', ['c:x']],
      ['g', 'group', ['a:x', 'b:g']],
      ['h', 'group', ['b:h']],
    ],
  );
});

test('supervisord lets one of two equal names win', () => {
  const text =
    '[supervisord]\n[group:g]\nprograms=a,b\n[program:a]\ncommand=x\nprocess_name=s\n[program:b]\ncommand=y\nprocess_name=s\n[program:g]\ncommand=z\n';
  const model = modelOf(text, { personality: 'supervisord' });
  assert.deepEqual(
    model.groups.map(({ name, processes }) => [name, processes[0]?.command]),
    [['g', 'y']],
  );
});

test('a listener', () => {
  const [group] = modelOf('[eventlistener:e]\ncommand=x\nevents=tick_5, PROCESS_STATE\n').groups;
  assert.ok(group?.kind === 'eventlistener');
  assert.deepEqual([group.events, group.bufferSize, group.priority, group.processes[0]?.priority], [['TICK_5', 'PROCESS_STATE'], 10, -1, -1]);
});

test('FastCGI sockets', () => {
  const socket = (options: string, world = {}): unknown => {
    const [group] = modelOf(`[fcgi-program:f]\ncommand=x\n${options}\n`, { world }).groups;
    return group?.kind === 'fcgi' ? group.socket : null;
  };
  assert.deepEqual(socket('socket=unix:///%(program_name)s'), { kind: 'unix', url: 'unix:///f', path: '/f', backlog: null, owner: null, mode: 0o700 });
  assert.deepEqual(socket('socket=unix:///f\nuser=www-data\nsocket_mode=0666'), {
    kind: 'unix',
    url: 'unix:///f',
    path: '/f',
    backlog: null,
    owner: { uid: 33, gid: 33 },
    mode: 0o666,
  });
  assert.deepEqual(socket('socket=unix:///f\nuser=33', { uid: 33 }), { kind: 'unix', url: 'unix:///f', path: '/f', backlog: null, owner: null, mode: 0o700 });
  assert.deepEqual(socket('socket=unix:///f\nsocket_owner=root:staff'), {
    kind: 'unix',
    url: 'unix:///f',
    path: '/f',
    backlog: null,
    owner: { uid: 0, gid: 50 },
    mode: 0o700,
  });
  assert.deepEqual(socket('socket=tcp://h:80\nsocket_backlog=9'), { kind: 'tcp', url: 'tcp://h:80', host: 'h', port: 80, backlog: 9 });
});

const OPEN = { credentials: null, access: 'admin', otherLogins: [] };

test('control interfaces', () => {
  const { servers, hasControl, hasSupervisorMethods } = modelOf(
    `${P}[unix_http_server]\nfile=a/../s.sock\nchmod=0770\nchown=www-data\n[inet_http_server:x]\nport=*:9001\nusername=\npassword=\n[inet_http_server]\nport=Host:80\nusername=u\npassword=p\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\nretries=1\n`,
  );
  assert.deepEqual(
    servers.map(({ place: _place, ...server }) => server),
    [
      { kind: 'inet', section: 'inet_http_server:x', host: null, port: 9001, allowUnauthenticated: false, ...OPEN },
      {
        kind: 'inet',
        section: 'inet_http_server',
        host: 'host',
        port: 80,
        allowUnauthenticated: false,
        ...OPEN,
        credentials: { username: 'u', password: 'p' },
      },
      { kind: 'unix', section: 'unix_http_server', path: '/s.sock', mode: 0o770, owner: { uid: 33, gid: 33 }, ...OPEN },
    ],
  );
  assert.deepEqual([hasControl, hasSupervisorMethods], [true, true]);
  assert.equal(modelOf(P).hasSupervisorMethods, true);
  assert.equal(modelOf(`[supervisord]\n${P}`, { personality: 'supervisord' }).hasSupervisorMethods, false);
});

test('who may do what, by socket and by login', () => {
  const hash = '$scrypt$ln=14,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2g';
  const { servers } = modelOf(
    `${P}[unix_http_server:1]\nfile=@box\naccess=read\n[unix_http_server:2]\nfile=@\n[inet_http_server]\nport=[::1]:9001\nallow_unauthenticated=true\naccess=Operate\nusername=a\npassword=${hash}\noperate_username=o\noperate_password=p\nread_username=r\nread_password={SHA}${'0'.repeat(40)}\n`,
  );
  const [inet, abstract, file] = servers.map(({ place: _place, ...server }) => server);
  assert.deepEqual(inet, {
    kind: 'inet',
    section: 'inet_http_server',
    host: '::1',
    port: 9001,
    allowUnauthenticated: true,
    access: 'operate',
    credentials: { username: 'a', password: hash },
    otherLogins: [
      { access: 'operate', username: 'o', password: 'p' },
      { access: 'read', username: 'r', password: `{SHA}${'0'.repeat(40)}` },
    ],
  });
  assert.deepEqual(abstract, { kind: 'abstract', section: 'unix_http_server:1', name: 'box', ...OPEN, access: 'read' });
  assert.equal(file?.kind, 'unix');
});

test('supervisord serves everybody, and takes any password as it stands', () => {
  const { servers } = modelOf(`[supervisord]\n${P}[inet_http_server]\nport=1\nusername=a\npassword={SHA}no\n`, { personality: 'supervisord' });
  const [server] = servers;
  assert.equal(server?.kind === 'inet' && server.allowUnauthenticated, true);
  assert.equal(server?.credentials?.password, '{SHA}no');
});
