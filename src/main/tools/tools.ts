/** Wiring of the tools: verbs by their first word, each loaded when it is asked for, handed what it may not import itself. */
import { setLocalZone } from '../../base/zone/local-time.ts';
import { readLocalZone } from '../../kernel/files/zones.ts';
import { readFileSync, readlinkSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Checked, CheckedProcess } from '../../cli/check.ts';
import type { Surroundings } from '../../cli/ctl/settings.ts';
import type { Model, Place, ProcessSpec } from '../../config/model/model.ts';
import { personalityDifferences } from '../../config/personality-differences.ts';
import type { PersonalityDifference } from '../../config/personality-differences.ts';
import type { Dial } from '../../control/client/wire.ts';
import { currentDirectory, liveFiles } from '../../kernel/files/files.ts';
import type { FileRecord, FileWorld } from '../../kernel/files/files.ts';
import { fullName, makePlan } from '../../world/plan.ts';
import { windowProblem } from '../../world/stop/stop-window.ts';
import { showTrigger } from '../../world/triggers/triggers.ts';
import { readConfiguration } from '../configuration/read-configuration.ts';
import type { schedulePreview } from './schedule-preview.ts';

/** Put in by the build. */
declare const TSINIT_VERSION: string;

/** argv without the program's name; the first word is the verb. Resolves to the exit code. */
export const runTool = async (argv: readonly string[], dial: Dial | null): Promise<number> => {
  const [verb = 'help', ...rest] = argv;
  switch (verb) {
    case 'check': {
      const { check } = await import('../../cli/check.ts');
      const { schedulePreview } = await import('./schedule-preview.ts');
      return check(rest, { read: (options) => read(options, schedulePreview), follow });
    }
    case 'ctl': {
      const { ctl } = await import('../../cli/ctl/main.ts');
      return ctl({ argv: rest, personality: 'tsinit', name: 'tsinit ctl', around: surroundings(), dial, end: (code) => process.exit(code) });
    }
    case 'simulate':
      if (rest[0] === '--help' || rest[0] === '-h') return (await import('../../cli/help.ts')).help(verb);
      return (await import('./simulate.ts')).runSimulation(rest, liveFiles(userEnvironment()).world);
    case 'doctor':
      return (await import('./doctor.ts')).runDoctor(userEnvironment());
    case 'version':
      process.stdout.write(`tsinit version ${TSINIT_VERSION}\n`);
      return 0;
    case 'run':
    case 'ci':
      return (await import('../../cli/help.ts')).help(verb);
    case 'help':
      return (await import('../../cli/help.ts')).help(rest[0]);
    default:
      process.stderr.write(`tsinit: '${verb}' is not a tool of this version; tsinit help lists them. To run a program of that name: tsinit -- ${verb}\n`);
      return 2;
  }
};

/** What supervisorctl does, under its name. `called`: as it was typed. */
export const runSupervisorctl = async (called: string, argv: readonly string[], dial: Dial | null): Promise<number> => {
  const { ctl } = await import('../../cli/ctl/main.ts');
  return ctl({ argv, personality: 'supervisord', name: called, around: surroundings(), dial, end: (code) => process.exit(code) });
};

const surroundings = (): Surroundings => ({
  world: liveFiles(userEnvironment()).world,
  first: commandLineOfFirst,
  programDirectory: dirname(executablePath()),
});

/** Null: /proc is not ours to read. */
const commandLineOfFirst = (): ReturnType<Surroundings['first']> => {
  try {
    const argv = readFileSync('/proc/1/cmdline', 'utf8').split('\0').slice(0, -1);
    return { argv, directory: workingDirectoryOfFirst() };
  } catch {
    return null;
  }
};

/** Only its own user and root may see it; containers rarely change it. */
const workingDirectoryOfFirst = (): string => {
  try {
    return readlinkSync('/proc/1/cwd');
  } catch {
    return currentDirectory();
  }
};

const executablePath = (): string => {
  try {
    return readlinkSync('/proc/self/exe');
  } catch {
    return process.argv0;
  }
};

type Preview = typeof schedulePreview;

const read = (argv: readonly string[], preview: Preview): Checked => {
  const environment = userEnvironment();
  const { world, record } = liveFiles(environment);
  // Schedules without a time zone of their own are kept by it.
  setLocalZone(readLocalZone(environment).zone);
  const { result, personality } = readConfiguration(argv, 'tsinit', world);
  const files = Object.keys(record.files);
  if (!result.ok) {
    const isGoodForSupervisord = personality === 'tsinit' && placeOfSection(record) !== null && readConfiguration(argv, 'supervisord', world).result.ok;
    return { isGood: false, problems: result.problems, files, isGoodForSupervisord };
  }
  const plan = makePlan(result.model, { stopGroupsOneByOne: false });
  const { processes, model } = plan;
  const window = windowProblem(plan);
  return {
    isGood: true,
    problems: window === null ? result.warnings : [...result.warnings, { severity: 'warning', ...window }],
    files,
    exitPolicy: model.supervisor.exitPolicy,
    differences: personality === 'tsinit' ? differencesOf(argv, world, record, result.model) : [],
    processes: processes.map((spec) => checkedProcess(spec, preview)),
  };
};

const checkedProcess = (spec: ProcessSpec, preview: Preview): CheckedProcess => {
  const { command, autostart, service } = spec;
  const startOn = (service.activation?.startOn ?? []).map(showTrigger).join(', ');
  return { name: fullName(spec), command, autostart, schedule: service.schedule === null ? null : preview(service.schedule, Date.now()), startOn };
};

/** Of a file that is written for supervisord; one that says [tsinit] means what tsinit does. */
const differencesOf = (argv: readonly string[], world: FileWorld, record: FileRecord, model: Model): readonly PersonalityDifference[] => {
  const place = placeOfSection(record);
  if (place === null) return [];
  const theirs = readConfiguration(argv, 'supervisord', world).result;
  return theirs.ok ? personalityDifferences(model, theirs.model, place) : [];
};

const placeOfSection = ({ files }: FileRecord): Place | null => {
  for (const [file, answer] of Object.entries(files)) {
    const index = 'text' in answer ? answer.text.split('\n').findIndex((line) => /^\s*\[supervisord\]/.test(line)) : -1;
    if (index >= 0) return { file, line: index + 1 };
  }
  return null;
};

/** The environment this process was given is scrubbed; the kernel keeps what the executable was started with. */
const userEnvironment = (): Record<string, string> => {
  const entries = readFileSync('/proc/self/environ', 'utf8')
    .split('\0')
    .filter((entry) => entry.indexOf('=') > 0);
  return Object.fromEntries(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]));
};

/** Editors replace files: the folder is watched, not the inode. Returns false when it cannot be. */
const follow = (file: string, changed: () => void): boolean => {
  try {
    watch(dirname(file), (_event, name) => {
      if (name === basename(file)) changed();
    });
    return true;
  } catch {
    return false;
  }
};
