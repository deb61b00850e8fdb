/**
 * The container engine for numbers that can only be had with one: Docker, else Podman. Where none runs containers, its rows say so instead
 * of a number.
 */
import { fixture } from '../../test/support/fixtures.ts';
import { type Engine, engines } from '../../test/container/engine.ts';
import { buildProductImage, buildTestImage, testImages, type TestImage, works } from '../../test/container/images.ts';
import type { Row } from './row.ts';

/** A row without a number. */
export const notMeasured = (what: string, why: string, bar: string): Row => ({ what, ours: 'not measured', peer: why, ratio: null, bar, isMet: null });

let found: Promise<Engine | null> | undefined;

/** The first engine that works here, with the product's image as dist/ has it. */
export const engineHere = (): Promise<Engine | null> => {
  found ??= find();
  return found;
};

const find = async (): Promise<Engine | null> => {
  for (const engine of engines()) {
    if (!(await works(engine, fixture('probe')))) continue;
    await buildProductImage(engine);
    return engine;
  }
  return null;
};

/** One of docker/test-images, built. */
export const testImage = async (engine: Engine, wanted: string): Promise<TestImage> => {
  const image = testImages().find(({ name }) => name === wanted);
  if (image === undefined) throw new Error(`there is no docker/test-images/${wanted}`);
  await buildTestImage(engine, image);
  return image;
};

let containers = 0;

/** A name that no other container has. */
export const containerName = (): string => `tsinit-bench-${process.pid}-${++containers}`;

/** Runs the engine's client; its failure ends the benchmark with what it said. */
export const must = async (engine: Engine, ...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await engine.run(...args);
  if (code !== 0) throw new Error(`${engine.name} ${args.join(' ')} ended with ${code}: ${stderr.trim()}`);
  return stdout.trim();
};
