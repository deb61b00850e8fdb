/** Whatever a file holds: reading it ends, and never throws. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { parseIni } from '../../src/config/dialect/ini-text.ts';
import { type LogicalLine, readLogicalLines } from '../../src/config/dialect/logical-lines.ts';
import { splitWords } from '../../src/config/values/text/shell-words.ts';
import { loadText } from './world.ts';

const PIECES = [
  '[',
  ']',
  '[program:',
  '[supervisord]',
  '[tsinit]',
  '[group:g]',
  '[DEFAULT]',
  '[include]',
  '=',
  ':',
  '\n',
  '\n ',
  '\r\n',
  ' ;',
  ' #',
  '"',
  "'",
  '\\',
  ',',
  '%',
  '%(',
  ')s',
  '%(program_name)s',
  '%(ENV_HOME)s',
  'command=',
  'environment=',
  'numprocs=',
  'process_name=',
  'files=',
  'stopsignal=',
  '__proto__',
  'constructor',
  'true',
  '3',
  '-1',
  '\0',
  '\ufeff',
  '\u2028',
  '\ud800',
  'é',
  '\t',
];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })), { maxLength: 80 }).map((pieces) => pieces.join('')),
);

for (const personality of ['tsinit', 'supervisord'] as const) {
  test(`any text as ${personality}`, () => {
    fc.assert(
      fc.property(text, (content) => {
        const result = loadText(content, { personality });
        if (!result.ok) assert.ok(result.problems.every(({ message }) => message.length > 0));
      }),
      { numRuns: 1000 },
    );
  });
}

test('any value of any option', () => {
  const options = [
    'command',
    'environment',
    'stopsignal',
    'exitcodes',
    'user',
    'stdout_logfile',
    'umask',
    'stdout_logfile_maxbytes',
    'process_name',
    'priority',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...options), fc.string({ unit: 'binary', maxLength: 60 }), (option, value) => {
      loadText(`[program:p]\ncommand=x\n${option}=${value.replace(/[\r\n]/g, ' ')}\n`);
    }),
    { numRuns: 1000 },
  );
});

test('the ini package gives back what the dialect found', () => {
  fc.assert(
    fc.property(text, fc.boolean(), (content, respectsQuotes) => {
      const { lines } = readLogicalLines(content, { respectsQuotes });
      const back = parseIni(lines).flatMap(({ name, line, options }): LogicalLine[] => [
        { kind: 'section', name, line },
        ...options.map((option): LogicalLine => ({ kind: 'option', ...option })),
      ]);
      assert.deepEqual(back, lines);
    }),
    { numRuns: 1000 },
  );
});

test('words come back when each is quoted', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (words) => {
      const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
      assert.deepEqual(splitWords(quoted), { ok: true, value: words });
    }),
  );
});

test('any arguments', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('-c', '-n', '--', '--log', '--user=', '-?', '-'))), (argv) => {
      parseCommandLine(argv, 'tsinit');
    }),
  );
});

/** What takes quadratic time in a careless parser takes minutes at this size, not less than a moment. */
const LONG: readonly (readonly [name: string, text: string])[] = [
  ['blanks', ' '.repeat(1_000_000)],
  ['comment marks', `[program:p]\ncommand=${'x;#'.repeat(100_000)}`],
  ['quotes', `[program:p]\ncommand=${`"'`.repeat(250_000)}\nenvironment=${'"'.repeat(400_000)}`],
  ['continuations', `[program:p]\ncommand=x\n${' y\n'.repeat(100_000)}`],
  ['percent signs', `[program:p]\ncommand=${'%%'.repeat(400_000)}`],
  ['brackets', `[program:p]\ncommand=${'%('.repeat(400_000)}`],
  ['sections', '[a]\n'.repeat(60_000)],
  ['options', `[program:p]\n${'a=1\n'.repeat(60_000)}`],
  ['members', `[program:a]\ncommand=x\n[group:g]\nprograms=${'a,'.repeat(400_000)}`],
  ['processes', '[program:p]\ncommand=%(program_name)s\nnumprocs=4095\nprocess_name=%(process_num)d\n'],
];

for (const [name, content] of LONG) {
  test(`a long file of ${name}`, () => {
    loadText(content);
    loadText(`[supervisord]\n${content}`, { personality: 'supervisord' });
  });
}
