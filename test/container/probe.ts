/** The folder that is mounted into every container of the matrix: the probe, and configurations that run it. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixture } from '../support/fixtures.ts';

const stays = `[tsinit]
exit_policy = all

[program:probe]
command = /probe/probe
exitcodes = 7
autorestart = unexpected
startsecs = 0
`;

const ends = `[tsinit]
exit_policy = all

[program:probe]
command = /probe/probe --exit 42
startsecs = 0
autorestart = false
`;

export const makeProbe = (): { readonly folder: string; readonly remove: () => void } => {
  const folder = mkdtempSync(join(tmpdir(), 'tsinit-probe-'));
  chmodSync(folder, 0o755);
  copyFileSync(fixture('probe'), join(folder, 'probe'));
  writeFileSync(join(folder, 'stays.conf'), stays);
  writeFileSync(join(folder, 'ends.conf'), ends);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};
