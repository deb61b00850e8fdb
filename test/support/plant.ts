/**
 * Run where nothing of the machine can be reached (left-behind.test.ts): does to the machine what a test must not do, one deed after the other, each undone
 * before the next, and writes as JSON what build/left-behind.ts says of each.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { leftBehind, lookAtMachine } from '../../build/left-behind.ts';
import { makeRunFolder } from '../../build/run-folder.ts';

type Deed = { readonly make: () => void; readonly undo: () => void | Promise<void> };

const LONG_AGO_S = 1_000_000_000;

const file = (path: string): Deed => ({ make: () => writeFileSync(path, ''), undo: () => rmSync(path) });
const folder = (path: string): Deed => ({ make: () => mkdirSync(path), undo: () => rmdirSync(path) });
const mode = (path: string, otherwise: number, usual: number): Deed => ({ make: () => chmodSync(path, otherwise), undo: () => chmodSync(path, usual) });
const mount = (path: string): Deed => ({
  make: () => void execFileSync('mount', ['-t', 'tmpfs', 'none', path]),
  undo: () => void execFileSync('umount', [path]),
});
const content = (path: string, otherwise: string, usual: string): Deed => {
  const write = (text: string): void => {
    writeFileSync(path, text);
    utimesSync(path, LONG_AGO_S, LONG_AGO_S);
  };
  return { make: () => write(otherwise), undo: () => write(usual) };
};
/** Without a word of the run: it only has the mark. */
const sleeper = (): Deed => {
  let child: ChildProcess | null = null;
  return {
    make: () => {
      child = spawn('sleep', ['1000'], { env: {}, cwd: '/', detached: true, stdio: 'ignore' });
    },
    undo: async () => {
      child?.kill('SIGKILL');
      if (child !== null) await once(child, 'exit');
    },
  };
};

const there = content('/there', 'longer', 'one');
const mounted = mount('/mnt');
mkdirSync('/mnt');
mkdirSync('/srv');
mkdirSync('/run/server');
await there.undo();
mounted.make();
const run = makeRunFolder();
const ofAnotherRun = mkdtempSync('/tmp/tsinit-run-');
mkdirSync(`${run.path}/files`);
mkdirSync(`${run.path}/files/with a blank`);

const deeds: Readonly<Record<string, Deed>> = {
  'file in /': file('/planted'),
  'content in /': there,
  'folder in /run': folder('/run/planted'),
  'file in a folder of /run': file('/run/server/pid'),
  'rights in /run': mode('/run/server', 0o700, 0o755),
  'file in /var/run': file('/var/run/planted'),
  'file in /dev/shm': file('/dev/shm/planted'),
  'folder in /tmp': folder('/tmp/tsinit-test-planted'),
  'pipe in /tmp': { ...file('/tmp/pipe'), make: () => void execFileSync('mkfifo', ['/tmp/pipe']) },
  'what a test has not removed': file(`${run.path}/planted`),
  mount: mount('/srv'),
  'mount over a mount': mounted,
  'mount in the folder of the run': mount(`${run.path}/files/with a blank`),
  process: sleeper(),
  'folder of another run': mode(ofAnotherRun, 0o755, 0o700),
  "somebody's file in /tmp": file('/tmp/notes'),
};

const before = lookAtMachine();
const said: Record<string, readonly string[]> = {};
for (const [name, { make, undo }] of Object.entries(deeds)) {
  make();
  said[name] = leftBehind(before, run);
  await undo();
}
for (const take of [() => rmSync('/there'), () => rmdirSync('/run/server'), mounted.undo]) await take();
said['what is gone'] = leftBehind(before, run);
console.log(JSON.stringify(said).replaceAll(run.path, 'RUN'));
