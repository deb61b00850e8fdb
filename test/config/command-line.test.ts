/** Arguments of supervise mode, as getopt would take them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { FLAGS } from '../../src/config/flags.ts';
import { supervisorEnvironmentOptions, supervisorOptions } from '../../src/config/options/supervisor-options.ts';

const supervise = (changes: object): object => ({ kind: 'supervise', personality: 'tsinit', configuration: null, overrides: [], ...changes });
const nodaemon = (flag: string): object => ({ option: 'nodaemon', flag, text: 'true' });

const taken: readonly (readonly [argv: readonly string[], expected: object])[] = [
  [[], supervise({})],
  [['-c', 'f'], supervise({ configuration: 'f' })],
  [['-cf', '-n'], supervise({ configuration: 'f', overrides: [nodaemon('-n')] })],
  [['-nc', 'f'], supervise({ configuration: 'f', overrides: [nodaemon('-n')] })],
  [['--configuration=f=g'], supervise({ configuration: 'f=g' })],
  [['--conf', 'f', '--'], supervise({ configuration: 'f' })],
  [['--nod'], supervise({ overrides: [nodaemon('--nodaemon')] })],
  [['--logfile', '-'], supervise({ overrides: [{ option: 'logfile', flag: '--logfile', text: '-' }] })],
  [
    ['-e', 'debug', '-t', '--profile_options=x'],
    supervise({
      overrides: [
        { option: 'loglevel', flag: '-e', text: 'debug' },
        { option: 'strip_ansi', flag: '-t', text: 'true' },
      ],
    }),
  ],
  [['--compat', 'supervisord'], supervise({ personality: 'supervisord' })],
  [['-h'], { kind: 'help' }],
  [['-?'], { kind: 'help' }],
  [['--he'], { kind: 'help' }],
  [['-n', '-v', '-n'], { kind: 'version' }],
];

for (const [argv, expected] of taken) {
  test(`takes ${JSON.stringify(argv)}`, () => assert.deepEqual(parseCommandLine(argv, 'tsinit'), { ok: true, value: expected }));
}

const refused: readonly (readonly [argv: readonly string[], sentence: string])[] = [
  [['-X'], 'option -X not recognized'],
  [['-nX'], 'option -X not recognized'],
  [['--nonsense'], 'option --nonsense not recognized'],
  [['--nodeamon'], 'option --nodeamon not recognized; did you mean --nodaemon?'],
  [['--log'], 'option --log not a unique prefix'],
  [['-c'], 'option -c requires argument'],
  [['--loglevel'], 'option --loglevel requires argument'],
  [['--nodaemon=1'], 'option --nodaemon must not have an argument'],
  [['-n', '--nodaemon'], "conflicting command line option '--nodaemon'"],
  [['foo', '-n'], "positional arguments are not supported: ['foo', '-n']; to run a command, write: tsinit -- foo -n"],
  [['--', 'foo'], "positional arguments are not supported: ['foo']; to run a command, write: tsinit -- foo"],
  [['-'], "positional arguments are not supported: ['-']; to run a command, write: tsinit -- -"],
  [['--compat=x'], "invalid value for --compat 'x': write --compat supervisord"],
];

for (const [argv, sentence] of refused) {
  test(`refuses ${JSON.stringify(argv)}`, () => assert.deepEqual(parseCommandLine(argv, 'tsinit'), { ok: false, error: sentence }));
}

test('supervisord knows neither our flags nor our advice', () => {
  assert.deepEqual(parseCommandLine(['--compat=supervisord'], 'supervisord'), { ok: false, error: 'option --compat not recognized' });
  assert.deepEqual(parseCommandLine(['foo'], 'supervisord'), { ok: false, error: "positional arguments are not supported: ['foo']" });
});

test('every flag names an option there is', () => {
  const options = { ...supervisorOptions, ...supervisorEnvironmentOptions };
  for (const { option } of FLAGS) assert.ok(option === null || option in options, option ?? '');
});
