/** Messages for /dev/log as senders write them, their lines in each shape, and streams of them cut into messages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSyslogFrames } from '../../../src/logs/syslog-in/syslog-frames.ts';
import { createSyslogLines } from '../../../src/logs/syslog-in/syslog-lines.ts';
import { readSyslogMessage } from '../../../src/logs/syslog-in/syslog-message.ts';
import { createSyslogReader } from '../../../src/logs/syslog-in/syslog-reader.ts';
import { shaped } from '../support/settings.ts';

const read = (text: string): string => {
  const { tag, pid, level, lines } = readSyslogMessage(text);
  return `${tag}/${pid ?? '-'}/${level}/${lines.join('|')}`;
};
const encoder = new TextEncoder();
const decoder = new TextDecoder();

test('RFC 3164 as syslog(3) writes it, and what senders make of it', () => {
  for (const [text, meant] of [
    ['<86>Nov 29 11:00:00 sshd[12]: Accepted key: yes', 'sshd/12/info/Accepted key: yes'],
    ['<78>Nov  9 11:00:00 CRON[7]: (root) CMD (true)', 'CRON/7/info/(root) CMD (true)'],
    ['<13>Nov 29 11:00:00 root: hello', 'root/-/info/hello'],
    ['<11>Nov 29 11:00:00 host postfix/smtpd[3]: no', 'postfix/smtpd/3/error/no'],
    ['<12>2026-11-29T11:00:00.1Z host app: x', 'app/-/warn/x'],
    ['<15>app: debug\0', 'app/-/debug/debug'],
    ['<10>Nov 29 11:00:00 app:tight', 'app/-/critical/tight'],
    ['<14>only words here', 'syslog/-/info/only words here'],
    ['no priority: x', 'syslog/-/info/no priority: x'],
    ['cron: no priority', 'cron/-/info/no priority'],
    ['<999>app: x', 'syslog/-/info/<999>app: x'],
    ['<14>app[x]: not a pid', 'syslog/-/info/app[x]: not a pid'],
    ['<14>app: one\ntwo\n\nthree\n', 'app/-/info/one|two|three'],
    ['', 'syslog/-/info/'],
    [`<14>${'t'.repeat(60)}: long`, `${'t'.repeat(48)}/-/info/long`],
    ['<14>a\u001bb: x', 'a?b/-/info/x'],
  ] as const)
    assert.equal(read(text), meant, text);
});

test('RFC 5424: name, process, message; structured data is left out', () => {
  for (const [text, meant] of [
    ['<165>1 2026-11-29T11:00:00.003Z host app 8710 ID47 - \uFEFFhello there', 'app/8710/info/hello there'],
    [String.raw`<165>1 2026-11-29T11:00:00Z host app - - [a@1 b="x\"]y" c="2"][d e="f"] text: more`, 'app/-/info/text: more'],
    ['<11>1 - - - - - -', 'syslog/-/error/'],
    ['<14>1 2026-11-29T11:00:00Z host app 5 - [open text', 'syslog/-/info/1 2026-11-29T11:00:00Z host app 5 - [open text'],
  ] as const)
    assert.equal(read(text), meant, text);
});

test('a message of very many lines keeps all its words', () => {
  const { lines } = readSyslogMessage(`<14>a: ${Array.from({ length: 300 }, (_, index) => index).join('\n')}`);
  assert.equal(lines.length, 128);
  assert.match(lines.at(-1) ?? '', /^127 128 .* 299$/);
});

test('lines in every shape; without terminal sequences where that is wished for', () => {
  const text = (shape: Parameters<typeof createSyslogLines>[0]['shape'], message: string, isStripped = false): string =>
    decoder.decode(createSyslogLines({ shape, width: 6, isStripped }, () => 0)(encoder.encode(message)));
  assert.equal(text(null, '<11>sshd[1]: a\nb'), 'sshd   | a\nsshd   | b\n');
  assert.equal(text(shaped('prefix', { time: 'unix_ms' }).shape, '<11>sshd[1]: a'), '0 sshd   | a\n');
  assert.equal(text(shaped('json').shape, '<11>sshd[1]: a'), '{"program":"sshd","stream":"stdout","pid":1,"level":"error","line":"a"}\n');
  assert.equal(text(shaped('logfmt').shape, '<14>x: a b'), 'program=x stream=stdout level=info line="a b"\n');
  assert.equal(text(null, '<14>x: \u001b[31mred\u001b[0m', true), 'x      | red\n');
  assert.equal(text(null, ''), '');
});

test('a stream: ended by newline or zero byte, counted, in any pieces, and bounded', () => {
  const stream = `<14>a: one\n<14>b: two\0${'<14>c: t\nhree'.length} <14>c: t\nhree<14>d: four\n\n12 monkeys\n<14>e: open`;
  const whole = ['<14>a: one', '<14>b: two', '<14>c: t\nhree', '<14>d: four', '12 monkeys', '<14>e: open'];
  for (let size = 1; size < stream.length + 1; size += 1) {
    const frames = createSyslogFrames(100);
    const messages: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += size) messages.push(...frames.push(encoder.encode(stream.slice(at, at + size))));
    messages.push(...frames.end());
    assert.deepEqual(
      messages.map((message) => decoder.decode(message)),
      whole,
      `in pieces of ${size}`,
    );
    assert.deepEqual(frames.end(), []);
  }
  const frames = createSyslogFrames(10);
  assert.deepEqual(
    frames.push(encoder.encode('x'.repeat(25))).map(({ length }) => length),
    [10, 10],
  );
});

test('a datagram is taken once its lines have found room, and not before', () => {
  const queue = ['<14>a: one', '', '<14>a: two'].map((text) => encoder.encode(text));
  let interrupts = 1;
  const native = {
    receiveDatagram: (_fd: number, into: Uint8Array, _sender: Uint32Array, isPeek = false): number => {
      if (isPeek && interrupts > 0) return ((interrupts -= 1), -4);
      const first = queue[0];
      if (first === undefined) return -11;
      if (!isPeek) queue.shift();
      into.set(first.subarray(0, into.length));
      return Math.min(first.length, into.length);
    },
  };
  const out: string[] = [];
  let room = 1;
  const put = (lines: Uint8Array): boolean => {
    if (room === 0) return false;
    room -= 1;
    out.push(decoder.decode(lines));
    return true;
  };
  const reader = createSyslogReader(
    native,
    3,
    createSyslogLines({ shape: null, width: 1, isStripped: false }, () => 0),
    put,
  );
  assert.equal(reader.read(), 'full');
  assert.deepEqual([out, queue.length], [['a | one\n'], 1]);
  room = 1;
  assert.equal(reader.read(), 'empty');
  assert.deepEqual(out, ['a | one\n', 'a | two\n']);
  for (let index = 0; index < 300; index += 1) queue.push(encoder.encode('x'));
  room = 1_000;
  assert.equal(reader.read(), 'more');
});
