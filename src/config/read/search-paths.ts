/** Where a configuration is looked for when none is named: tsinit's own places, then supervisord's. */
import type { Personality } from '../model/settings.ts';

const OWN_PATHS = ['/etc/tsinit.conf', '/etc/tsinit/tsinit.conf'];
const PEER_PATHS = ['supervisord.conf', 'etc/supervisord.conf', '/etc/supervisord.conf', '/etc/supervisor/supervisord.conf'];

/** Paths in the order they are tried. `programDirectory` is where the executable lies, when known. */
export function searchPaths(personality: Personality, programDirectory: string | null = null): readonly string[] {
  const besideProgram = programDirectory === null ? [] : [`${programDirectory}/../etc/supervisord.conf`, `${programDirectory}/../supervisord.conf`];
  const own = personality === 'tsinit' ? OWN_PATHS : [];
  return [...own, ...besideProgram, ...PEER_PATHS];
}
