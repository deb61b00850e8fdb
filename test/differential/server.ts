/**
 * One server, supervisord or tsinit in its personality, as PID 1 of its own PID namespace with a folder of its own. Both
 * folders have names of equal length, so that sizes that depend on them agree.
 */
import { execFile, execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { type Container, startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { fingerprint } from './observe.ts';
import type { Scenario } from './scenario.ts';

export const SUPERVISORD = '/usr/bin/supervisord';
const SUPERVISORCTL = '/usr/bin/supervisorctl';

export type Which = 'supervisord' | 'tsinit';

export type Server = {
  /** For steps that wait for a listed difference. */
  readonly which: Which;
  readonly container: Container;
  readonly folder: string;
  /** Files that were there before the server started, with their content. */
  readonly given: ReadonlyMap<string, string>;
  readonly kill: (process: string, signal: NodeJS.Signals) => void;
  /** TERM, when it still runs. */
  readonly stop: () => void;
  /** Ends it without asking. */
  readonly end: () => void;
  readonly tell: (pipe: string, text: string) => void;
  readonly fileHas: (name: string | RegExp, pattern: RegExp) => Promise<void>;
  readonly write: (name: string, text: string) => void;
  readonly rename: (from: string, to: string) => void;
  readonly copy: (from: string, to: string) => void;
  /** Waits for the socket of the control interface. */
  readonly socket: (name: string) => Promise<void>;
  /** Runs a file of the scenario. */
  readonly python: (name: string, words: readonly string[]) => Promise<void>;
  /** Debian's supervisorctl with the server's configuration is given these commands; what it says is added to the file ctl.txt. */
  readonly ctl: (commands: readonly string[]) => Promise<void>;
};

const ENVIRONMENT = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/root', LANG: 'C.UTF-8', TZ: 'UTC', GREETING: 'hello' } as const;

const MAIN = `[supervisord]
nodaemon=true
user=root
logfile={dir}/main.log
pidfile={dir}/server.pid
childlogdir={dir}/auto
`;

export const startServer = async (t: TestContext, which: Which, scenario: Scenario): Promise<Server> => {
  const folder = temporaryFolder(t);
  const fill = (text: string): string => text.replaceAll('{dir}', folder).replaceAll('{report}', fixture('report'));
  const pipes = new Map<string, number>();
  const place = (name: string, text: string): void => {
    const path = join(folder, name.replace(/[|!]$/, ''));
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (name.endsWith('|')) pipes.set(name.slice(0, -1), namedPipe(t, path));
    else if (!name.endsWith('/')) writeFileSync(path, fill(text));
    if (name.endsWith('!')) chmodSync(path, 0o755);
  };

  place('auto/', '');
  chmodSync(join(folder, 'auto'), 0o777); // for servers that drop their privileges
  const main = scenario.whole === undefined ? `${MAIN}${scenario.server ?? ''}\n${scenario.conf ?? ''}` : scenario.whole;
  if (main !== null) place('main.conf', main);
  for (const [name, text] of Object.entries(scenario.files ?? {})) place(name, text);
  const command = scenario.asLink === true ? [linkTo(which, folder)] : commandOf(which);
  const given = new Map(namesIn(folder).map((name) => [name, fingerprint(join(folder, name), lstatSync(join(folder, name)))]));

  const words = (scenario.args ?? []).map(fill);
  const configuration = words[0] === '{no-c}' ? words.slice(1) : ['-c', join(folder, 'main.conf'), ...words];
  const options = { env: { ...ENVIRONMENT, ...scenario.env }, cwd: folder, ...(scenario.launcher === undefined ? {} : { launcher: scenario.launcher }) };
  const container = await startContainer(t, [...command, ...configuration], options);
  const signalled = (name: NodeJS.Signals): void => {
    if (existsSync(`/proc/${container.pid}`)) container.signal(name);
  };
  return {
    which,
    container,
    folder,
    given,
    kill: (name, signal) => void process.kill(outerPid(container, name), signal),
    stop: () => signalled('SIGTERM'),
    end: () => signalled('SIGKILL'),
    tell: (pipe, text) => void writeSync(pipes.get(pipe) ?? -1, text),
    fileHas: async (name, pattern) => {
      let isOver = false;
      void container.ended.then(() => (isOver = true));
      await until(() => isOver || t.signal.aborted || matches(folder, name, pattern));
      if (!matches(folder, name, pattern)) throw new Error(`it ended, and ${String(name)} is not like ${String(pattern)}`);
    },
    write: (name, text) => place(name, text),
    rename: (from, to) => renameSync(join(folder, from), join(folder, to)),
    copy: (from, to) => copyFileSync(join(folder, from), join(folder, to)),
    socket: async (name) => {
      let isOver = false;
      void container.ended.then(() => (isOver = true));
      const isThere = (): boolean => existsSync(join(folder, name));
      await until(() => isOver || t.signal.aborted || isThere());
      if (!isThere()) throw new Error(`it ended, and there is no ${name}`);
    },
    python: async (name, asked) => {
      await promisify(execFile)('/usr/bin/python3', [join(folder, name), ...asked.map(fill)], { env: ENVIRONMENT, timeout: 60_000 });
    },
    ctl: async (commands) => appendFileSync(join(folder, 'ctl.txt'), await supervisorctl(folder, commands)),
  };
};

/** One process for all commands: on a machine with much to do each start of Python costs seconds. Without what differs from run to run. */
const supervisorctl = async (folder: string, commands: readonly string[]): Promise<string> => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const client = execFile(SUPERVISORCTL, ['-c', join(folder, 'main.conf')], { env: ENVIRONMENT, timeout: 60_000 }, (error, stdout, stderr) => {
    resolve(`${stdout}${stderr}(${error === null ? 0 : (error.code ?? error.signal)})\n`);
  });
  client.stdin?.end(`${commands.join('\n')}\n`);
  const said = await promise;
  return said.replace(/pid \d+, uptime \d+:\d\d:\d\d/g, 'pid PID, uptime TIME').replace(/[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M/g, 'TIME');
};

/** A link named supervisord needs no flag; that also lets supervisord stand in for tsinit, to prove a scenario repeatable. */
const commandOf = (which: Which): readonly string[] => {
  if (which === 'supervisord') return [SUPERVISORD];
  return basename(tsinit) === 'supervisord' ? [tsinit] : [tsinit, '--compat', 'supervisord'];
};

/** Held open for both directions, so that a program never waits in open(2), only for its line. */
const namedPipe = (t: TestContext, path: string): number => {
  execFileSync('mkfifo', ['-m', '666', path]);
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  t.after(() => closeSync(descriptor));
  return descriptor;
};

/** The main log tells the pid inside the namespace; the kernel's list of PID 1's children leads to the one out here. */
const outerPid = (container: Container, name: string): number => {
  const said = container.stdout.lines.findLast((text) => text.includes(`spawned: '${name}' with pid`));
  const inner = said?.match(/with pid (\d+)/)?.[1];
  const children = readFileSync(`/proc/${container.pid}/task/${container.pid}/children`, 'latin1').trim().split(' ');
  const found = children.find((child) => readFileSync(`/proc/${child}/status`, 'latin1').match(/^NSpid:.*\s(\d+)$/m)?.[1] === inner);
  if (inner === undefined || found === undefined) throw new Error(`there is no process of ${name}; PID 1 has the children ${children.join(' ')}`);
  return Number(found);
};

const namesIn = (folder: string): readonly string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' });

const matches = (folder: string, name: string | RegExp, pattern: RegExp): boolean => {
  return namesIn(folder).some(
    (each) => (typeof name === 'string' ? each === name : name.test(each)) && pattern.test(readFileSync(join(folder, each), 'latin1')),
  );
};

/** `asLink`: started as DIR/bin/supervisord, a link. */
const linkTo = (which: Which, folder: string): string => {
  const path = join(folder, 'bin', 'supervisord');
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(which === 'supervisord' ? SUPERVISORD : tsinit, path);
  return path;
};
