/**
 * One cell of the matrix: a container of an image, in a situation, in a mode. Starts it, waits until the probe has looked around,
 * stops it by the image's STOPSIGNAL, and says in a few words what was not as promised; null: everything was.
 */
import type { Engine } from './engine.ts';
import { type TestImage, tagOf } from './images.ts';
import type { Mode, Situation } from './situations.ts';

/** Engines give ten seconds; what needs longer is killed, and that shows in the code. */
const STOP_WINDOW_S = 10;
const READY_LIMIT_MS = 60_000;
const PROBE_CODE = 7;
const KILLED = 137;
const SIGTERM = 15;

export type Cell = { readonly image: TestImage; readonly situation: Situation; readonly mode: Mode };

let count = 0;

/** `probe` is the folder that holds the probe and its two configurations. */
export const runCell = (engine: Engine, { image, situation, mode }: Cell, probe: string): Promise<string | null> =>
  inContainer(
    engine,
    image,
    [...entry(situation), ...situation.options(engine.name, mode), `--volume=${probe}:/probe:ro`],
    words(situation, mode),
    async (container) => {
      const { lines, name } = container;
      const isClosed = (stream: 1 | 2): boolean => situation.closed === stream;
      if (situation.exits !== undefined) return codeProblem(await container.exitCode(), situation.exits);
      const expected = isClosed(1) || isClosed(2) ? 1 : 2;
      const [, found = ''] = await limited(lines.line(/probe: ready (.*?)\r?$/, expected), READY_LIMIT_MS);
      const problem = probeProblem(found, situation);
      if (problem !== null) return problem;
      await engine.run('stop', '-t', String(STOP_WINDOW_S), name);
      const code = await container.exitCode();
      const signal = mode === 'direct' ? image.stopSignal : SIGTERM;
      if (!new RegExp(`probe: stopped by ${signal}\\r?$`, 'm').test(lines.text())) return `the program was not stopped by signal ${signal}`;
      return codeProblem(code, mode === 'direct' ? PROBE_CODE : 0) ?? (await writtenProblem(engine, container.name));
    },
  );

/** The program that the image itself has, without any option. */
export const runOwn = (engine: Engine, image: TestImage): Promise<string | null> =>
  inContainer(engine, image, [], [], async (container) => {
    const { own } = image;
    if (own === null) return null;
    await limited(container.lines.line(own.ready), READY_LIMIT_MS);
    await engine.run('stop', '-t', String(STOP_WINDOW_S), container.name);
    const code = await container.exitCode();
    if (own.stopped !== null && !own.stopped.test(container.lines.text())) return `it did not say ${own.stopped.source}`;
    return codeProblem(code, own.code);
  });

const entry = ({ closed }: Situation): readonly string[] => ['--entrypoint', closed === undefined ? '/tsinit' : '/probe/probe'];

const words = ({ closed, exits }: Situation, mode: Mode): readonly string[] => [
  ...(closed === undefined ? [] : ['--close', String(closed), '/tsinit']),
  ...(mode === 'supervise'
    ? ['-c', `/probe/${exits === undefined ? 'stays' : 'ends'}.conf`]
    : ['--', '/probe/probe', ...(exits === undefined ? [] : ['--exit', String(exits)])]),
];

const probeProblem = (found: string, situation: Situation): string | null => {
  const values = Object.fromEntries(found.split(' ').map((pair) => pair.split('=')));
  const wrong = [
    ...(values['leaks'] === '0' ? [] : [`${values['leaks']} leaked descriptors`]),
    ...((values['blocked'] === '0' || situation.isBelowInit) && values['ignored'] === '0' ? [] : ['signals blocked or ignored']),
    ...(values['orphan'] === 'reaped' ? [] : [`orphan: ${values['orphan']}`]),
    ...(situation.uid === undefined || values['uid'] === String(situation.uid) ? [] : [`uid ${values['uid']}`]),
  ];
  return wrong.length === 0 ? null : wrong.join(', ');
};

const codeProblem = (code: number, expected: number): string | null =>
  code === expected ? null : code === KILLED ? 'killed by the engine' : `exit code ${code} instead of ${expected}`;

/** What engines themselves put into a container's file system. */
const OF_THE_ENGINE =
  /^[AC] (\/|\/dev|\/dev\/.*|\/etc|\/etc\/(hosts|hostname|resolv\.conf|mtab|passwd|group)|\/proc|\/sys|\/probe|\/run|\/run\/\.containerenv|\/run\/secrets.*|(\/usr)?\/sbin|\/usr|(\/usr)?\/sbin\/docker-init|\/var|\/var\/tmp|\/tmp)$/;

const writtenProblem = async (engine: Engine, name: string): Promise<string | null> => {
  const { stdout } = await engine.run('diff', name);
  const written = stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !OF_THE_ENGINE.test(line));
  return written.length === 0 ? null : `written: ${written.join(', ')}`;
};

type Running = { readonly name: string; readonly lines: ReturnType<Engine['follow']>['lines']; readonly exitCode: () => Promise<number> };

const inContainer = async (
  engine: Engine,
  image: TestImage,
  options: readonly string[],
  command: readonly string[],
  look: (running: Running) => Promise<string | null>,
): Promise<string | null> => {
  count += 1;
  const name = `tsinit-cell-${process.pid}-${count}`;
  const started = await engine.run('run', '-d', '--network=none', '--name', name, ...options, tagOf(image), ...command);
  try {
    if (started.code !== 0) return `cannot be started: ${lastLine(started.stderr)}`;
    const { lines, ended, stop } = engine.follow(name);
    try {
      const exitCode = async (): Promise<number> => {
        const { stdout } = await engine.run('wait', name);
        await ended;
        return Number(stdout.trim().split('\n').at(-1));
      };
      return await look({ name, lines, exitCode });
    } catch (error) {
      return shortened(error instanceof Error ? error.message : String(error), lines.lines);
    } finally {
      stop();
    }
  } finally {
    await engine.run('rm', '-f', name);
  }
};

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

const shortened = (message: string, lines: readonly string[]): string => `${message.split('\n')[0]}; last said: ${lines.at(-1) ?? 'nothing'}`;

const limited = async <T>(promise: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing for ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};
