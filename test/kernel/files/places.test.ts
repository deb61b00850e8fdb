/** Files written where others may write: no link of theirs is followed, by any of the calls; links of root's own are. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadNative } from '../../../src/kernel/load-native.ts';
import { openPlace, openSocketFile, placeRefusal, removePlace, renamePlace, writePlace } from '../../../src/kernel/files/places.ts';
import { addonPath } from '../../logs/support/real.ts';
import { temporaryFolder } from '../../support/container.ts';

const native = loadNative(await addonPath());
const asRoot = { skip: process.getuid?.() !== 0 && 'needs root' };
const STRANGER = 65_534;
const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND;

/** `own`: a folder that is a stranger's; `secret`: a file of root's outside of it. */
const scene = (t: TestContext): { readonly root: string; readonly own: string; readonly secret: string } => {
  const root = temporaryFolder(t);
  const [own, secret] = [join(root, 'own'), join(root, 'secret')];
  mkdirSync(own);
  chownSync(own, STRANGER, STRANGER);
  writeFileSync(secret, 'secret');
  return { root, own, secret };
};

const theirLink = (target: string, path: string): void => {
  symlinkSync(target, path);
  lchownSync(path, STRANGER, STRANGER);
};

const refuses = (act: () => unknown, code: string): void => {
  assert.throws(act, { code });
};

test("a stranger's link is not followed: as the file, as a folder, whatever it names", asRoot, (t) => {
  const { root, own, secret } = scene(t);
  theirLink(secret, join(own, 'log'));
  theirLink(root, join(own, 'folder'));
  // Root's own link in a folder in which others can put theirs.
  symlinkSync(secret, join(own, 'of-root'));
  for (const path of ['log', 'folder/secret', 'folder/new', 'of-root']) refuses(() => openPlace(native, join(own, path), APPEND, 0o666), 'ELOOP');
  refuses(() => writePlace(native, join(own, 'log'), 'x', 0o666), 'ELOOP');
  refuses(() => renamePlace(native, join(own, 'folder/secret'), join(own, 'folder/other')), 'ELOOP');
  refuses(() => removePlace(native, join(own, 'folder/secret')), 'ELOOP');
  assert.deepEqual([readFileSync(secret, 'utf8'), existsSync(join(root, 'new'))], ['secret', false]);
  // The link itself is theirs and goes.
  removePlace(native, join(own, 'log'));
  assert.ok(!existsSync(join(own, 'log')));
});

test("another name of a root's file is refused, and nothing is made empty", asRoot, (t) => {
  const { own, secret } = scene(t);
  linkSync(secret, join(own, 'log'));
  refuses(() => writePlace(native, join(own, 'log'), '', 0o666), 'EMLINK');
  assert.equal(readFileSync(secret, 'utf8'), 'secret');
  assert.match(placeRefusal('EMLINK') ?? '', /name of a file elsewhere/);
});

test("links of root's in folders of root's work, relative ones and chains too; a sticky folder is as good", asRoot, (t) => {
  const { root } = scene(t);
  mkdirSync(join(root, 'disk'));
  symlinkSync('disk', join(root, 'logs'));
  symlinkSync('../logs/../disk/real.log', join(root, 'disk', 'log'));
  writePlace(native, join(root, 'logs/./log'), 'one', 0o600);
  assert.equal(readFileSync(join(root, 'disk/real.log'), 'utf8'), 'one');
  symlinkSync(join(root, 'disk/real.log'), join(root, 'a'));
  chmodSync(root, 0o1777);
  writePlace(native, join(root, 'a'), 'two', 0o600);
  assert.equal(readFileSync(join(root, 'disk/real.log'), 'utf8'), 'two');
  theirLink(join(root, 'disk/real.log'), join(root, 'b'));
  refuses(() => writePlace(native, join(root, 'b'), 'x', 0o600), 'ELOOP');
  chmodSync(root, 0o777);
  refuses(() => writePlace(native, join(root, 'a'), 'x', 0o600), 'ELOOP');
});

test('files are opened, renamed and removed; what is missing, a folder or a circle says so', (t) => {
  const root = temporaryFolder(t);
  const path = join(root, 'log');
  closeSync(openPlace(native, path, APPEND, 0o640));
  renamePlace(native, path, `${path}.1`);
  assert.deepEqual([existsSync(path), existsSync(`${path}.1`)], [false, true]);
  removePlace(native, `${path}.1`);
  refuses(() => removePlace(native, path), 'ENOENT');
  refuses(() => openPlace(native, join(root, 'no/log'), APPEND, 0o640), 'ENOENT');
  refuses(() => openPlace(native, `${root}/`, APPEND, 0o640), 'EISDIR');
  refuses(() => openPlace(native, join(root, 'n'.repeat(300)), APPEND, 0o640), 'ENAMETOOLONG');
  symlinkSync('circle', join(root, 'circle'));
  refuses(() => openPlace(native, join(root, 'circle'), APPEND, 0o640), 'ELOOP');
  execFileSync('mkfifo', [join(root, 'pipe')]);
  refuses(() => openPlace(native, join(root, 'pipe'), APPEND, 0o640), 'ENXIO');
});

test("a socket's file has its owner and mode, also in a stranger's folder; links are neither followed nor replaced", asRoot, (t) => {
  const { root, own, secret } = scene(t);
  const owner = { uid: STRANGER, gid: STRANGER };
  for (const kind of ['stream', 'datagram'] as const) {
    const path = join(own, kind);
    for (let round = 0; round < 2; round++) closeSync(openSocketFile(native, kind, { path, mode: 0o640, owner }));
    const { mode, uid, gid } = lstatSync(path);
    assert.deepEqual([mode & 0o7777, uid, gid], [0o640, STRANGER, STRANGER]);
    theirLink(secret, join(own, `${kind}.link`));
    refuses(() => openSocketFile(native, kind, { path: join(own, `${kind}.link`), mode: 0o640, owner }), 'EADDRINUSE');
    refuses(() => openSocketFile(native, kind, { path: join(root, 'none', 's'), mode: 0o640, owner: null }), 'ENOENT');
  }
  theirLink(root, join(own, 'way'));
  refuses(() => openSocketFile(native, 'stream', { path: join(own, 'way', 's'), mode: 0o640, owner }), 'ELOOP');
  assert.deepEqual([statSync(secret).uid, readdirSync(own).sort()], [0, ['datagram', 'datagram.link', 'stream', 'stream.link', 'way']]);
});
