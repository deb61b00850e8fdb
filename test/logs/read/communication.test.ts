/** Capture mode: messages come out whole and the log keeps the rest, however the stream is cut into chunks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCommunication, MOST_HELD_BYTES } from '../../../src/logs/read/communication.ts';

const BEGIN = '<!--XSUPERVISOR:BEGIN-->';
const END = '<!--XSUPERVISOR:END-->';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const play = (chunks: readonly string[], maxBytes = 1000): { readonly log: string; readonly messages: readonly string[] } => {
  const messages: string[] = [];
  const communication = createCommunication(maxBytes, (message) => void messages.push(decode(message)));
  let log = '';
  for (const chunk of chunks) {
    const held = communication.takeHeld();
    assert.ok(held.length <= MOST_HELD_BYTES);
    const bytes = Uint8Array.from([...encode('##'), ...held, ...encode(chunk), ...encode(BEGIN)]);
    const end = communication.filter(bytes, 2, 2 + held.length + chunk.length);
    log += decode(bytes.subarray(2, end));
  }
  return { log: log + decode(communication.takeHeld()), messages };
};

test('any cut gives the same log and the same messages', () => {
  const piece = fc.constantFrom('plain\n', 'a < b <!-- c', BEGIN, END, '<!--XSUPERVISOR:', 'x', '');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(60), { maxLength: 30 }), (pieces, cuts) => {
      const text = pieces.join('');
      const chunks: string[] = [];
      let at = 0;
      for (const cut of cuts) {
        chunks.push(text.slice(at, at + cut));
        at += cut;
      }
      chunks.push(text.slice(at));
      // In one piece, with what is left of an unfinished message held until the end.
      assert.deepEqual(play(chunks).messages, play([text]).messages);
      const whole = play([text]).log;
      assert.equal(play(chunks).log, whole);
    }),
  );
});

test('tokens appear nowhere, what is between them is the message', () => {
  assert.deepEqual(play([`one${BEGIN}hello`, ` you${END}two\n`]), { log: 'onetwo\n', messages: ['hello you'] });
  assert.deepEqual(play([`${BEGIN}${END}`]), { log: '', messages: [''] });
  assert.deepEqual(play([`${END} is no beginning`]), { log: `${END} is no beginning`, messages: [] });
});

test('text and messages are told in the order of the stream, within one chunk too', () => {
  const told: string[] = [];
  const communication = createCommunication(1000, (message) => void told.push(`message ${decode(message)}`));
  const bytes = encode(`A\n${BEGIN}hello${END}B\n${BEGIN}${END}${BEGIN}un`);
  communication.filter(bytes, 0, bytes.length, (from, to) => void told.push(`text ${decode(bytes.subarray(from, to))}`));
  assert.deepEqual(told, ['text A\n', 'message hello', 'text B\n', 'message ']);
});

test('of a message that is too long the end is kept; one that never ends is no log', () => {
  assert.deepEqual(play([`${BEGIN}0123456789${END}`], 4), { log: '', messages: ['6789'] });
  assert.deepEqual(play([`a${BEGIN}never`]), { log: 'a', messages: [] });
});

test('what only looked like a token is given out at the end', () => {
  assert.deepEqual(play(['prompt <!--XSUP']), { log: 'prompt <!--XSUP', messages: [] });
});
