/** A program's environment: the original one byte for byte, then ours, then the configuration's; later wins. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { baseEnvironment, environmentText, programEnvironment } from '../../src/engine/environment.ts';
import { specOf } from '../simulate/specs.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const shown = (entries: readonly Uint8Array[]): readonly string[] => entries.map((entry) => Buffer.from(entry).toString('latin1'));
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
type User = Parameters<typeof programEnvironment>[2]['user'];
const environmentOf = (entries: readonly string[], overrides: Parameters<typeof specOf>[1] = {}, user: User = null): readonly string[] =>
  shown(programEnvironment(baseEnvironment(entries.map(bytes)), specOf('web', overrides), { serverUrl: null, user }, null));

const OURS = ['SUPERVISOR_ENABLED=1', 'SUPERVISOR_PROCESS_NAME=web', 'SUPERVISOR_GROUP_NAME=web'];

test('the original environment comes first, in its order, then ours', () => {
  assert.deepEqual(environmentOf(['PATH=/bin', 'HOME=/', 'EMPTY=']), ['PATH=/bin', 'HOME=/', 'EMPTY=', ...OURS]);
});

test('another user has HOME, USER and LOGNAME of its own, unless they are written', () => {
  const found = ['HOME=/root', 'USER=root', 'LOGNAME=root', 'A=1'];
  const user = { name: 'www', home: '/srv/www' };
  assert.deepEqual(environmentOf(found, {}, user), ['A=1', 'HOME=/srv/www', 'USER=www', 'LOGNAME=www', ...OURS]);
  assert.deepEqual(environmentOf(found, { environment: { HOME: '/own' } }, user), ['A=1', 'HOME=/own', 'USER=www', 'LOGNAME=www', ...OURS]);
  assert.deepEqual(environmentOf(found, {}, { name: 'www', home: null }), [...found, ...OURS]);
});

test('names and values that are no UTF-8 go through byte for byte', () => {
  const odd = ['\xff\xfe=\x80\x81', 'A=\xc3\x28', 'NEWLINE=a\nb', 'SPACE = x', utf8('Ü=ü')];
  assert.deepEqual(environmentOf(odd), [...odd, ...OURS]);
});

test('two names that would be one after decoding stay two', () => {
  assert.deepEqual(environmentOf(['\xff=1', '\xfe=2', '\xef\xbf\xbd=3']), ['\xff=1', '\xfe=2', '\xef\xbf\xbd=3', ...OURS]);
});

test('entries without a name are passed on as they are, before the others', () => {
  assert.deepEqual(environmentOf(['A=1', 'nothing', '=C:=C:\\', '']), ['nothing', '=C:=C:\\', '', 'A=1', ...OURS]);
});

test('the last of two entries with one name counts', () => {
  assert.deepEqual(environmentOf(['A=1', 'B=2', 'A=3']), ['A=3', 'B=2', ...OURS]);
});

test('a value may be long, and may hold equals signs', () => {
  const long = `X=${'='.repeat(200_000)}`;
  assert.deepEqual(environmentOf([long]), [long, ...OURS]);
});

test('the configuration wins over ours, ours over the original', () => {
  const environment = { SUPERVISOR_GROUP_NAME: 'mine', PATH: '/opt/bin', NEW: 'ü' };
  assert.deepEqual(environmentOf(['PATH=/bin', 'SUPERVISOR_ENABLED=0', 'KEEP=1'], { environment, serverUrl: 'unix:///run/s.sock', group: 'all' }), [
    'KEEP=1',
    'SUPERVISOR_ENABLED=1',
    'SUPERVISOR_PROCESS_NAME=web',
    'SUPERVISOR_GROUP_NAME=mine',
    'SUPERVISOR_SERVER_URL=unix:///run/s.sock',
    'PATH=/opt/bin',
    utf8('NEW=ü'),
  ]);
});

test('whatever the original is, each name is there once and no byte is changed', () => {
  const entry = fc.uint8Array({ maxLength: 12 }).map((content) => Buffer.from(content.map((byte) => byte || 1)).toString('latin1'));
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const result = environmentOf(entries);
      const added = new Set(OURS);
      const names = result.flatMap((each) => (each.indexOf('=') > 0 ? [each.slice(0, each.indexOf('='))] : []));
      assert.equal(new Set(names).size, names.length);
      for (const each of result) assert.ok(added.has(each) || entries.includes(each));
      assert.deepEqual(result.slice(-3), OURS);
    }),
  );
});

test('as text, for the configuration: decoded, names that objects have by themselves included', () => {
  const text = environmentText(['PATH=/bin', 'constructor=x', '__proto__=y', 'BAD=\xff', 'none', '=x', 'MARK=\xef\xbb\xbfz', 'A=b=c'].map(bytes));
  assert.deepEqual(Object.entries(text), [
    ['PATH', '/bin'],
    ['constructor', 'x'],
    ['__proto__', 'y'],
    ['BAD', '\ufffd'],
    ['MARK', '\ufeffz'],
    ['A', 'b=c'],
  ]);
  assert.equal(environmentText([])['toString'], undefined);
});
