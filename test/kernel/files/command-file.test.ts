/** Whether a spawn would find the program's file, in supervisord's words. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findCommand } from '../../../src/kernel/files/command-file.ts';
import { temporaryFolder } from '../../support/container.ts';

type Asked = Parameters<typeof findCommand>[0];

const ask = (name: string, more: Partial<Asked> & { readonly path?: string } = {}) => {
  const { path, ...others } = more;
  const environment = path === undefined ? [] : [Buffer.from(`PATH=${path}`)];
  return findCommand({ argv: name === '' ? [] : [name], environment, directory: null, attributes: {}, ...others });
};

const furnish = (t: TestContext): string => {
  const folder = temporaryFolder(t);
  for (const name of ['bin', 'first', 'first/tool-folder']) mkdirSync(join(folder, name));
  for (const name of ['bin/good', 'bin/plain', 'first/plain']) writeFileSync(join(folder, name), '#!/bin/sh\n');
  chmodSync(join(folder, 'bin/good'), 0o755);
  chmodSync(join(folder, 'bin/plain'), 0o755);
  chmodSync(join(folder, 'first/plain'), 0o644);
  symlinkSync('nowhere', join(folder, 'bin/dangling'));
  return folder;
};

test("with a slash: as it is written, below the program's directory and root", (t) => {
  const folder = furnish(t);
  assert.deepEqual(ask(`${folder}/bin/good`), { ok: true });
  assert.deepEqual(ask('bin/good', { directory: folder }), { ok: true });
  assert.deepEqual(ask('./good', { directory: `${folder}/bin` }), { ok: true });
  assert.deepEqual(ask('/bin/good', { attributes: { root: folder } }), { ok: true });
  assert.deepEqual(ask('./good', { directory: '/bin', attributes: { root: folder } }), { ok: true });
  assert.deepEqual(ask('bin/good', { attributes: { root: folder } }), { ok: true }, 'the root directory is where it begins');
  assert.deepEqual(ask('/no/such'), { ok: false, fault: 'NO_FILE', text: "can't find command '/no/such'" });
  assert.deepEqual(ask(`${folder}/bin/dangling`), { ok: false, fault: 'NO_FILE', text: `can't find command '${folder}/bin/dangling'` });
});

test("without one: the first of that name in the program's PATH, even when it cannot be executed", (t) => {
  const folder = furnish(t);
  const path = `/nowhere:${folder}/first:${folder}/bin`;
  assert.deepEqual(ask('good', { path }), { ok: true });
  assert.deepEqual(ask('plain', { path }), { ok: false, fault: 'NOT_EXECUTABLE', text: `command at '${folder}/first/plain' is not executable` });
  assert.deepEqual(ask('tool-folder', { path }), { ok: false, fault: 'NOT_EXECUTABLE', text: `command at '${folder}/first/tool-folder' is a directory` });
  assert.deepEqual(ask('nosuch', { path }), { ok: false, fault: 'NO_FILE', text: "can't find command 'nosuch'" });
  assert.deepEqual(ask('good', { path: ':/nowhere', directory: `${folder}/bin` }), { ok: true }, 'an empty element is the current directory');
  assert.deepEqual(ask('sh'), { ok: true }, 'a PATH that a container would have');
  assert.deepEqual(ask(''), { ok: false, fault: 'NO_FILE', text: "can't find command ''" });
});
