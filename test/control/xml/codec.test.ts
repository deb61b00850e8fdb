import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAnswer } from '../../../src/control/client/answer.ts';
import { decodeCall } from '../../../src/control/xml/decode.ts';
import { encodeAnswer, encodeCall, encodeFault } from '../../../src/control/xml/encode.ts';
import type { Value } from '../../../src/control/xml/value.ts';

const asText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** Decoded structs have no prototype; for comparisons that does not matter. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const call = (inside: string): string => `<?xml version="1.0"?><methodCall><methodName>a.b</methodName>${inside}</methodCall>`;

const decoded = (value: string): unknown => {
  const result = decodeCall(call(`<params><param>${value}</param></params>`));
  assert.ok(result.ok, result.ok ? '' : result.error);
  return plain(result.value.params[0]);
};

const refused = (text: string): string => {
  const result = decodeCall(text);
  assert.equal(result.ok, false);
  return result.ok ? '' : result.error;
};

test('every kind of value is read', () => {
  const cases: readonly (readonly [string, Value])[] = [
    ['<value>bare text</value>', 'bare text'],
    ['<value/>', ''],
    ['<value> <string>x</string> </value>', 'x'],
    ['<value><string/></value>', ''],
    ['<value><string>a &amp; &lt;b&gt; &#228;&#x20ac; &quot;&apos;</string></value>', 'a & <b> ä€ "\''],
    ['<value><string><![CDATA[<raw> & ]]></string></value>', '<raw> & '],
    ['<value><int> -7 </int></value>', -7],
    ['<value><i4>12</i4></value>', 12],
    ['<value><i8>8589934592</i8></value>', 8589934592],
    ['<value><double>-1.5e3</double></value>', -1500],
    ['<value><boolean>1</boolean></value>', true],
    ['<value><boolean>0</boolean></value>', false],
    ['<value><boolean>true</boolean></value>', false],
    ['<value><nil/></value>', null],
    ['<value><ex:nil/></value>', null],
    ['<value><unknown>its text</unknown></value>', 'its text'],
    ['<value><base64>\n aGVs\n bG8= </base64></value>', 'hello'],
    ['<value><dateTime.iso8601>20261121T13:00:00</dateTime.iso8601></value>', '20261121T13:00:00'],
    ['<value><array><data/></array></value>', []],
    ['<value><array><data><value>1</value><value><int>2</int></value></data></array></value>', ['1', 2]],
    ['<value><struct/></value>', {}],
    ['<value><struct><member><name>n</name><value><i4>1</i4></value></member></struct></value>', { n: 1 }],
  ];
  for (const [text, value] of cases) assert.deepEqual(decoded(text), value, text);
});

test('line ends are one newline, unless they are written as characters', () => {
  assert.equal(decoded('<value>a\r\nb\rc&#13;\n</value>'), 'a\nb\nc\r\n');
});

test('a struct may have any name, and none of them means something to JavaScript', () => {
  const result = decodeCall(call('<params><param><value><struct><member><name>__proto__</name><value>x</value></member></struct></value></param></params>'));
  assert.ok(result.ok);
  const [struct] = result.value.params;
  assert.deepEqual(Object.entries(struct ?? {}), [['__proto__', 'x']]);
});

test('params may be missing; so may the method, which is for others to judge', () => {
  assert.deepEqual(decodeCall(call('')), { ok: true, value: { method: 'a.b', params: [] } });
  assert.deepEqual(decodeCall('<methodCall/>'), { ok: true, value: { method: '', params: [] } });
});

test('what is not XML-RPC is refused with a reason', () => {
  const value = (text: string): string => call(`<params><param>${text}</param></params>`);
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /no element/],
    ['   ', /no element/],
    ['hello', /first tag/],
    ['<methodCall>', /[Uu]nclosed/],
    ['<methodCall></methodcall>', /closing tag|[Uu]nexpected/i],
    ['<a/><b/>', /more than one root/],
    ['<methodResponse/>', /not a <methodCall>/],
    ['<!DOCTYPE x><methodCall/>', /document type/],
    ['<!DOCTYPE x [<!ENTITY a "b">]><methodCall>&a;</methodCall>', /document type/],
    [value('<value>&nbsp;</value>'), /entity/],
    [value('<value>&constructor;</value>'), /entity/],
    [value('<value>&#0;</value>'), /entity/],
    [value('<value>\u0001</value>'), /does not allow/],
    [value('<value><int>1x</int></value>'), /whole number/],
    [value('<value><int/></value>'), /whole number/],
    [value('<value><int>99999999999999999999</int></value>'), /whole number/],
    [value('<value><double>one</double></value>'), /not a number/],
    [value('<value><double/></value>'), /not a number/],
    [value('<value><base64>???</base64></value>'), /base64/],
    [value('<value><base64>/w==</base64></value>'), /not UTF-8/],
    [value('<value><dateTime.iso8601>yesterday</dateTime.iso8601></value>'), /date/],
    [value('<value><array/></value>'), /empty/],
    [value('<value><struct><member><name>n</name></member></struct></value>'), /member/],
    [value(''), /<param> is empty/],
    [`${'<a>'.repeat(33)}${'</a>'.repeat(33)}`, /deeper than 32/],
    [`<a>${'<b/>'.repeat(50_000)}</a>`, /more than 50000/],
  ];
  for (const [text, reason] of cases) assert.match(refused(text), reason, text.slice(0, 100));
});

test('what is encoded is what is decoded', () => {
  const values: readonly Value[] = [
    'text',
    'a & b < c > d ]]> "e"',
    'line\r\nline\ttab\u2028 ä € 😀',
    '',
    0,
    -5,
    1.25,
    true,
    false,
    null,
    [],
    ['x', ['y', []]],
    {},
    { name: 'n', 'with <&> in it': { deep: [1, { deeper: '' }] } },
  ];
  for (const value of values) {
    const answer = readAnswer(asText(encodeAnswer(value)));
    assert.ok(answer?.ok === true);
    assert.deepEqual(plain(answer.value), value);
    const sent = decodeCall(encodeCall('name.space', [value, value]));
    assert.ok(sent.ok);
    assert.deepEqual(plain(sent.value), { method: 'name.space', params: [value, value] });
  }
  assert.deepEqual(readAnswer(asText(encodeFault(10, 'BAD_NAME: <x>'))), { ok: false, code: 10, text: 'BAD_NAME: <x>' });
});

test('what XML cannot carry is replaced, what XML-RPC cannot carry is capped', () => {
  const round = (value: Value): unknown => {
    const answer = readAnswer(asText(encodeAnswer(value)));
    assert.ok(answer?.ok === true);
    return answer.value;
  };
  assert.equal(round('\u001b[1m\0\uFFFF\uD800x'), '\uFFFD[1m\uFFFD\uFFFD\uFFFDx');
  assert.equal(round('😀'), '😀');
  assert.equal(round(2 ** 40), 2147483647);
  assert.equal(round(-(2 ** 40)), -2147483648);
});

test('an answer that is none is refused', () => {
  for (const text of ['', '<methodResponse/>', '<methodCall/>', '<html><body>no</body></html>']) assert.equal(readAnswer(text), null, text);
});
