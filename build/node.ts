/**
 * The Node executable that holds our bundle, made by pkg from the pinned npm package of Node: no download at build time.
 */
import { execFile as execFileOf } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cached, contents, hashOf } from './cached.ts';
import { compiledCode, REHEARSALS, starter } from './compiled-code.ts';
import { blankLanguages } from './icu.ts';
import { ASSETS, type Bundles, LATE_ASSETS, ROLES } from './names.ts';
import { nodeFolderOf } from './node-package.ts';
import { cache, type Machine } from './paths.ts';
import { run, versionOf } from './tools.ts';

const execFile = promisify(execFileOf);

type Sea = (
  entry: string,
  options: {
    readonly targets: readonly { readonly nodeRange: string; readonly platform: string; readonly arch: string; readonly output: string }[];
    readonly nodePath: string;
    readonly seaConfig: Readonly<Record<string, unknown>>;
  },
) => Promise<void>;

/**
 * What the supervisor's Node is started with; NODE_OPTIONS of the image are for its programs (`execArgvExtension: none`
 * makes Node deaf to them). One worker: nothing here computes. No SIGUSR1: it would open a debugger's port. A small nursery:
 * log lines live for a moment, and a large one is 32 MB that are never given back. The collector can be called
 * (kernel/quiet.ts) and does not come by itself to look for work: nothing wakes an idle supervisor.
 */
const execArgv: readonly string[] = ['--v8-pool-size=1', '--disable-sigusr1', '--max-semi-space-size=1', '--expose-gc', '--no-memory-reducer'];

/** Its text decides what is left of Node. */
const ICU = join(import.meta.dirname, 'icu.ts');

/** What Node runs first. */
const STARTER = 'start.js';

const require = createRequire(import.meta.url);

/**
 * What compiles the bundle ahead. The flags must be those of the run, or V8 refuses the compiled code. It holds tables in the
 * order of string hashes, so with a random seed no two builds would be equal.
 */
const generatorArgv: readonly string[] = [...execArgv, '--random-seed=1'];

/** pkg is loaded once and keeps the replacement of that time, so what differs between machines stands outside of it. */
let emulator: readonly string[] = [];

/** pkg's builder. It starts Node without a way to give flags to it, so what it starts Node with is replaced while it is loaded. */
const packer = (): { readonly default: Sea } => {
  const childProcess = require('node:child_process') as { execFile: unknown };
  const before = childProcess.execFile;
  const patched = (file: string, args: readonly string[]): Promise<{ stdout: string }> => {
    const isGenerator = args[0] === '--experimental-sea-config';
    const [command, ...words] = [...emulator, file, ...(isGenerator ? generatorArgv : []), ...args];
    return execFile(command ?? file, words);
  };
  childProcess.execFile = Object.assign(() => undefined, { [promisify.custom]: patched });
  try {
    return require('@yao-pkg/pkg/lib-es5/sea') as { default: Sea };
  } finally {
    childProcess.execFile = before;
  }
};

/** Node without its symbol table, 18 MB less, and without the languages of others. */
export const strippedNode = (machine: Machine): Promise<string> => {
  const folder = nodeFolderOf(machine);
  const description = readFileSync(join(folder, 'package.json'), 'utf8');
  return cached('node', [description, versionOf(machine.strip), ...contents([ICU])], (path) => {
    copyFileSync(join(folder, 'bin/node'), path);
    run(machine.strip, ['--strip-all', path]);
    const file = readFileSync(path);
    blankLanguages(file);
    writeFileSync(path, file);
    chmodSync(path, 0o755);
  });
};

/** Node with the bundles inside. */
export const nodeWithBundles = async (machine: Machine, bundles: Bundles): Promise<string> => {
  const nodePath = await strippedNode(machine);
  const { version: packerVersion } = require('@yao-pkg/pkg/package.json') as { version: string };
  const seaConfig = { disableExperimentalSEAWarning: true, useCodeCache: true, execArgv, execArgvExtension: 'none' };
  const inputs = [
    bundles.supervise,
    bundles.client,
    bundles.mail,
    nodePath.slice(-24),
    packerVersion,
    JSON.stringify(seaConfig),
    starter(),
    ...contents(REHEARSALS),
    ...generatorArgv,
  ];
  return cached('executable', inputs, async (path) => {
    // The starter's path becomes part of the result, so it is given relative to the folder that pkg makes for itself.
    const work = join(cache, `pack-${process.pid}-${hashOf([bundles.supervise, bundles.client, bundles.mail])}`);
    mkdirSync(work, { recursive: true });
    const entry = join(work, STARTER);
    writeFileSync(entry, starter());
    const assets: Record<string, string> = {};
    for (const role of ROLES) {
      const { script, compiled } = ASSETS[role];
      writeFileSync(join(work, script), bundles[role]);
      copyFileSync(
        await compiledCode(role, nodePath, machine.emulator, generatorArgv, { path: join(work, script), text: bundles[role] }),
        join(work, compiled),
      );
      for (const name of [script, compiled]) assets[name] = `../${name}`;
    }
    writeFileSync(join(work, LATE_ASSETS.mail), bundles.mail);
    assets[LATE_ASSETS.mail] = `../${LATE_ASSETS.mail}`;
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = work;
    try {
      const { default: sea } = packer();
      ({ emulator } = machine);
      // Always this machine's name: for another one pkg would download a Node that can write the blob; the one given can, emulated.
      const target = { nodeRange: `node${process.versions.node.split('.')[0]}`, platform: 'linux', arch: process.arch, output: path };
      await quietly(() => sea(entry, { targets: [target], nodePath, seaConfig: { ...seaConfig, main: `../${STARTER}`, assets } }));
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
      rmSync(work, { recursive: true, force: true });
    }
  });
};

/** pkg tells each of its steps on standard output; only its failure matters. */
const quietly = async (work: () => Promise<void>): Promise<void> => {
  const before = console.log;
  console.log = () => undefined;
  try {
    await work();
  } finally {
    console.log = before;
  }
};
