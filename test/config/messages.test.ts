/** Problem by problem: a text, and exactly what the operator is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesOf } from './world.ts';

const P = '[program:p]\ncommand=true\n';

const cases: readonly (readonly [title: string, text: string, messages: readonly string[]])[] = [
  ['an unknown option names the nearest', `${P}autostrat=1\n`, ["unknown option 'autostrat' in [program:p] (/etc/t.conf:3); did you mean 'autostart'?"]],
  ['an unknown option without a near one', `${P}zzzzzz=1\n`, ["unknown option 'zzzzzz' in [program:p] (/etc/t.conf:3)"]],
  [
    'options that supervisord passes over',
    `[supervisord]\nhttp_port=1\n${P}pidfile=/x\n[group:g]\nprograms=p\npidfile=/x\n`,
    [
      "unknown option 'http_port' in [supervisord] (/etc/t.conf:2); it is of the first versions of supervisord; write [inet_http_server] or [unix_http_server]",
      "unknown option 'pidfile' in [program:p] (/etc/t.conf:5); supervisord passes over it: no process id file is needed, tsinit knows the process that it has started; leave it out, or write pid_file= where the program puts itself into the background",
      "unknown option 'pidfile' in [group:g] (/etc/t.conf:8)",
    ],
  ],
  [
    'pidproxy',
    '[program:p]\ncommand=/usr/bin/pidproxy /run/x.pid x\n',
    [
      "command of [program:p] (/etc/t.conf:2) runs pidproxy, which comes with supervisor's Python package; its work is built in: write command=x and pid_file=/run/x.pid",
    ],
  ],
  [
    'the handler of supervisor-stdout',
    `${P}[eventlistener:stdout]\ncommand=supervisor_stdout\nevents=PROCESS_LOG\nresult_handler=supervisor_stdout:event_handler\n`,
    [
      '[eventlistener:stdout] (/etc/t.conf:3) is left out: log_format=prefix does its job; write stdout_logfile=/dev/stdout and log_format=prefix in the programs, in the place of stdout_events_enabled',
    ],
  ],
  ['an unknown option in [DEFAULT]', `[DEFAULT]\nautostat=1\n${P}`, ["unknown option 'autostat' in [DEFAULT] (/etc/t.conf:2); did you mean 'autostart'?"]],
  ['an unknown section names the nearest', `${P}[progam:x]\n`, ['unknown section [progam:x] (/etc/t.conf:3); did you mean [program:x]?']],
  ['a section in capitals', `${P}[TSINIT]\n`, ['unknown section [TSINIT] (/etc/t.conf:3); did you mean [tsinit]?']],
  ['a section without its name', `${P}[program]\ncommand=x\n`, ['unknown section [program] (/etc/t.conf:3); did you mean [program:name]?']],
  ['a section with a name it has not', `${P}[tsinit:x]\n`, ['unknown section [tsinit:x] (/etc/t.conf:3); did you mean [tsinit]?']],
  ['no command', '[program:p]\n', ['[program:p] (/etc/t.conf:1) has no command; write command=...']],
  ['an empty command', '[program:p]\ncommand=\n', ['command of [program:p] (/etc/t.conf:2) is empty; write the program to run']],
  ['a command with NUL', '[program:p]\ncommand=a\0\n', ['command of [program:p] (/etc/t.conf:2) holds a NUL character; leave it out']],
  [
    'an open quote',
    '[program:p]\ncommand=a "b\n',
    ['cannot split command of [program:p] (/etc/t.conf:2): No closing quotation; pair the quotes, or write \\ in front of a quote that is meant'],
  ],
  [
    'a bad name',
    '[program:a b]\ncommand=x\n',
    ["cannot read the name of [program:a b] (/etc/t.conf:1): 'a b' holds ' '; a name has no blank, no colon and no slash"],
  ],
  ['an empty name', '[program:]\ncommand=x\n', ['cannot read the name of [program:] (/etc/t.conf:1): the name is empty; write one']],
  [
    'a bad process name by default',
    '[program:p]\ncommand=x\nnumprocs=2\nprocess_name=\n',
    [
      'process_name of [program:p] (/etc/t.conf:4) must hold %(process_num)d when numprocs is 2; write process_name=%(program_name)s_%(process_num)02d',
      'cannot read process_name of [program:p] (/etc/t.conf:4): the name is empty; write one',
    ],
  ],
  [
    'a bad process name',
    `${P}process_name=a/b\n`,
    ["cannot read process_name of [program:p] (/etc/t.conf:3): 'a/b' holds '/'; a name has no blank, no colon and no slash"],
  ],
  [
    'numprocs without number',
    `${P}numprocs=2\n`,
    ['process_name of [program:p] (/etc/t.conf:3) must hold %(process_num)d when numprocs is 2; write process_name=%(program_name)s_%(process_num)02d'],
  ],
  [
    'two words for the scope of a stop',
    `${P}stop_scope=tree\nkillasgroup=true\n`,
    ['stop_scope of [program:p] (/etc/t.conf:3) stands beside killasgroup, of which it takes the place; keep one of them'],
  ],
  [
    'contradicting signals',
    `${P}killasgroup=false\nstopasgroup=true\n`,
    ['killasgroup=false of [program:p] (/etc/t.conf:3) contradicts stopasgroup=true (/etc/t.conf:4); make them equal'],
  ],
  [
    'equal process names',
    `${P}[program:q]\ncommand=x\nprocess_name=p\n[group:g]\nprograms=p,q\n`,
    ['two processes of [group:g] (/etc/t.conf:6) are called p, from [program:p] and [program:q]; tell them apart by process_name'],
  ],
  [
    'equal names from one program',
    `${P}numprocs=2\nprocess_name=a%(process_num).0s\n`,
    ['two processes of [program:p] (/etc/t.conf:1) are called a, from [program:p]; tell them apart by process_name'],
  ],
  [
    'equal group names',
    `${P}[program:q]\ncommand=x\n[group:q]\nprograms=p\n`,
    ['two groups are called q; the names of programs, groups and listeners must differ'],
  ],
  ['an unknown member', `${P}[group:g]\nprograms=nope\n`, ['[group:g] (/etc/t.conf:4) names nope, but there is no [program:nope]']],
  [
    'an ambiguous member',
    `${P}[fcgi-program:p]\ncommand=x\nsocket=tcp://a:1\n[group:g]\nprograms=p\n`,
    [
      'two groups are called p; the names of programs, groups and listeners must differ',
      '[group:g] (/etc/t.conf:7) names p, which is both a program and an fcgi-program; rename one of them',
    ],
  ],
  ['an option set twice', `${P}command=false\n`, ['command of [program:p] is set twice in /etc/t.conf, in lines 2 and 3; the last one counts']],
  [
    'a directory that is not there',
    `${P}directory=/nope\n`,
    ['directory of [program:p] (/etc/t.conf:3): there is no /nope yet; without it the program cannot start'],
  ],
  [
    'a log file that is overruled',
    `${P}redirect_stderr=true\nstderr_logfile=/tmp/x\n`,
    ['stderr_logfile of [program:p] (/etc/t.conf:4) is ignored, for redirect_stderr sends stderr the way of stdout'],
  ],
  [
    'an unset variable',
    '[program:p]\ncommand=%(ENV_NOPE)s\n',
    ['cannot expand command of [program:p] (/etc/t.conf:2): the environment variable NOPE is not set'],
  ],
  [
    'a mistyped variable',
    '[program:p]\ncommand=%(ENV_HOEM)s\n',
    ['cannot expand command of [program:p] (/etc/t.conf:2): the environment variable HOEM is not set; did you mean %(ENV_HOME)s?'],
  ],
  [
    'a mistyped name',
    '[program:p]\ncommand=%(program_nam)s\n',
    ["cannot expand command of [program:p] (/etc/t.conf:2): there is no name 'program_nam' here; did you mean %(program_name)s?"],
  ],
  [
    'an unknown name',
    '[tsinit]\nidentifier=%(x)s\n[program:p]\ncommand=x\n',
    ["cannot expand identifier of [tsinit] (/etc/t.conf:2): there is no name 'x' here; there are here, host_node_name and ENV_x"],
  ],
  [
    'a lone percent sign',
    '[program:p]\ncommand=100%\n',
    ['cannot expand command of [program:p] (/etc/t.conf:2): incomplete format; write %% for a percent sign, %(name)s for a name'],
  ],
  [
    'an option before any section',
    `x=1\n${P}`,
    ["cannot read /etc/t.conf:1: 'x=1' stands in front of the first section; write a section header as in [program:web] above it"],
  ],
  [
    'a line that is nothing',
    `${P}oops\n`,
    ["cannot read /etc/t.conf:3: 'oops' is neither a section header nor an option; write option=value, or indent the line to continue the value above"],
  ],
  ['a broken header', `${P}[oops\n`, ["cannot read /etc/t.conf:3: '[oops' is no section header; write one as in [program:web]"]],
  ['nothing to run', '[tsinit]\n', ['/etc/t.conf has no [program:x] section: nothing to run; write [program:name] and command=... below it']],
  [
    'a policy that waits for nobody',
    `[tsinit]\nexit_policy=essential\n${P}`,
    ['exit_policy=essential (/etc/t.conf:2) waits for an essential program, and there is none; write essential=true in the section of one'],
  ],
  [
    'the same, from the defaults',
    `[DEFAULT]\nexit_policy=essential\n${P}`,
    ['exit_policy=essential (/etc/t.conf:1) waits for an essential program, and there is none; write essential=true in the section of one'],
  ],
  ['a policy that waits for somebody', `[tsinit]\nexit_policy=essential\n${P}essential=true\n`, []],
  [
    'a mistake beside it comes first',
    `[tsinit]\nexit_policy=essential\n${P}essential=perhaps\n`,
    ["cannot read essential of [program:p] (/etc/t.conf:5): 'perhaps' is not a boolean; write true or false"],
  ],
  [
    'nothing to run yet',
    '[inet_http_server]\nport=9001\n',
    ['/etc/t.conf has no [program:x] section: nothing to run; write [program:name] and command=... below it'],
  ],
  [
    'a plugin',
    `${P}[rpcinterface:x]\nsupervisor.rpcinterface_factory=a:b\n`,
    [
      "cannot load a:b of [rpcinterface:x] (/etc/t.conf:4): it is Python code, and tsinit runs without Python; supervisor's own methods are built in (supervisor.rpcinterface:make_main_rpcinterface), for anything else run a program that talks to the control interface",
    ],
  ],
  [
    'a plugin without factory',
    `${P}[rpcinterface:x]\n`,
    [
      '[rpcinterface:x] (/etc/t.conf:3) has no supervisor.rpcinterface_factory; write supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface',
    ],
  ],
  [
    'a client plugin',
    `${P}[ctlplugin:x]\nsupervisor.ctl_factory=a:b\n`,
    ['[ctlplugin:x] (/etc/t.conf:3) is ignored: client plugins are Python code, and tsinit runs without Python'],
  ],
  [
    'half credentials',
    `${P}[unix_http_server]\nfile=/x\nusername=a\n`,
    ['[unix_http_server] (/etc/t.conf:3) has no password; write both username and password, or neither'],
  ],
  [
    'the other half',
    `${P}[inet_http_server]\nport=1\npassword=a\n`,
    ['[inet_http_server] (/etc/t.conf:3) has no username; write both username and password, or neither'],
  ],
  [
    'half of a login with less access',
    `${P}[inet_http_server]\nport=1\nusername=a\npassword=b\nread_username=c\n`,
    ['[inet_http_server] (/etc/t.conf:3) has no read_password; write both read_username and read_password, or neither'],
  ],
  [
    'logins for less access alone',
    `${P}[inet_http_server]\nport=1\nread_username=a\nread_password=b\n`,
    ['[inet_http_server] (/etc/t.conf:3) has logins for less access, and none for its own; write username and password, too'],
  ],
  [
    'hashes with mistakes',
    `${P}[inet_http_server]\nport=1\nusername=a\npassword={SHA}b\nread_username=c\nread_password=$scrypt$x\n`,
    [
      'cannot read password of [inet_http_server] (/etc/t.conf:6): it starts with {SHA} and is not a SHA-1 hash; write {SHA} and 40 hexadecimal digits',
      'cannot read read_password of [inet_http_server] (/etc/t.conf:8): it starts with $scrypt$ and is not an scrypt hash; let `tsinit ctl hash-password` write one',
    ],
  ],
  [
    'bad addresses',
    `${P}[inet_http_server]\nport=a:b\n`,
    ["cannot read port of [inet_http_server] (/etc/t.conf:4): 'b' is no port; write a number from 1 to 65535, or host:port"],
  ],
  [
    'a bad owner',
    `${P}[unix_http_server]\nfile=/x\nchown=root:nope\n`,
    ['cannot read chown of [unix_http_server] (/etc/t.conf:5): there is no group nope in /etc/group; write one that is, or a group id'],
  ],
  [
    'a listener that redirects, with nothing to hear and no room',
    '[eventlistener:e]\ncommand=x\nevents=,\nbuffer_size=0\nredirect_stderr=true\nresult_handler=a:b\n',
    [
      'events of [eventlistener:e] (/etc/t.conf:3) is empty; write types as in PROCESS_STATE,TICK_60',
      'buffer_size of [eventlistener:e] (/etc/t.conf:4) must be at least 1',
      'redirect_stderr of [eventlistener:e] (/etc/t.conf:5) must be false, for stdout carries the listener protocol',
      'result_handler of [eventlistener:e] (/etc/t.conf:6) is Python code, and tsinit runs without Python; leave it out, or let the listener itself do what is to be done with its results',
    ],
  ],
  [
    'a mistyped event',
    '[eventlistener:e]\ncommand=x\nevents=TICK_6\n',
    ['cannot read events of [eventlistener:e] (/etc/t.conf:3): there is no event type TICK_6; did you mean TICK_5?'],
  ],
  [
    'an unknown event',
    '[eventlistener:e]\ncommand=x\nevents=ZZZZZZZZ\n',
    ['cannot read events of [eventlistener:e] (/etc/t.conf:3): there is no event type ZZZZZZZZ; write one as in PROCESS_STATE'],
  ],
  [
    'a tcp socket with a mode',
    '[fcgi-program:f]\ncommand=x\nsocket=tcp://a:1\nsocket_mode=0700\n',
    ['socket_owner and socket_mode of [fcgi-program:f] (/etc/t.conf:4) need a unix socket; leave them out, or write socket=unix:///path'],
  ],
  [
    'a tcp socket with an owner',
    '[fcgi-program:f]\ncommand=x\nsocket=tcp://a:1\nsocket_owner=root\n',
    ['socket_owner and socket_mode of [fcgi-program:f] (/etc/t.conf:4) need a unix socket; leave them out, or write socket=unix:///path'],
  ],
  [
    'bad priorities',
    '[group:g]\npriority=x\n[program:p]\ncommand=x\npriority=y\n',
    [
      "cannot read priority of [group:g] (/etc/t.conf:2): 'x' is not a whole number; write one as in 10",
      "cannot read priority of [program:p] (/etc/t.conf:5): 'y' is not a whole number; write one as in 10",
    ],
  ],
  [
    'too many processes',
    '[program:p]\ncommand=x\nnumprocs=3000\nprocess_name=%(process_num)d\n[program:q]\ncommand=x\nnumprocs=3000\nprocess_name=%(process_num)d\n',
    ['up to [program:q] (/etc/t.conf:5) there are 6000 processes; at most 4095 can run'],
  ],
];

for (const [title, text, messages] of cases) {
  test(title, () => assert.deepEqual(messagesOf(text), messages));
}
