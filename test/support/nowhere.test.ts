/** What runs nowhere sees nothing of this machine, changes nothing and ends nobody. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from './container.ts';
import { fixture } from './fixtures.ts';
import { nowhere } from './nowhere.ts';

const shell = realpathSync('/bin/sh');

test('a program that writes everywhere, listens and kills', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'shown'), 'as it was\n');
  const options = nowhere(t, [shell, folder]);
  if (options === null) return;
  const script = `
    for place in / /usr /run /dev/shm ${folder}; do echo > "$place/tsinit-nowhere"; done
    kill -9 -1
    kill -9 ${process.pid}
    read line < ${folder}/shown; echo "$line"
    echo /*
    for entry in /proc/[0-9]*; do echo "$entry"; done
    while read -r device rest; do echo "net $device"; done < /proc/net/dev
    while read -r inside outside count; do echo "user $inside $outside"; done < /proc/self/uid_map`;
  const { stdout } = spawnSync(fixture('pid1'), [...options, '--', shell, '-c', script], { encoding: 'utf8' });
  const lines = stdout.trim().split('\n');
  assert.equal(lines[0], 'as it was');
  const top = new Set((lines[1] ?? '').split(' '));
  for (const name of ['/etc', '/home', '/root', '/run', '/sys', '/var'].filter((each) => !folder.startsWith(each))) assert.ok(!top.has(name), name);
  assert.deepEqual(
    lines.filter((line) => line.startsWith('/proc/')),
    ['/proc/1'],
  );
  assert.deepEqual(
    lines.filter((line) => line.startsWith('net ') && /:/.test(line)),
    ['net lo:'],
  );
  assert.ok(!lines.includes('user 0 0'), 'root there is not root here');
  assert.deepEqual(readdirSync(folder), ['shown']);
  for (const place of ['/', '/usr', '/run', '/dev/shm']) assert.ok(!existsSync(join(place, 'tsinit-nowhere')), place);
});
