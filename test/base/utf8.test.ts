/** UTF-8 without a platform: whole characters only, and nothing malformed accepted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeUtf8, encodeUtf8 } from '../../src/base/utf8.ts';

test('encodes as everybody does, a lone surrogate as U+FFFD', () => {
  for (const text of ['', 'plain', 'é', '€', '😀', "%25 'quoted'", '\u0000\u007f', 'a\ud800b']) {
    assert.deepEqual(encodeUtf8(text, 100), [...new TextEncoder().encode(text)], text);
  }
});

test('never cuts a character', () => {
  assert.deepEqual(encodeUtf8('aé', 2), [0x61]);
  assert.deepEqual(encodeUtf8('aé', 3), [0x61, 0xc3, 0xa9]);
  assert.deepEqual(encodeUtf8('😀b', 3), []);
});

test('decodes what was encoded, and nothing malformed', () => {
  assert.equal(decodeUtf8(encodeUtf8('a%é€😀\u0001', 100)), 'a%é€😀\u0001');
  assert.equal(decodeUtf8([0xc3]), null);
  assert.equal(decodeUtf8([0xff]), null);
});
