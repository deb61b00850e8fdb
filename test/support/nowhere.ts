/**
 * Where hostile input runs: programs that are fed what was mutated, replayed or made up do so in namespaces of their own, as nobody, with an empty
 * root (test/fixtures/pid1.c --nowhere). Whatever they are brought to do there, nothing of this machine is reached.
 */
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { fixture } from './fixtures.ts';

/** What most programs open. */
const DEVICES = ['/dev/null', '/dev/zero', '/dev/urandom'];

/**
 * Options of test/fixtures/pid1.c that leave nothing to be seen but these files and folders, read-only, and the libraries of those that are programs.
 * null where the machine gives no such namespaces: the test is then skipped with a sentence. It is never to run unprotected.
 */
export const nowhere = (t: TestContext, paths: readonly string[]): readonly string[] | null => {
  const shown = new Set([...DEVICES, ...paths, ...paths.flatMap(librariesOf)]);
  const options = ['--nowhere', ...[...shown].flatMap((path) => ['--with', path])];
  const empty = fixture('refuse');
  const { status, stderr, error } = spawnSync(fixture('pid1'), [...options, '--with', empty, '--', empty, '--nothing'], { encoding: 'utf8', env: {} });
  if (status === 99 || error !== undefined) {
    t.skip(`hostile input only runs where it can reach nothing, and this machine gives no namespaces for that: ${stderr.trim() || error?.message}`);
    return null;
  }
  return options;
};

/** Libraries and the loader, as ldd tells them; none of a static program or of what is no program. */
const librariesOf = (path: string): readonly string[] => {
  const { status, stdout } = spawnSync('ldd', [path], { encoding: 'utf8' });
  return status === 0 ? [...stdout.matchAll(/(?:^|\s)(\/\S+)(?= \(0x)/gm)].map(([, file]) => file ?? '') : [];
};
