/** What the clients are asked, in this order, of one server. Each line is told why it is there. */

export const CONFIGURATION = `[unix_http_server]
file={dir}/s.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://{dir}/s.sock
[program:cat]
command=cat
startsecs=0
stdout_logfile={dir}/cat.out
[program:talk]
command=sh -c 'echo one; echo two; echo drei-äöü; echo problem >&2; exec cat'
startsecs=0
stdout_logfile={dir}/talk.out
stderr_logfile={dir}/talk.err
[program:silent]
command=sleep 1000
startsecs=0
stdout_logfile=NONE
stderr_logfile=NONE
[program:off]
command=sleep 1000
autostart=false
startsecs=0
[program:gone]
command=/no/such/file
autostart=false
startretries=0
[program:plain]
command={dir}/main.conf
autostart=false
startretries=0
[program:quick]
command=false
autostart=false
startretries=0
[program:n]
command=sleep 1000
numprocs=2
process_name=%(program_name)s_%(process_num)d
startsecs=0
[group:pair]
programs=left,right
priority=5
[program:left]
command=sleep 1000
startsecs=0
[program:right]
command=sleep 1000
startsecs=0
autostart=false
`;

/** Programs whose RUNNING must have been told before the first question. */
export const RUNNING = ['cat', 'talk', 'silent', 'n_0', 'n_1', 'left'];

/** Each line with what is typed into it. */
export type Line = readonly [line: string, input?: string];

export const LINES: readonly Line[] = [
  ['status'],
  ['status all'],
  ['status cat'],
  ['status cat silent cat'],
  ['status n:*'],
  ['status pair:'],
  ['status pair:left n:n_1 pair:*'],
  ['status nobody'],
  ['status nobody:*'],
  ['status nobody cat off'],
  ['status n'],
  ['status off'],
  ['  status   cat  '],
  ['status\tcat'],
  ['pid'],
  ['pid all'],
  ['pid cat'],
  ['pid off'],
  ['pid cat nobody off'],
  ['pid n:n_0'],
  ['pid n:*'],
  ['version'],
  ['version x'],
  ['avail'],
  ['avail x'],
  ['start'],
  ['start cat'],
  ['start off'],
  ['start off'],
  ['start nobody'],
  ['start nobody:*'],
  ['start gone'],
  ['start plain'],
  ['start quick'],
  ['start cat nobody pair:right'],
  ['start n:*'],
  ['start cat nobody:* gone cat'],
  ['stop'],
  ['stop off'],
  ['stop off'],
  ['stop nobody'],
  ['stop nobody:*'],
  ['stop n:*'],
  ['stop n:n_0 cat'],
  ['start n:* cat'],
  ['stop pair:'],
  ['start pair:'],
  ['start n'],
  ['restart'],
  ['restart cat'],
  ['restart pair:*'],
  ['restart nobody cat'],
  ['restart gone'],
  ['signal'],
  ['signal HUP'],
  ['signal NOSUCH cat'],
  ['signal CONT cat'],
  ['signal SIGCONT cat n:*'],
  ['signal 18 cat'],
  ['signal cont silent'],
  ['signal CONT nobody'],
  ['signal CONT nobody:*'],
  ['signal CONT gone'],
  ['signal 999 cat'],
  ['signal CONT nobody cat'],
  ['tail'],
  ['tail talk'],
  ['tail -5 talk'],
  ['tail -3 talk stdout'],
  ['tail talk stderr'],
  ['tail talk STDERR'],
  ['tail talk stdwhat'],
  ['tail -x talk'],
  ['tail - talk'],
  ['tail -0 talk'],
  ['tail -f'],
  ['tail -5'],
  ['tail silent'],
  ['tail nobody'],
  ['tail a b c d'],
  ['tail talk stderr more'],
  ['tail n:n_0'],
  ['tail -f nobody'],
  ['tail -f silent'],
  ['maintail x'],
  ['maintail -x'],
  ['maintail a b'],
  ['clear'],
  ['clear talk'],
  ['tail talk'],
  ['clear nobody'],
  ['clear n:*'],
  ['clear silent'],
  ['clear cat nobody talk'],
  ['clear all'],
  ['fg'],
  ['fg cat talk'],
  ['fg nobody'],
  ['fg off'],
  ['reread'],
  ['reread x'],
  ['add'],
  ['add cat'],
  ['add nobody'],
  ['remove'],
  ['remove cat'],
  ['remove nobody'],
  ['remove off'],
  ['status off'],
  ['add off'],
  ['update'],
  ['update nobody'],
  ['update all'],
  ['update cat nobody'],
  ['stop all'],
  ['start all'],
  ['signal CONT all'],
  ['stop all cat'],
  ['restart all'],
  ['reload x'],
  ['shutdown x'],
];

/** Typed into a shell, one after the other. */
export const TYPED: readonly string[] = [
  '',
  'version',
  '  status   cat  ',
  'status\tcat',
  'nonsense',
  'nonsense with words',
  '!ls',
  'status-x',
  '-',
  '_',
  'start_',
  'ß',
  '? status',
  '?status',
  '?',
  'help',
  'help help',
  'help nobody',
  'help EOF',
  ...'add avail clear exit fg maintail open pid quit reload remove reread restart shutdown signal start status stop tail update version'
    .split(' ')
    .map((name) => `help ${name}`),
  'open',
  'open nonsense',
  'open ftp://x',
  'start cat',
  'tail -3 talk',
  'shutdown',
  'n',
  'reload',
  '',
  'open unix://{dir}/none.sock',
  'pid cat',
  'avail',
  'shutdown',
  'yes',
  'open unix://{dir}/s.sock',
  'status off',
];
