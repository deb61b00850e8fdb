/** Why a program could not be started, in words: every stage and reason that init can tell has its own. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeSpawnFailure, type SpawnFailure, spawnFailureExitCode } from '../../../src/kernel/link/spawn-failure.ts';
import { projectRoot } from '../../support/fixtures.ts';

const header = readFileSync(join(projectRoot, 'src/init/launch/launch.h'), 'utf8');
const numbers = (prefix: string): ReadonlyMap<string, number> =>
  new Map([...header.matchAll(new RegExp(`\\b${prefix}_([A-Z_]+) = (\\d+)`, 'gu'))].map(([, name = '', number]) => [name, Number(number)]));
const stages = numbers('STAGE');
const reasons = numbers('REASON');
const EXEC = stages.get('EXEC') ?? -1;

const exec = (reason: string, path: string, detail = '', errno = 2): SpawnFailure => ({ stage: EXEC, errno, reason: reasons.get(reason) ?? -1, path, detail });

const told: readonly (readonly [SpawnFailure, string])[] = [
  [exec('NOT_FOUND', 'ngnix', '/usr/bin:/bin'), "cannot run 'ngnix': not found in PATH (/usr/bin:/bin)"],
  [exec('NOT_FOUND', 'ngnix'), "cannot run 'ngnix': not found in PATH"],
  [exec('NOT_FOUND', '/bin/ngnix'), "cannot run '/bin/ngnix': there is no such file"],
  [exec('NOT_EXECUTABLE', '/a', '', 13), "cannot run '/a': it is not executable for this user; chmod +x it"],
  [exec('IS_DIRECTORY', '/etc', '', 13), "cannot run '/etc': it is a directory"],
  [exec('NO_INTERPRETER', '/a.py', '/usr/bin/python'), "cannot run '/a.py': its interpreter '/usr/bin/python' is missing in this image; check the #! line"],
  [
    exec('NO_LOADER', '/a', '/lib64/ld-linux-x86-64.so.2'),
    "cannot run '/a': its dynamic loader '/lib64/ld-linux-x86-64.so.2' is missing in this image; the program was built for another C library",
  ],
  [exec('NO_LOADER', '/a'), "cannot run '/a': its dynamic loader is missing in this image; the program was built for another C library"],
  [exec('WRONG_ARCHITECTURE', '/a', 'aarch64', 8), "cannot run '/a': it is built for another processor (aarch64)"],
  [exec('UNKNOWN_FORMAT', '/a', '', 8), "cannot run '/a': it is neither an executable nor a script with a #! line"],
  [exec('UNKNOWN_FORMAT', '/a', 'a damaged ELF file', 8), "cannot run '/a': it is a damaged ELF file"],
  [exec('CRLF', '/a.sh', '/bin/sh'), "cannot run '/a.sh': its #! line ends in a carriage return ('/bin/sh\\r'); save the script with Unix line ends"],
  [exec('NOEXEC_MOUNT', '/mnt/a', '', 13), "cannot run '/mnt/a': it lies on a file system mounted noexec"],
  [exec('ERRNO', '/a', '', 12), "cannot run '/a': out of memory"],
  [exec('ERRNO', '/a', '', 250), "cannot run '/a': error 250"],
  [{ stage: 15, errno: 2, reason: 0, path: '/srv', detail: '' }, "cannot change to its directory ('/srv'): no such file or directory"],
  [{ stage: 12, errno: 1, reason: 0, path: '', detail: '' }, 'cannot set its user: operation not permitted'],
  [
    { stage: 18, errno: 22, reason: 0, path: '', detail: 'a path is empty, or holds a NUL other than at its end' },
    "cannot accept the request ('a path is empty, or holds a NUL other than at its end'): invalid argument",
  ],
  [{ stage: EXEC, errno: 125, reason: 0, path: '', detail: '' }, 'stopped before it was started'],
  [{ stage: 77, errno: 22, reason: 0, path: '', detail: '' }, 'cannot pass stage 77: invalid argument'],
];

for (const [failure, sentence] of told) test(sentence, () => assert.equal(describeSpawnFailure(failure), sentence));

test('every reason that init can tell is among the sentences above', () => {
  assert.equal(reasons.size, 10);
  for (const [name, number] of reasons)
    assert.ok(
      told.some(([{ stage, reason }]) => stage === EXEC && reason === number),
      name,
    );
});

test('every stage that init can tell has a sentence of its own', () => {
  const named = [...stages].filter(([name]) => name !== 'NONE');
  assert.ok(named.length >= 18);
  const sentences = named.map(([, stage]) => describeSpawnFailure({ stage, errno: 5, reason: 0, path: '/x', detail: '' }));
  assert.equal(new Set(sentences).size, named.length);
  for (const sentence of sentences) assert.doesNotMatch(sentence, /stage/u);
});

test('what a file brought along moves no cursor and ends no line', () => {
  const sentence = describeSpawnFailure(exec('NO_INTERPRETER', '/a\n', '\u001b[31m/bin/x\r\u0085'));
  assert.equal(sentence, "cannot run '/a?': its interpreter '?[31m/bin/x??' is missing in this image; check the #! line");
});

test('exits are those of a shell: 127 for what is not there, 126 for the rest', () => {
  assert.equal(spawnFailureExitCode(exec('NOT_FOUND', 'x')), 127);
  for (const name of reasons.keys()) if (name !== 'NOT_FOUND') assert.equal(spawnFailureExitCode(exec(name, 'x')), 126, name);
  assert.equal(spawnFailureExitCode({ stage: 15, errno: 2, reason: 1, path: '/srv', detail: '' }), 126, 'a reason counts at exec only');
});

test('a stop is no failure', () => assert.equal(spawnFailureExitCode({ stage: EXEC, errno: 125, reason: 0, path: '', detail: '' }), 0));

test('no connection is no lack of processes', () => {
  const failure = { stage: stages.get('ACCEPT') ?? -1, errno: 11, reason: 0, path: '127.0.0.1', detail: '' };
  assert.equal(describeSpawnFailure(failure), "cannot accept a connection ('127.0.0.1'): nobody is connecting");
});
