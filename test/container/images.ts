/**
 * The images of docker/test-images: what each proves and expects, read from the comments at the top of its Dockerfile, and how it is built.
 */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../support/fixtures.ts';
import type { Engine } from './engine.ts';

export type TestImage = {
  readonly name: string;
  readonly proves: string;
  readonly stopSignal: number;
  /** What its own program says when it is up, and how it ends when stopped; null: it has none. */
  readonly own: { readonly ready: RegExp; readonly stopped: RegExp | null; readonly code: number } | null;
};

const folder = join(projectRoot, 'docker', 'test-images');
const SIGTERM = 15;
const stopSignals: Readonly<Record<string, number>> = { SIGINT: 2, SIGQUIT: 3, SIGWINCH: 28 };

/** The image that holds the file alone; the others copy from it. */
export const PRODUCT_IMAGE = 'tsinit';

/** All of them, by name. */
export const testImages = (): readonly TestImage[] =>
  readdirSync(folder)
    .sort()
    .map((name) => imageOf(name, readFileSync(join(folder, name, 'Dockerfile'), 'utf8')));

const imageOf = (name: string, text: string): TestImage => {
  const said = (what: string): string | undefined => text.match(new RegExp(`^# ${what}: (.*)$`, 'm'))?.[1];
  const ready = said('Ready');
  const stopped = said('Stopped');
  const proves = said('Proves');
  if (proves === undefined) throw new Error(`docker/test-images/${name}/Dockerfile does not say what it proves`);
  return {
    name,
    proves,
    stopSignal: stopSignals[text.match(/^STOPSIGNAL (\w+)$/m)?.[1] ?? ''] ?? SIGTERM,
    own:
      ready === undefined ? null : { ready: new RegExp(ready), stopped: stopped === undefined ? null : new RegExp(stopped), code: Number(said('Exit') ?? 0) },
  };
};

export const tagOf = ({ name }: TestImage): string => `tsinit-test-${name}`;

/** The image that the project ships, of the file in dist/. */
export const buildProductImage = (engine: Engine): Promise<void> => build(engine, PRODUCT_IMAGE, projectRoot, ['--build-arg', 'TSINIT=given']);

/** Needs the product's image. The network is for packages of the distribution. */
export const buildTestImage = (engine: Engine, image: TestImage): Promise<void> => build(engine, tagOf(image), join(folder, image.name), ['--network', 'host']);

/** A container with a defect that `tsinit doctor` is to name. */
export type DefectImage = { readonly name: string; readonly defect: string; readonly finds: RegExp; readonly options: readonly string[] };

const defects = join(projectRoot, 'docker', 'doctor-images');

export const defectImages = (): readonly DefectImage[] =>
  readdirSync(defects)
    .sort()
    .map((name) => {
      const text = readFileSync(join(defects, name, 'Dockerfile'), 'utf8');
      const said = (what: string): string => text.match(new RegExp(`^# ${what}: (.*)$`, 'm'))?.[1] ?? '';
      return {
        name,
        defect: said('Defect'),
        finds: new RegExp(said('Finds'), 'm'),
        options: said('Options')
          .split(' ')
          .filter((word) => word !== ''),
      };
    });

/** What the doctor says in it is as expected: null, or what is not. Needs the product's image. */
export const examine = async (engine: Engine, { name, finds, options }: DefectImage): Promise<string | null> => {
  const tag = `tsinit-doctor-${name}`;
  await build(engine, tag, join(defects, name), []);
  const more = engine.name === 'podman' && options.includes('--read-only') ? ['--read-only-tmpfs=false'] : [];
  const { stdout, stderr } = await engine.run('run', '--rm', '--network=none', ...options, ...more, tag);
  return finds.test(stdout)
    ? null
    : `no line like ${finds.source}: ${stdout
        .split('\n')
        .filter((line) => line.startsWith('!'))
        .join(' | ')}${stderr}`;
};

/** Whether this engine can build and run anything at all here, with these options: an image of a program that ends with 0. */
export const works = async (engine: Engine, program: string, ...options: readonly string[]): Promise<boolean> => {
  const context = mkdtempSync(join(tmpdir(), 'tsinit-engine-'));
  try {
    copyFileSync(program, join(context, 'program'));
    writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\nCOPY program /program\n');
    const built = await engine.run('build', '-q', '-t', 'tsinit-engine-works', context);
    if (built.code !== 0) return false;
    const ran = await engine.run('run', '--rm', '--network=none', ...options, 'tsinit-engine-works', '/program', '--exit', '0');
    return ran.code === 0 && ran.stderr === 'probe: ends\n';
  } finally {
    rmSync(context, { recursive: true });
  }
};

const build = async (engine: Engine, tag: string, context: string, options: readonly string[]): Promise<void> => {
  const done = await engine.run('build', '-q', ...options, '-t', tag, context);
  if (done.code !== 0) throw new Error(`${engine.name} cannot build ${tag}: ${done.stderr.trim().split('\n').slice(-5).join(' | ')}`);
};
