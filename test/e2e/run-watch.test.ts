/** `tsinit run` with programs that watch: a real esbuild ends when its input does, so the input stays open. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startContainer, temporaryFolder, tsinit } from '../support/container.ts';
import { projectRoot } from '../support/fixtures.ts';
import { reachable } from '../support/reachable.ts';
import { startInTerminal } from '../support/terminal.ts';

const binary = join(projectRoot, 'node_modules', '@esbuild', `linux-${process.arch}`, 'bin', 'esbuild');
const limit = { timeout: 60_000, skip: existsSync(binary) ? false : 'esbuild is not installed: npm ci brings it' };
const FINISHED = /\[watch\] build finished/;

test('esbuild --watch of a Procfile goes on, without a terminal and with one, and builds again', limit, async (t) => {
  const folder = temporaryFolder(t);
  const source = join(folder, 'in.js');
  writeFileSync(source, 'console.log(1);\n');
  writeFileSync(
    join(folder, 'Procfile'),
    `build: ${reachable(binary)} ${source} --outfile=${join(folder, 'out.js')} --watch\nweb: sh -c 'echo up; exec sleep 1000'\n`,
  );
  const command = [tsinit, 'run', '-f', join(folder, 'Procfile')];
  const container = await startContainer(t, command, { cwd: folder });
  await container.stderr.line(FINISHED);
  writeFileSync(source, 'console.log(2);\n');
  await container.stderr.line(FINISHED, 2);
  assert.match(readFileSync(join(folder, 'out.js'), 'utf8'), /log\(2\)/);
  container.signal('SIGTERM');
  await container.ended;
  assert.doesNotMatch(container.stderr.text(), /build .*exit status/);

  const terminal = startInTerminal(t, command);
  await terminal.shown.line(FINISHED);
  writeFileSync(source, 'console.log(3);\n');
  await terminal.shown.line(FINISHED, 2);
  terminal.order('type \\x03');
  await terminal.shown.line(/stopping everything: SIGINT/);
  await terminal.ended;
});

test('with --terminal it has the terminal itself', limit, async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'in.js'), 'console.log(1);\n');
  const build = `build=${reachable(binary)} ${join(folder, 'in.js')} --outfile=${join(folder, 'out.js')} --watch`;
  const terminal = startInTerminal(t, [tsinit, 'run', '--terminal', 'build', build, 'web=sleep 1000']);
  await terminal.shown.line(FINISHED);
  terminal.order('type \\x03');
  await terminal.ended;
  assert.match(terminal.shown.text(), /stopping everything: SIGINT/);
});
