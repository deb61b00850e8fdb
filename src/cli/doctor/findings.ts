/** What the facts of a container mean: a line for each topic, and for each that will make trouble what to do about it. PURE. */
import type { Facts } from './facts.ts';

export type Finding = {
  readonly topic: string;
  readonly text: string;
  /** What to do; null: nothing is wrong. */
  readonly hint: string | null;
};

const CAP_SYS_ADMIN = 21n;
const ALL_USUAL_CAPABILITIES = 38n;
/** Below it supervise mode does not start: its libraries, pipes and sockets. */
const FEW_FILES = 64;
const FEW_PROCESSES = 12;
const LITTLE_MEMORY = 32 * 2 ** 20;
const MANY_FILES = 10_000_000;

/** Topics in the order in which a start meets them. */
export const findingsOf = (facts: Facts): readonly Finding[] => [
  firstProcess(facts),
  kernel(facts),
  ...signals(facts),
  ...standardStreams(facts),
  ...leftOpen(facts),
  files(facts),
  user(facts),
  privileges(facts),
  controlGroup(facts),
  memory(facts),
  processes(facts),
  writable(facts),
  ...devices(facts),
  zone(facts),
  configuration(facts),
  stopSignal,
];

const good = (topic: string, text: string): Finding => ({ topic, text, hint: null });

const firstProcess = ({ process, first }: Facts): Finding =>
  process.pid === 1
    ? good('process', 'tsinit is PID 1')
    : {
        topic: 'process',
        text: `tsinit is process ${process.pid}; PID 1 is ${first ?? 'not to be seen'}`,
        hint: 'tsinit becomes a subreaper and works, but signals take a way round: leave out `--init`, and write ENTRYPOINT as a list, so that no shell is started',
      };

const kernel = ({ kernel: release, isFiltered, overcommit, hidesProcesses }: Facts): Finding => {
  const notes = [...(isFiltered ? ['system calls are filtered'] : []), ...(hidesProcesses ? ['/proc hides the processes of others'] : [])];
  if (overcommit === 2)
    return {
      topic: 'kernel',
      text: `Linux ${release}, vm.overcommit_memory is 2`,
      hint: 'memory that is only reserved counts here: give the container more, or set vm.overcommit_memory to 0',
    };
  return good('kernel', [`Linux ${release}`, ...notes].join(', '));
};

const signals = ({ found }: Facts): readonly Finding[] => {
  const { blocked, ignored } = found;
  if (blocked.length === 0 && ignored.length === 0) return [good('signals', 'none is blocked or ignored')];
  return [
    ...(blocked.length === 0
      ? []
      : [
          {
            topic: 'signals',
            text: `blocked: ${blocked.join(', ')}`,
            hint: 'programs inherit the mask and may not hear a stop: whoever starts tsinit should unblock them',
          },
        ]),
    ...(ignored.length === 0
      ? []
      : [
          {
            topic: 'signals',
            text: `ignored: ${ignored.join(', ')}`,
            hint: 'tsinit gives programs default handlers; whoever starts it (nohup, a shell with trap) meant something else',
          },
        ]),
  ];
};

const standardStreams = ({ streams, found }: Facts): readonly Finding[] =>
  streams.map(({ descriptor, target, isTerminal }) => {
    const topic = ['stdin', 'stdout', 'stderr'][descriptor] ?? '';
    if (found.closed.includes(descriptor)) {
      return {
        topic,
        text: 'was closed',
        hint: descriptor === 0 ? 'tsinit puts /dev/null in its place' : 'what programs write there is lost; tsinit puts /dev/null in its place',
      };
    }
    return good(topic, isTerminal ? `a terminal (${target})` : target === '' ? 'open' : target);
  });

const leftOpen = ({ found }: Facts): readonly Finding[] =>
  found.left.map(({ descriptor, target }) => ({
    topic: 'descriptors',
    text: `${descriptor} was left open${target === '' ? '' : `: ${target}`}`,
    hint: 'tsinit closes it for programs (direct mode: --keep-descriptors keeps it); whoever starts tsinit should close it',
  }));

const files = ({ files: { soft, hard } }: Facts): Finding => {
  const text = `at most ${soft} open files, may be raised to ${hard}`;
  if (hard < FEW_FILES) return { topic: 'limits', text, hint: `supervise mode needs ${FEW_FILES}: raise it (docker run --ulimit nofile=1024)` };
  if (soft > MANY_FILES)
    return { topic: 'limits', text, hint: 'programs that close every possible descriptor take minutes to start: lower it (docker run --ulimit nofile=65536)' };
  return good('limits', text);
};

const user = ({ process: { uid, gid, groups }, userName }: Facts): Finding => {
  const text = `${userName ?? (uid === 0 ? 'root' : 'no name')}, uid ${uid}, gid ${gid}, groups ${groups.join(' ') || 'none'}`;
  return userName === null && uid !== 0
    ? {
        topic: 'user',
        text,
        hint: 'tsinit needs no name for it, but programs that ask for their user (ssh, whoami, PostgreSQL) fail: add a line to /etc/passwd',
      }
    : good('user', text);
};

const privileges = ({ process: { uid }, capabilities, noNewPrivileges }: Facts): Finding => {
  const isWide = ((capabilities >> CAP_SYS_ADMIN) & 1n) === 1n && capabilities >> ALL_USUAL_CAPABILITIES > 0n;
  const text = `capabilities ${capabilities === 0n ? 'none' : `0x${capabilities.toString(16)}`}${noNewPrivileges ? ', no new privileges' : ''}`;
  if (isWide) return { topic: 'privileges', text: `${text}: all of them`, hint: 'nothing here needs --privileged' };
  if (uid === 0 && capabilities === 0n)
    return { topic: 'privileges', text, hint: 'root without capabilities cannot change users: programs with user= will not start' };
  return good('privileges', text);
};

const controlGroup = ({ cgroup: { version, isDelegated, killsTogether } }: Facts): Finding => {
  if (version === null) return good('cgroup', 'not mounted: limits cannot be read');
  if (version === 1) return good('cgroup', 'version 1');
  const text = `version 2, ${isDelegated ? 'delegated to us' : 'read-only'}`;
  return killsTogether === true
    ? {
        topic: 'cgroup',
        text: `${text}, memory.oom.group is 1`,
        hint: 'when memory runs out the kernel kills every process of the container, tsinit too: set memory.oom.group to 0 to lose one program alone, or give programs a memory_max',
      }
    : good('cgroup', text);
};

const memory = ({ cgroup }: Facts): Finding => {
  if (cgroup.memory === null) return good('memory', 'no limit is to be seen');
  const text = `at most ${Math.floor(cgroup.memory / 2 ** 20)} MiB`;
  return cgroup.memory < LITTLE_MEMORY
    ? { topic: 'memory', text, hint: 'supervise mode needs 32 MiB for itself; direct mode next to nothing' }
    : good('memory', text);
};

const processes = ({ cgroup }: Facts): Finding => {
  if (cgroup.processes === null) return good('processes', 'no limit is to be seen');
  const text = `at most ${cgroup.processes}, threads included`;
  return cgroup.processes < FEW_PROCESSES
    ? { topic: 'processes', text, hint: `supervise mode wants ${FEW_PROCESSES} beside the programs' (docker run --pids-limit)` }
    : good('processes', text);
};

const writable = ({ places, isRootReadOnly }: Facts): Finding => {
  const able = places.filter(({ isThere, isWritable }) => isThere && isWritable).map(({ path }) => path);
  const text = `${able.length === 0 ? 'nothing' : able.join(', ')}${isRootReadOnly ? '; the root is read-only' : ''}`;
  return able.length === 0
    ? {
        topic: 'writable',
        text,
        hint: 'tsinit needs nothing writable; programs may: mount a tmpfs (docker run --tmpfs /tmp), and let no log file be configured',
      }
    : good('writable', text);
};

const devices = ({ hasNull }: Facts): readonly Finding[] =>
  hasNull ? [] : [{ topic: 'devices', text: 'there is no /dev/null', hint: 'tsinit works without; most programs do not: mount /dev as engines do' }];

const zone = ({ zone: { variable, isKnown } }: Facts): Finding =>
  isKnown
    ? good('time zone', variable === null || variable === '' ? 'UTC, or what /etc/localtime says' : variable)
    : {
        topic: 'time zone',
        text: `TZ is ${variable ?? ''}, and the image has no data for it`,
        hint: 'tsinit has its own data and writes local time; programs do not: install tzdata, or write a rule such as CET-1CEST,M3.5.0,M10.5.0/3',
      };

const configuration = ({ configuration: path }: Facts): Finding =>
  good('configuration', path === null ? 'none in the usual places: `tsinit -- COMMAND`, or `tsinit -c FILE`' : `${path} (tsinit check reads it)`);

const stopSignal = good(
  'STOPSIGNAL',
  'cannot be seen from inside; TERM, INT, QUIT, PWR and RTMIN+3 stop supervise mode, others where stop_signals names them; direct mode passes on any',
);
