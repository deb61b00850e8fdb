/** What a container lacks is told in one line, with the number where there is one, and what to do; nothing hangs. */
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fixture } from '../support/fixtures.ts';
import { type Engine, engines } from './engine.ts';
import { buildProductImage, PRODUCT_IMAGE, works } from './images.ts';
import { makeProbe } from './probe.ts';

type Case = {
  readonly lacks: string;
  readonly options: readonly string[];
  /** What /tsinit is called with. */
  readonly words: readonly string[];
  /** System calls that are refused by the sandbox. */
  readonly refused?: string;
  readonly code: number;
  readonly sentence: RegExp;
};

const supervise = ['-c', '/probe/ends.conf'];
const nowhere = /^tsinit: cannot start the embedded Node: no place in memory for its libraries: /;
const noMemfd = { words: supervise, refused: 'memfd_create', code: 125 };

const cases: readonly Case[] = [
  {
    lacks: 'processes',
    options: ['--pids-limit=3'],
    words: supervise,
    code: 125,
    sentence: /^tsinit: cannot supervise: this container may have 3 processes and threads, tsinit itself needs 5; raise the limit \(docker run --pids-limit\)/,
  },
  {
    lacks: 'any process but the first',
    options: ['--pids-limit=1'],
    words: ['--', '/probe/probe'],
    code: 126,
    sentence:
      /^tsinit: cannot run '\/probe\/probe': cannot create a process: .*; no more processes are allowed here: raise the limit \(docker run --pids-limit, ulimit -u\)/,
  },
  {
    lacks: 'memory',
    options: ['--memory=8m'],
    words: supervise,
    code: 125,
    sentence: /giving up: this container may use 8 MiB of memory, supervise mode needs 32; raise the limit, or use direct mode: tsinit -- COMMAND/,
  },
  {
    lacks: 'descriptors',
    options: ['--ulimit=nofile=16:16'],
    words: supervise,
    code: 125,
    sentence: /^tsinit: cannot start the embedded Node: no descriptors left: .*; raise the limit of open files to 64 or more/,
  },
  {
    lacks: 'memory files and anything writable',
    options: ['--read-only', '--ipc=none'],
    ...noMemfd,
    sentence: new RegExp(`${nowhere.source}.*; allow the system call memfd_create, or mount a writable /dev/shm`),
  },
  {
    lacks: 'memory files, and what is writable is noexec',
    options: ['--read-only', '--tmpfs=/tmp:noexec'],
    ...noMemfd,
    sentence: new RegExp(`${nowhere.source}memfd_create is refused, and what can be written is mounted noexec; allow that system call, or mount`),
  },
  {
    lacks: 'memory files and room',
    options: ['--read-only', '--ipc=none', '--tmpfs=/tmp:exec,size=2m'],
    ...noMemfd,
    sentence: /^tsinit: cannot start the embedded Node: lib.*: No space left on device; 6 MiB have to fit there$/,
  },
  {
    lacks: 'a configuration',
    options: [],
    words: [],
    code: 2,
    sentence: /^tsinit: there is no configuration; looked for .*; name one with -c FILE, or write a command/,
  },
  {
    lacks: 'the configuration that is named',
    options: [],
    words: ['-c', '/nowhere.conf'],
    code: 2,
    sentence: /^tsinit: cannot read the configuration \/nowhere\.conf: there is no such file; name a file that can be read with -c FILE/,
  },
  {
    lacks: 'the right to read the configuration',
    options: ['--user=65534'],
    words: ['-c', '/probe/secret.conf'],
    code: 2,
    sentence: /^tsinit: cannot read the configuration \/probe\/secret\.conf: permission denied; name a file that can be read/,
  },
  { lacks: 'the command', options: [], words: ['--', 'nothing'], code: 127, sentence: /^tsinit: cannot run 'nothing': not found in PATH \(.*\)$/ },
  {
    lacks: 'the right processor',
    options: [],
    words: ['--', '/probe/foreign'],
    code: 126,
    sentence: /^tsinit: cannot run '\/probe\/foreign': it is built for (aarch64|x86-64), this machine is (x86-64|aarch64)$/,
  },
  {
    lacks: 'an interpreter',
    options: [],
    words: ['--', '/probe/script'],
    code: 126,
    sentence: /^tsinit: cannot run '\/probe\/script': its first line names the interpreter '\/bin\/nothing', which does not exist here$/,
  },
  {
    lacks: 'the right to execute',
    options: [],
    words: ['--', '/probe/ends.conf'],
    code: 126,
    sentence: /^tsinit: cannot run '\/probe\/ends\.conf': \/probe\/ends\.conf is not executable for this user/,
  },
];

/** The header of a program is enough to see what it is built for. */
const foreignProgram = (): Uint8Array => {
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(process.arch === 'x64' ? 183 : 62, 18);
  return header;
};

const makeFolder = (t: TestContext): string => {
  const { folder, remove } = makeProbe();
  t.after(remove);
  copyFileSync(fixture('refuse'), join(folder, 'refuse'));
  writeFileSync(join(folder, 'secret.conf'), '[program:a]\ncommand=/nothing\n', { mode: 0o600 });
  writeFileSync(join(folder, 'foreign'), foreignProgram());
  writeFileSync(join(folder, 'script'), '#!/bin/nothing\n');
  for (const name of ['foreign', 'script']) chmodSync(join(folder, name), 0o755);
  return folder;
};

const run = async (engine: Engine, folder: string, { options, words, refused }: Case): Promise<{ readonly code: number; readonly stderr: string }> => {
  const entry = refused === undefined ? ['--entrypoint=/tsinit'] : ['--entrypoint=/probe/refuse'];
  const before = refused === undefined ? [] : ['EPERM', refused, '/tsinit'];
  // Podman mounts a writable /tmp and /run over a read-only root by itself.
  const more = engine.name === 'podman' && options.includes('--read-only') ? ['--read-only-tmpfs=false'] : [];
  return engine.run('run', '--rm', '--network=none', ...options, ...more, `--volume=${folder}:/probe:ro`, ...entry, PRODUCT_IMAGE, ...before, ...words);
};

for (const engine of engines()) {
  test(`${engine.name}: what a container lacks is told in one line, with what to do`, { timeout: 600_000 }, async (t) => {
    if (!(await works(engine, fixture('probe')))) return t.skip(`${engine.name} runs no containers here`);
    await buildProductImage(engine);
    const folder = makeFolder(t);
    for (const each of cases) {
      await t.test(each.lacks, async (one) => {
        const limits = each.options.filter((option) => /limit|memory/.test(option));
        if (limits.length > 0 && !(await works(engine, fixture('probe'), ...limits))) return one.skip('this engine cannot limit that here');
        const done = await run(engine, folder, each);
        assert.equal(done.code, each.code, done.stderr);
        const lines = done.stderr.trim().split('\n');
        assert.ok(
          lines.some((line) => each.sentence.test(line)),
          done.stderr,
        );
        assert.ok(lines.filter((line) => line.startsWith('tsinit: cannot')).length <= 1, done.stderr);
      });
    }
  });
}
