/**
 * `npm start`: builds dist/tsinit and runs it on the example, as PID 1 of a PID namespace of its own. Arguments after `--`
 * go to tsinit instead of the example. Where namespaces are not to be had, it says so and runs as a subreaper.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { machineOf, root } from './paths.ts';
import { product } from './product.ts';

const NAMESPACE = ['--pid', '--fork', '--mount-proc', '--kill-child'];
const example = join(root, 'docs/examples/first-light/tsinit.conf');

/** The words before tsinit's path that give it a PID namespace; empty when this machine refuses. */
const namespacePrefix = (): readonly string[] => {
  const ways = [NAMESPACE, ['--user', '--map-root-user', ...NAMESPACE]];
  const works = ways.find((way) => spawnSync('unshare', [...way, 'true'], { stdio: 'ignore' }).status === 0);
  return works === undefined ? [] : ['unshare', ...works];
};

/** unshare passes no signal on, and its end would be a KILL for tsinit: so tsinit itself gets it. */
const childOf = (pid: number): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]) || pid;
  } catch {
    return pid;
  }
};

/** Ctrl-C reaches tsinit from the terminal: it is in the same foreground process group. What is sent to us alone is passed on. */
const passSignals = (child: ChildProcess, isNamespaced: boolean): void => {
  process.on('SIGINT', () => undefined);
  process.on('SIGQUIT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (child.pid !== undefined) process.kill(isNamespaced ? childOf(child.pid) : child.pid, signal);
    });
  }
};

const made = await product(machineOf([]));
console.log(`${made.sizes}\n`);
const prefix = namespacePrefix();
if (prefix.length === 0) {
  console.error(
    'tsinit: this machine gives us no PID namespace, so tsinit runs as an ordinary process; as root, or with user namespaces allowed (sysctl kernel.unprivileged_userns_clone=1), it would be PID 1',
  );
}
const given = process.argv.slice(2).filter((word, index) => index > 0 || word !== '--');
const args = given.length > 0 ? given : ['-c', relative(process.cwd(), example)];
const [command = made.path, ...words] = [...prefix, made.path, ...args];
console.log(`$ ${[command, ...words].join(' ')}\n(Ctrl-C stops everything in order)\n`);
const child = spawn(command, words, { stdio: 'inherit' });
passSignals(child, prefix.length > 0);
child.on('exit', (code, signal) => {
  console.log(`tsinit ended with ${signal ?? String(code)}`);
  process.exitCode = code ?? 1;
});
