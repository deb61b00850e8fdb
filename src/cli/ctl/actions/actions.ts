/** The table of actions: what supervisorctl has, word for word, and ours behind it. */
import type { Personality } from '../../../config/model/settings.ts';
import type { Action, Run } from './action.ts';
import { add, avail, remove, reread, update } from './configuration.ts';
import { maintail, tail } from './logs.ts';
import { clear, restart, signal, start, stop } from './orders.ts';
import { open, reload, shutdown, version } from './server.ts';
import { pid, status } from './status.ts';

const peer = (name: string, run: Run, completes: Action['completes'], help: readonly string[]): Action => ({ name, run, completes, help, isOurs: false });

const own = (name: string, run: Run, completes: Action['completes'], help: readonly string[]): Action => ({ name, run, completes, help, isOurs: true });

/** The shell leaves by these itself; alone they are an empty line. */
const leave: Run = async (session) => session.line('');

const foreground: Run = async (...all) => (await import('./foreground.ts')).foreground(...all);
const wait: Run = async (...all) => (await import('./wait.ts')).wait(...all);
const why: Run = async (...all) => (await import('./why.ts')).why(...all);
const hash: Run = async (...all) => (await import('./hash-password.ts')).hash(...all);
const completion: Run = async (...all) => (await import('../shell/completion-script.ts')).completion(...all);
const events: Run = async (...all) => (await import('./events.ts')).events(...all);

const ACTIONS: readonly Action[] = [
  peer('add', add, 'groups', ['add <name> [...]\tActivates any updates in config for process/group']),
  peer('avail', avail, 'nothing', ['avail\t\t\tDisplay all configured processes']),
  peer('clear', clear, 'processes', [
    "clear <name>\t\tClear a process' log files.",
    "clear <name> <name>\tClear multiple process' log files",
    "clear all\t\tClear all process' log files",
  ]),
  peer('exit', leave, 'nothing', ['exit\tExit the supervisor shell.']),
  peer('fg', foreground, 'processes', ['fg <process>\tConnect to a process in foreground mode', '\t\tCtrl-C to exit']),
  peer('maintail', maintail, 'nothing', [
    'maintail -f \tContinuous tail of supervisor main log file (Ctrl-C to exit)',
    'maintail -100\tlast 100 *bytes* of supervisord main log file',
    'maintail\tlast 1600 *bytes* of supervisor main log file',
    '',
  ]),
  peer('open', open, 'nothing', ['open <url>\tConnect to a remote supervisord process.', '\t\t(for UNIX domain socket, use unix:///socket/path)']),
  peer('pid', pid, 'processes', [
    'pid\t\t\tGet the PID of supervisord.',
    'pid <name>\t\tGet the PID of a single child process by name.',
    'pid all\t\t\tGet the PID of every child process, one per line.',
  ]),
  peer('quit', leave, 'nothing', ['quit\tExit the supervisor shell.']),
  peer('reload', reload, 'nothing', ['reload \t\tRestart the remote supervisord.']),
  peer('remove', remove, 'groups', ['remove <name> [...]\tRemoves process/group from active config']),
  peer('reread', reread, 'nothing', ["reread \t\t\tReload the daemon's configuration files without add/remove"]),
  peer('restart', restart, 'processes', [
    'restart <name>\t\tRestart a process',
    'restart <gname>:*\tRestart all processes in a group',
    'restart <name> <name>\tRestart multiple processes or groups',
    'restart all\t\tRestart all processes',
    'Note: restart does not reread config files. For that, see reread and update.',
  ]),
  peer('shutdown', shutdown, 'nothing', ['shutdown \tShut the remote supervisord down.']),
  peer('signal', signal, 'processes', [
    'signal <signal name> <name>\t\tSignal a process',
    'signal <signal name> <gname>:*\t\tSignal all processes in a group',
    'signal <signal name> <name> <name>\tSignal multiple processes or groups',
    'signal <signal name> all\t\tSignal all processes',
  ]),
  peer('start', start, 'processes', [
    'start <name>\t\tStart a process',
    'start <gname>:*\t\tStart all processes in a group',
    'start <name> <name>\tStart multiple processes or groups',
    'start all\t\tStart all processes',
  ]),
  peer('status', status, 'processes', [
    'status <name>\t\tGet status for a single process',
    'status <gname>:*\tGet status for all processes in a group',
    'status <name> <name>\tGet status for multiple named processes',
    'status\t\t\tGet all process status info',
  ]),
  peer('stop', stop, 'processes', [
    'stop <name>\t\tStop a process',
    'stop <gname>:*\t\tStop all processes in a group',
    'stop <name> <name>\tStop multiple processes or groups',
    'stop all\t\tStop all processes',
  ]),
  peer('tail', tail, 'processes', [
    'tail [-f] <name> [stdout|stderr] (default stdout)',
    'Ex:',
    'tail -f <name>\t\tContinuous tail of named process stdout',
    '\t\t\tCtrl-C to exit.',
    'tail -100 <name>\tlast 100 *bytes* of process stdout',
    'tail <name> stderr\tlast 1600 *bytes* of process stderr',
  ]),
  peer('update', update, 'groups', [
    'update\t\t\tReload config and add/remove as necessary, and will restart affected programs',
    'update all\t\tReload config and add/remove as necessary, and will restart affected programs',
    'update <gname> [...]\tUpdate specific groups',
  ]),
  peer('version', version, 'nothing', ['version\t\t\tShow the version of the remote supervisord process']),
];

/** What tsinit ctl can do beyond it; more lines for the help of actions that both have. */
const OURS: readonly Action[] = [
  own('events', events, 'nothing', [
    'events\t\t\tPrint what happens, one JSON object per line (Ctrl-C to exit)',
    'events <type> [...]\tOnly events of these types, as in PROCESS_STATE',
  ]),
  own('completion', completion, 'nothing', ['completion bash|zsh|fish\tPrint what makes that shell complete actions and names']),
  own('hash-password', hash, 'nothing', ["hash-password\t\tAsk for a password and print its hash, for password= of a server's section"]),
  own('wait', wait, 'processes', [
    'wait <name> [...] --for running|ready|exited [--timeout <time>]',
    '\t\t\tWait until each of them is; exit 0 then, 8 when the time is up, 7 when it cannot come to it any more',
  ]),
  own('why', why, 'processes', ['why <name> [...]\tSay in a sentence why each of them is in its state']),
];

const MORE_HELP: Readonly<Record<string, readonly string[]>> = {
  reload: ['reload <name> [...]\tHave programs read their own configurations again (reload_command, reload_signal); <gname>:* and all are names too'],
  restart: ['restart --rolling <name> [...]\tOne after the other, each only when the one before is running again'],
  signal: ['The signal may be a name (HUP, SIGHUP) or a number.'],
  status: ['status --json [<name> ...]\tThe same as JSON, with more fields', 'status --watch [<name> ...]\tShow it anew whenever it changes (Ctrl-C to exit)'],
  tail: ['tail -f <name> <name> [...]\tFollow several, names in front of the lines; <gname>:* and all are names too'],
};

/** Ours takes names. */
const completes = ({ name, completes: what }: Action): Action['completes'] => (name === 'reload' ? 'processes' : what);

const withMoreHelp = (action: Action): Action => ({ ...action, completes: completes(action), help: [...action.help, ...(MORE_HELP[action.name] ?? [])] });

/** By name, in alphabetical order. */
export const actionsOf = (personality: Personality): ReadonlyMap<string, Action> => {
  const all = personality === 'supervisord' ? ACTIONS : [...ACTIONS.map(withMoreHelp), ...OURS];
  return new Map(all.map((action) => [action.name, action]));
};
