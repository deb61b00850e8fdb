import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readAnswer } from '../../../src/control/client/answer.ts';
import { decodeCall } from '../../../src/control/xml/decode.ts';
import { encodeAnswer, encodeCall } from '../../../src/control/xml/encode.ts';
import { NOT_IN_XML } from '../../../src/control/xml/value.ts';
import type { Value } from '../../../src/control/xml/value.ts';

const values = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 5 },
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Number.isInteger(number)),
    fc.boolean(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  ),
})).value;

const asText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** What the encoder is allowed to change. */
const carried = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, each) => (typeof each === 'string' ? each.replaceAll(new RegExp(NOT_IN_XML, 'gu'), '\uFFFD') : each));

test('any value comes back from the codec', () => {
  fc.assert(
    fc.property(values, (value) => {
      const answer = readAnswer(asText(encodeAnswer(value)));
      assert.ok(answer?.ok === true, JSON.stringify(answer));
      assert.equal(JSON.stringify(answer.value), JSON.stringify(carried(value)));
    }),
  );
});

test('no text makes the decoder throw', () => {
  const pieces = fc.constantFrom(
    '<methodCall>',
    '</methodCall>',
    '<methodName>',
    '</methodName>',
    '<params>',
    '</params>',
    '<param>',
    '</param>',
    '<value>',
    '</value>',
    '<value/>',
    '<int>',
    '</int>',
    '1',
    '<array>',
    '</array>',
    '<data>',
    '</data>',
    '<struct>',
    '</struct>',
    '<member>',
    '</member>',
    '<name>',
    '</name>',
    '<base64>',
    '</base64>',
    '&amp;',
    '&',
    ';',
    '&#',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?xml',
    '?>',
    '<!DOCTYPE',
    '[',
    '>',
    '<',
    '"',
    ' a="b"',
    '\0',
    '\uFEFF',
    '\r\n',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 8, arbitrary: pieces }, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 60 }), (some) => {
      const text = some.join('');
      assert.equal(typeof decodeCall(text).ok, 'boolean');
      readAnswer(text);
    }),
    { numRuns: 2_000 },
  );
});

test('a call with a piece cut out, doubled or changed is a call or is refused', () => {
  const change = fc.record({ at: fc.nat(), length: fc.nat(12), put: fc.string({ unit: 'binary', maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(values, { maxLength: 3 }), fc.array(change, { minLength: 1, maxLength: 4 }), (params, changes) => {
      let text = encodeCall('supervisor.startProcess', params);
      for (const { at, length, put } of changes) {
        const from = at % text.length;
        text = text.slice(0, from) + put + text.slice(from + length);
      }
      assert.equal(typeof decodeCall(text).ok, 'boolean');
    }),
    { numRuns: 1_000 },
  );
});
