/**
 * A container engine's own command line: Docker's or Podman's, as found in PATH or named by $DOCKER and $PODMAN. Knows what the
 * two answer differently, and nothing of what is tested.
 */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { type LineWatch, watchLines } from '../support/line-watch.ts';

export type EngineName = 'docker' | 'podman';
export type Done = { readonly code: number; readonly stdout: string; readonly stderr: string };

export type Engine = {
  readonly name: EngineName;
  readonly version: string;
  readonly run: (...args: readonly string[]) => Promise<Done>;
  /** Both streams of a container, from its first line until it has ended. */
  readonly follow: (container: string) => { readonly lines: LineWatch; readonly ended: Promise<void>; readonly stop: () => void };
};

/** Hanging clients are a result, too. */
const CLIENT_LIMIT_MS = 600_000;

/** The engines that answer here. */
export const engines = (): readonly Engine[] => (['docker', 'podman'] as const).map(engineOf).filter((engine) => engine !== null);

const engineOf = (name: EngineName): Engine | null => {
  const command = process.env[name.toUpperCase()] ?? name;
  const asked = spawnSync(command, ['version', '--format', '{{.Server.Version}}'], { encoding: 'utf8', timeout: 30_000 });
  const local = asked.status === 0 ? asked : spawnSync(command, ['version', '--format', '{{.Client.Version}}'], { encoding: 'utf8', timeout: 30_000 });
  const isThere = name === 'docker' ? asked.status === 0 : local.status === 0;
  if (!isThere) return null;
  return {
    name,
    version: local.stdout.trim(),
    run: (...args) => runClient(command, args),
    follow: (container) => follow(spawn(command, ['logs', '--follow', container], { stdio: ['ignore', 'pipe', 'pipe'] })),
  };
};

const runClient = (command: string, args: readonly string[]): Promise<Done> =>
  new Promise((resolve) => {
    execFile(command, [...args], { timeout: CLIENT_LIMIT_MS, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr });
    });
  });

const follow = (client: ChildProcess): ReturnType<Engine['follow']> => {
  const lines = watchLines('the container');
  client.stdout?.on('data', lines.push);
  client.stderr?.on('data', lines.push);
  const ended = new Promise<void>((resolve) => {
    client.once('close', () => {
      lines.end();
      resolve();
    });
  });
  return { lines, ended, stop: () => void client.kill('SIGKILL') };
};
