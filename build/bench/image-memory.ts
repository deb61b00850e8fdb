/**
 * Memory of tsinit in each image of docker/test-images, idle, with one program: what the kernel cannot take back, that is private dirty memory
 * (smaps_rollup) and memory files counted whole. The table by image is in docs/compatibility.md; here stands the worst of them.
 */
import { readdirSync, readlinkSync } from 'node:fs';
import type { Engine } from '../../test/container/engine.ts';
import { tagOf, type TestImage, testImages } from '../../test/container/images.ts';
import { makeProbe } from '../../test/container/probe.ts';
import type { Mode } from '../../test/container/situations.ts';
import { memoryOf, pause } from './container.ts';
import { containerName, engineHere, must, notMeasured, testImage } from './engine.ts';
import { asSupervisord, folder, tini } from './peers.ts';
import { type Benchmark, kib, mib, type Row, valueRow } from './row.ts';

/** What the kernel may not take from us. */
export const MEMORY_BARS: Readonly<Record<Mode, number>> = { direct: 100 * 1024, supervise: 14 * 1000 * 1000 };
/** Long enough for a start to be over, and for what it left behind to be given back. */
const SETTLE_MS = 6000;
const READY = /probe: ready/;

/** Everything that runs in the container but the probe. */
const ownProcesses = (pid: number): readonly string[] => {
  const proc = `/proc/${pid}/root/proc`;
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .map((name) => `${proc}/${name}`)
    .filter((path) => {
      try {
        return readlinkSync(`${path}/exe`) !== '/probe/probe';
      } catch {
        return false; // gone, or a zombie
      }
    });
};

/** Bytes for each of these commands, each in a container of its image; all of them run at the same time. */
const idleMemory = async (engine: Engine, commands: readonly (readonly string[])[]): Promise<readonly number[]> => {
  const probe = makeProbe();
  const names = commands.map(containerName);
  try {
    for (const [index, command] of commands.entries()) {
      const name = names[index] ?? '';
      await must(engine, 'run', '-d', '--network=none', '--name', name, `--volume=${folder}:${folder}`, `--volume=${probe.folder}:/probe:ro`, ...command);
      const { lines, stop } = engine.follow(name);
      await lines.line(READY);
      stop();
    }
    await pause(SETTLE_MS);
    const pids = await must(engine, 'inspect', '--format', '{{.State.Pid}}', ...names);
    return pids.split('\n').map((pid) => {
      const { dirty, memfd } = memoryOf({ own: () => ownProcesses(Number(pid)) });
      return dirty + memfd;
    });
  } finally {
    await engine.run('rm', '-f', ...names);
    probe.remove();
  }
};

const words: Readonly<Record<Mode, readonly string[]>> = { direct: ['--', '/probe/probe'], supervise: ['-c', '/probe/stays.conf'] };

/** In the order of the images, which are built. */
export const memoryInImages = (engine: Engine, images: readonly TestImage[], mode: Mode): Promise<readonly number[]> =>
  idleMemory(
    engine,
    images.map((image) => ['--entrypoint', '/tsinit', tagOf(image), ...words[mode]]),
  );

const worst = (images: readonly TestImage[], values: readonly number[]): readonly [number, string] => {
  const most = Math.max(...values);
  return [most, images[values.indexOf(most)]?.name ?? ''];
};

export const imageMemory: Benchmark = {
  name: 'image-memory',
  run: async () => {
    const engine = await engineHere();
    const what = 'idle in each test image, what cannot be taken back: ';
    if (engine === null) return [notMeasured(`${what}both modes`, 'no container engine runs containers here', `at most ${mib(MEMORY_BARS.supervise)}`)];
    const images = testImages();
    for (const image of images) await testImage(engine, image.name);
    const [supervisord = '', ...rest] = asSupervisord({ w: { command: '/probe/probe' } });
    const peers = {
      direct: ['tini-static', [`--volume=${tini}:/tini:ro`, '--entrypoint', '/tini', 'tsinit-test-busybox', '/probe/probe']],
      supervise: ['supervisord', ['--entrypoint', supervisord, 'tsinit-test-supervisord', ...rest]],
    } as const;
    const rows: Row[] = [];
    for (const mode of ['direct', 'supervise'] as const) {
      const [most, image] = worst(images, await memoryInImages(engine, images, mode));
      const [name, command] = peers[mode];
      const [peer = Number.NaN] = await idleMemory(engine, [command]);
      rows.push(
        valueRow(`${what}${mode} mode, worst of ${images.length} images (${image})`, [most, peer], mode === 'direct' ? kib : mib, MEMORY_BARS[mode], name),
      );
    }
    return rows;
  },
};
