/** Answers: all that our server and Python's write is read, what is cut or odd is no answer and nothing worse. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAnswer } from '../../../src/control/client/answer.ts';
import * as encode from '../../../src/control/xml/encode.ts';
import type { Value } from '../../../src/control/xml/value.ts';

const encodeAnswer = (value: Value): string => Buffer.from(encode.encodeAnswer(value)).toString();

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const text = fc.string({
  unit: fc.constantFrom(
    ...`ab <>&'"
	]äß€😀-;#x`,
  ),
});
const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }),
  ),
}));

test('what our server writes is read as it was meant', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const read = readAnswer(encodeAnswer(value));
      assert.deepEqual(plain(read), plain({ ok: true, value }));
    }),
  );
  assert.deepEqual(readAnswer(Buffer.from(encode.encodeFault(10, 'BAD_NAME: a<b>')).toString()), { ok: false, code: 10, text: 'BAD_NAME: a<b>' });
});

test('what is cut anywhere is no answer', () => {
  fc.assert(
    fc.property(anyValue, fc.nat(), (value, at) => {
      const whole = encodeAnswer(value).trimEnd();
      const cut = whole.slice(0, at % whole.lastIndexOf('</value>'));
      assert.equal(readAnswer(cut), null);
    }),
  );
});

test('anything at all is read without harm', () => {
  const piece = fc.constantFrom(
    '<value>',
    '</value>',
    '<struct>',
    '<array><data>',
    '<member>',
    '<name>',
    '&#99999999;',
    '&amp;',
    '<',
    '>',
    'x',
    '<params>',
    '<methodResponse>',
  );
  fc.assert(fc.property(fc.array(piece), (pieces) => void readAnswer(pieces.join(''))));
  const deep = `<methodResponse><params><param>${'<value><array><data>'.repeat(10_000)}`;
  assert.equal(readAnswer(deep), null);
});

test('what other servers write', () => {
  const answer = (value: string): unknown =>
    readAnswer(`<?xml version="1.0"?>\n<methodResponse>\n<params>\n<param>\n${value}\n</param>\n</params>\n</methodResponse>\n`);
  assert.deepEqual(answer('<value>bare</value>'), { ok: true, value: 'bare' });
  assert.deepEqual(answer('<value></value>'), { ok: true, value: '' });
  assert.deepEqual(answer('<value/>'), { ok: true, value: '' });
  assert.deepEqual(answer('<value><string/></value>'), { ok: true, value: '' });
  assert.deepEqual(answer('<value><i4> -7 </i4></value>'), { ok: true, value: -7 });
  assert.deepEqual(answer('<value><double>1.5</double></value>'), { ok: true, value: 1.5 });
  assert.deepEqual(answer('<value><boolean>0</boolean></value>'), { ok: true, value: false });
  assert.deepEqual(answer('<value><array><data/></array></value>'), { ok: true, value: [] });
  assert.deepEqual(plain(answer('<value><struct/></value>')), { ok: true, value: {} });
  assert.deepEqual(answer('<value><string>&#233;&#xE9;&nbsp;&quot;&#1114112;</string></value>'), { ok: true, value: 'éé&nbsp;"&#1114112;' });
  for (const bad of [
    '',
    'text',
    '<value><int>x</int></value>',
    '<value><int></int></value>',
    '<value><string>x</int></value>',
    '<value><array></array></value>',
  ])
    assert.equal(answer(bad), null, bad);
  assert.equal(readAnswer('<methodCall></methodCall>'), null);
  assert.equal(readAnswer('<methodResponse><fault><value>x</value></fault></methodResponse>'), null);
});
