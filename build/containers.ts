/**
 * `npm run test:containers`: every image of docker/test-images in every situation, in both modes, on every engine that answers, and the table
 * of it in docs/compatibility.md. Words: parts of image names, `docker`, `podman`, `doctor`; then only
 * those are run, and their rows take the place of those that the last run has left in .cache/containers.json.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCell, runOwn } from '../test/container/cell.ts';
import { type Engine, engines } from '../test/container/engine.ts';
import { buildProductImage, buildTestImage, defectImages, examine, type TestImage, testImages } from '../test/container/images.ts';
import { makeProbe } from '../test/container/probe.ts';
import { type Mode, situations } from '../test/container/situations.ts';
import { MEMORY_BARS, memoryInImages } from './bench/image-memory.ts';
import { IDLE_MEMORY, type Row, table } from './compatibility.ts';
import { cache, machineOf, root } from './paths.ts';
import { product } from './product.ts';
import { explainFailure } from './tools.ts';

const modes: readonly Mode[] = ['direct', 'supervise'];

const isWanted = (words: readonly string[], names: readonly string[], name: string): boolean => {
  const mine = words.filter((word) => names.some((each) => each.includes(word)));
  return mine.length === 0 || mine.some((word) => name.includes(word));
};

const rowsOf = async (engine: Engine, image: TestImage, probe: string, tell: (row: Row) => void): Promise<void> => {
  if (image.own !== null) tell({ engine: engine.name, image: image.name, situation: 'its own program', mode: 'own', problem: await runOwn(engine, image) });
  for (const situation of situations) {
    for (const mode of modes)
      tell({ engine: engine.name, image: image.name, situation: situation.name, mode, problem: await runCell(engine, { image, situation, mode }, probe) });
  }
};

/** The images are built. */
const memoryRows = async (engine: Engine, images: readonly TestImage[]): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for (const mode of modes) {
    const found = await memoryInImages(engine, images, mode);
    images.forEach(({ name }, index) => {
      const bytes = found[index] ?? Number.NaN;
      const problem = bytes <= MEMORY_BARS[mode] ? null : `${bytes} bytes of memory instead of ${MEMORY_BARS[mode]}`;
      rows.push({ engine: engine.name, image: name, situation: IDLE_MEMORY, mode, problem, bytes });
    });
  }
  return rows;
};

/** All that is known by now: a run that is interrupted leaves what it has found. */
const keptWith = (rows: readonly Row[], isWhole: boolean): readonly Row[] => {
  const path = join(cache, 'containers.json');
  const isSame = (one: Row, other: Row): boolean =>
    one.engine === other.engine && one.image === other.image && one.situation === other.situation && one.mode === other.mode;
  const before = isWhole || !existsSync(path) ? [] : (JSON.parse(readFileSync(path, 'utf8')) as readonly Row[]);
  const all = [...before.map((old) => rows.find((row) => isSame(row, old)) ?? old), ...rows.filter((row) => !before.some((old) => isSame(row, old)))];
  writeFileSync(path, JSON.stringify(all));
  return all;
};

const main = async (): Promise<void> => {
  const words = process.argv.slice(2);
  const images = testImages();
  const names = images.map(({ name }) => name);
  const chosen = images.filter(({ name }) => isWanted(words, names, name));
  const present = engines();
  if (present.length === 0) throw new Error('no engine answers: start docker or podman, or name its client by $DOCKER or $PODMAN');
  await product(machineOf([]));
  const probe = makeProbe();
  const rows: Row[] = [];
  try {
    for (const engine of present.filter(({ name }) => isWanted(words, ['docker', 'podman'], name))) {
      console.log(`${engine.name} ${engine.version}`);
      await buildProductImage(engine);
      for (const defect of words.length === 0 || words.includes('doctor') ? defectImages() : []) {
        const problem = await examine(engine, defect);
        rows.push({ engine: engine.name, image: defect.name, situation: defect.defect, mode: 'doctor', problem });
        if (problem !== null) console.log(`  FAILED doctor, ${defect.name}: ${problem}`);
      }
      for (const image of words.includes('doctor') ? [] : chosen) {
        await buildTestImage(engine, image);
        await rowsOf(engine, image, probe.folder, (row) => {
          rows.push(row);
          if (row.problem !== null) console.log(`  FAILED ${row.image}, ${row.situation}, ${row.mode}: ${row.problem}`);
        });
        keptWith(rows, words.length === 0);
        console.log(`  ${image.name}: ${rows.filter((row) => row.engine === engine.name && row.image === image.name && row.problem === null).length} passed`);
      }
      if (!words.includes('doctor')) rows.push(...(await memoryRows(engine, chosen)));
    }
  } finally {
    probe.remove();
  }
  const all = keptWith(rows, words.length === 0);
  if (present.every(({ name }) => names.every((image) => all.some((row) => row.engine === name && row.image === image)))) {
    writeFileSync(join(root, 'docs/compatibility.md'), table(all, images, present));
  }
  const failed = rows.filter(({ problem }) => problem !== null).length;
  console.log(`${rows.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
};

try {
  await main();
} catch (error) {
  explainFailure(error);
}
