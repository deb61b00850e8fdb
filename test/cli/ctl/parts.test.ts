/** Parts of the client that need no server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columns } from '../../../src/cli/ctl/actions/action-help.ts';
import { actionsOf } from '../../../src/cli/ctl/actions/actions.ts';
import { completer } from '../../../src/cli/ctl/shell/completion.ts';
import { prefixed } from '../../../src/cli/ctl/actions/follow.ts';
import { splitName } from '../../../src/cli/ctl/names.ts';
import { readOptions } from '../../../src/cli/ctl/options.ts';
import { makeSession, type Session } from '../../../src/cli/ctl/shell/session.ts';
import { failed } from '../../../src/control/client/failure.ts';
import type { Remote } from '../../../src/control/client/remote.ts';

const session = (ask: () => Promise<unknown>): Session => ({
  ...makeSession({
    line: () => undefined,
    bytes: () => undefined,
    complaint: () => undefined,
    remark: () => undefined,
    personality: 'tsinit',
    isInteractive: true,
    target: { url: 'unix:///none', origin: '', username: null, password: null },
    dial: null,
    question: () => Promise.resolve(null),
    interrupted: () => ({ promise: new Promise(() => {}), end: () => undefined }),
  }),
  remote: () => ({ ask }) as unknown as Remote,
});

const infos = [
  { group: 'web', name: 'web' },
  { group: 'n', name: 'x0' },
  { group: 'n', name: 'x1' },
];

test('a line is completed: actions, groups, processes, asked for once', async () => {
  let count = 0;
  const { complete, forget } = completer(actionsOf('supervisord'), () => session(() => Promise.resolve((count++, infos))));
  const words = async (line: string): Promise<readonly string[]> => (await complete(line))[0];
  assert.deepEqual(await words('st'), ['start ', 'status ', 'stop ']);
  assert.deepEqual(await words('help ver'), ['version ']);
  assert.deepEqual(await words('version '), []);
  assert.deepEqual(await words('nonsense '), []);
  assert.equal(count, 0);
  assert.deepEqual(await words('status '), ['web ', 'n:x0 ', 'n:* ', 'n:x1 ']);
  assert.deepEqual(await words('status web n:x'), ['n:x0 ', 'n:x1 ']);
  assert.deepEqual(await words('status web:'), ['web:web ', 'web:* ']);
  assert.deepEqual(await words('update '), ['web ', 'n ']);
  assert.equal(count, 1);
  forget();
  await words('stop w');
  assert.equal(count, 2);
  assert.equal((await words('')).length, actionsOf('supervisord').size + 1);
});

test('without a server nothing is completed, and nothing said', async () => {
  const { complete } = completer(actionsOf('tsinit'), () => session(() => Promise.reject(failed({ kind: 'unreachable', code: 'ENOENT' }))));
  assert.deepEqual(await complete('status '), [[], '']);
});

test('lines of several are told apart', () => {
  const said: string[] = [];
  const { push, end } = prefixed('a | ', (bytes) => void said.push(Buffer.from(bytes).toString()));
  for (const piece of ['one\ntw', 'o\n\nthr', 'ee']) push(Buffer.from(piece));
  end();
  end();
  assert.deepEqual(said, ['a | one\n', 'a | two\n', 'a | \n', 'a | three\n']);
  push(Buffer.alloc(70_000, 'x'));
  assert.equal(said.at(-1)?.length, 'a | '.length + 65_536 + 1);
});

test('columns', () => {
  assert.deepEqual(columns(['a', 'bb', 'c', 'd', 'e'], 9), ['a   c  e', 'bb  d']);
  assert.deepEqual(columns(['a', 'b'], 79), ['a  b']);
  assert.deepEqual(columns(['long word', 'b'], 3), ['long word', 'b        ']);
  assert.deepEqual(columns([], 79), []);
});

test('names and options', () => {
  assert.deepEqual(splitName('a'), { group: 'a', name: 'a' });
  assert.deepEqual(splitName('a:b:c'), { group: 'a', name: 'b:c' });
  for (const all of ['a:', 'a:*']) assert.deepEqual(splitName(all), { group: 'a', name: null });
  const read = readOptions(['-iuU', '--pass', 'P', '-c', 'f', '--history=h', '--', '-x', 'status']);
  assert.deepEqual(read, {
    ok: true,
    value: { configuration: 'f', serverUrl: null, username: 'U', password: 'P', historyFile: 'h', isInteractive: true, isHelp: false, words: ['-x', 'status'] },
  });
  const help = readOptions(['-?', '--nonsense']);
  assert.equal(help.ok && help.value.isHelp, true);
});
