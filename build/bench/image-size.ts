/** The image as it travels: the layer that holds the file, compressed as the release compresses it. Needs no engine. */
import { readFileSync } from 'node:fs';
import { ociArchive } from '../release/oci.ts';
import { tsinit } from './peers.ts';
import type { Benchmark } from './row.ts';

const BAR_BYTES = 45_000_000;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

export const imageSize: Benchmark = {
  name: 'image-size',
  run: () => {
    const file = readFileSync(tsinit);
    const [size = Number.NaN] = ociArchive([{ architecture: 'amd64', file }], {}).layers;
    const what = 'the image of the file alone, compressed (gzip)';
    return Promise.resolve([
      {
        what,
        ours: megabytes(size),
        peer: `the file itself: ${megabytes(file.length)}`,
        ratio: size / file.length,
        bar: `at most ${megabytes(BAR_BYTES)}`,
        isMet: size <= BAR_BYTES,
      },
    ]);
  },
};
