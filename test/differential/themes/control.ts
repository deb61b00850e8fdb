/** The control interface as the log, programs and the real supervisorctl see it: what is said at the start, commands, restart, shutdown. */
import { STAY, type Scenario, type Theme, ctl, fileHas, line, program as plainProgram, quiet, running, signal, socket, tell } from '../scenario.ts';

const program = (name: string, command: string, ...options: readonly string[]): string => plainProgram(name, command, 'startsecs=0', ...options);

const UNIX = '[unix_http_server]\nfile={dir}/s\n';
const RPC = '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n';
const CTL = '[supervisorctl]\nserverurl=unix://{dir}/s\n';

const stays = program('a', STAY, ...quiet);
const idle = (name: string, ...options: readonly string[]): string => program(name, STAY, 'autostart=false', ...options, ...quiet);

/** Leaves a mark when it is really there: a signal that comes before may be lost under supervisord. */
const marking = (name: string, ...options: readonly string[]): string =>
  program(name, `sh -c 'echo up >> {dir}/${name}.up; exec sleep 1000'`, ...options, ...quiet);

const marked = (name: string, count: number) => fileHas(`${name}.up`, new RegExp(`^(?:up\\n){${count}}`));

/** Behind a unix socket, with everything that supervisorctl needs. */
const controlled = (name: string, conf: string, ...steps: readonly NonNullable<Scenario['steps']>[number][]): Scenario => ({
  name,
  conf: `${conf}${UNIX}${RPC}${CTL}`,
  steps: [socket('s'), ...steps],
});

/** Its environment, written when it starts. */
const reporting = (name: string, ...options: readonly string[]): string =>
  program(name, '{report} --wait env', `stdout_logfile={dir}/${name}.out`, 'redirect_stderr=true', ...options);

const reported = (name: string) => fileHas(`${name}.out`, /^reported$/m);

export const control: Theme = {
  name: 'control',
  scenarios: [
    { name: 'a unix socket without a password', conf: `${stays}${UNIX}${RPC}`, steps: [running('a'), socket('s')] },
    { name: 'a unix socket with a password', conf: `${stays}${UNIX}username=u\npassword=p\n${RPC}`, steps: [running('a'), socket('s')] },
    { name: "without supervisor's own methods", conf: `${stays}${UNIX}`, steps: [running('a'), socket('s')] },
    { name: 'mode of the socket', conf: `${stays}${UNIX}chmod=0770\n${RPC}${CTL}`, steps: [running('a'), socket('s'), ctl('pid')] },
    {
      name: 'where programs find it',
      conf: `${reporting('a')}${reporting('b', 'serverurl=http://elsewhere')}${reporting('c', 'environment=SUPERVISOR_SERVER_URL=mine')}${UNIX}${RPC}`,
      steps: [reported('a'), reported('b'), reported('c'), socket('s')],
    },
    controlled('status', stays + idle('b'), running('a'), ctl('status a', 'status nobody', 'pid', 'avail')),
    controlled(
      'start, stop, restart',
      marking('a') + marking('b', 'autostart=false'),
      marked('a', 1),
      ctl('start b', 'start b'),
      marked('b', 1),
      ctl('stop b', 'stop b', 'restart a'),
      marked('a', 2),
      ctl('stop all', 'start all', 'start nobody'),
      marked('a', 3),
      marked('b', 2),
    ),
    controlled(
      'a start that fails',
      plainProgram('gone', '/no/such', 'autostart=false', ...quiet) +
        plainProgram('folder', '{dir}', 'autostart=false', ...quiet) +
        plainProgram('plain', '{dir}/main.conf', 'autostart=false', ...quiet) +
        plainProgram('quick', 'sh -c "exit 3"', 'autostart=false', 'startretries=0', 'startsecs=100', ...quiet) +
        stays,
      running('a'),
      ctl('start gone', 'start folder', 'start plain', 'start quick'),
      line(/gave up: quick/),
      ctl(),
    ),
    controlled(
      'signals go to the main process alone',
      program('a', `sh -c 'trap "echo usr1 >> {dir}/told" USR1; : > {dir}/up; while :; do read x < {dir}/never; done'`, ...quiet) + idle('b'),
      fileHas('up', /^/),
      running('a'),
      ctl('signal USR1 a', 'signal USR1 b', 'signal NOSUCH a', 'signal HUP nobody'),
      fileHas('told', /usr1/),
    ),
    controlled('shutdown', stays + idle('b'), running('a'), ctl('shutdown', 'y')),
    controlled(
      'reload',
      marking('a') + marking('b', 'autostart=false'),
      marked('a', 1),
      ctl('start b'),
      marked('b', 1),
      ctl('reload', 'y'),
      marked('a', 2),
      running('a', 2),
      socket('s'),
      ctl(),
    ),
    controlled('HUP keeps the control interface', stays, running('a'), signal('SIGHUP'), running('a', 2), socket('s'), ctl()),
    controlled(
      'a stop waits for the program',
      program('a', `sh -c 'trap "read x < {dir}/go; exit 0" TERM; : > {dir}/up; while :; do read x < {dir}/never; done'`, ...quiet),
      fileHas('up', /^/),
      running('a'),
      (server) => {
        const asked = server.ctl(['stop a']);
        return Promise.all([asked, server.container.stdout.line(/waiting for a to stop/).then(() => tell('go')(server))]);
      },
      line(/stopped: a/),
    ),
    // Said when a stopped program is still there when supervisord looks for the first time, and again as long as it is.
  ].map((scenario): Scenario => ({ ...scenario, files: { 'never|': '', 'go|': '' }, omit: /INFO waiting for \S+ to stop$/ })),
};
