/** Values that come from names: no quotes, no separators, whatever a variable holds. As supervisord: parsed, and the refusal names the variable. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { load } from '../../../src/config/read/load.ts';
import { loadText, memoryWorld, messagesOf } from '../world.ts';

const SECRETS = [`it's`, '"', `'"`, 'a\\', '\\"', '50%', 'a, b=c; d', ' two  words ', 'line\nline', '#x', '%(ENV_X)s'];

const specOf = (options: string, environment: Readonly<Record<string, string>>, personality: 'tsinit' | 'supervisord' = 'tsinit') => {
  const head = personality === 'supervisord' ? '[supervisord]\n' : '';
  const result = loadText(`${head}[program:p]\n${options}\n`, { world: { environment }, personality });
  assert.ok(result.ok, JSON.stringify(result));
  const [spec] = result.model.groups[0]?.processes ?? [];
  assert.ok(spec !== undefined);
  return spec;
};

const argvOf = (command: string, X: string): readonly string[] => specOf(`command=${command}`, { X }).argv;
const variablesOf = (written: string, X: string): unknown => specOf(`command=x\nenvironment=${written}`, { X }).environment;

for (const secret of SECRETS) {
  test(`a secret with ${JSON.stringify(secret)}`, () => {
    assert.deepEqual(argvOf('a "%(ENV_X)s" b', secret), ['a', secret, 'b']);
    assert.deepEqual(argvOf(`a '%(ENV_X)s'`, secret), ['a', secret]);
    assert.deepEqual(argvOf('a --x="%(ENV_X)s"', secret), ['a', `--x=${secret}`]);
    assert.deepEqual(argvOf('a --x=%(ENV_X)s', secret).slice(1), `--x=${secret}`.split(/[ \n]+/).filter(Boolean));
    for (const written of ['A="%(ENV_X)s",B=1', `A='%(ENV_X)s' B=1`, 'A=%(ENV_X)s,B=1', 'A = %(ENV_X)s , B=1'])
      assert.deepEqual(variablesOf(written, secret), { A: secret, B: '1' }, written);
    assert.deepEqual(variablesOf('A=<%(ENV_X)s>"%(ENV_X)s"', secret), { A: `<${secret}>${secret}` });
    const { service } = specOf('command=x\nstart_pre=check "%(ENV_X)s"', { X: secret });
    assert.deepEqual(service.hooks?.startPre, ['check', secret]);
    const { stdout } = specOf('command=x\nlog_format=json\nlog_labels=a="<%(ENV_X)s>\\"", b=<%(ENV_X)s>', { X: secret });
    assert.deepEqual(stdout.shape?.labels, [
      ['a', `<${secret}>"`],
      ['b', `<${secret}>`],
    ]);
  });
}

test('a variable for whole options, an empty one, quotes that are written around and in front', () => {
  assert.deepEqual(argvOf('a %(ENV_X)s z', '-a  -b="c d"'), ['a', '-a', '-b="c', 'd"', 'z']);
  assert.deepEqual(argvOf('a %(ENV_X)s z', ''), ['a', 'z']);
  assert.deepEqual(argvOf('a "%(ENV_X)s" z', ''), ['a', '', 'z']);
  assert.deepEqual(argvOf('a "\\%(ENV_X)s"', '"q'), ['a', '\\"q'], 'a backslash protects quotes that are written');
  assert.deepEqual(argvOf('a \\%(ENV_X)s', '"q'), ['a', '"q']);
  assert.deepEqual(variablesOf('A="\\%(ENV_X)s"', '"q'), { A: '\\"q' });
  assert.deepEqual(variablesOf('%(ENV_X)s', `A=1,B="2 3"`), { A: '1', B: '2 3' }, 'a variable that stands for whole pairs is read as pairs');
  assert.deepEqual(variablesOf('A=,C=%(ENV_X)s', 'B=1'), { A: '', C: 'B=1' });
  assert.deepEqual(argvOf('sh -c %(ENV_X)r', 'two words'), ['sh', '-c', 'two words'], 'its quotes are meant');
});

test('a path with blanks is one word', () => {
  const path = '/my dir/t.conf';
  const world = memoryWorld({ [path]: '[program:p]\ncommand=%(here)s/run %(program_name)s\n' });
  const result = load(world, [path], { personality: 'tsinit', overrides: [] });
  assert.deepEqual(result.ok && result.model.groups[0]?.processes[0]?.argv, ['/my dir/run', 'p']);
});

test('whatever it is, it arrives', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !text.includes('\0')),
      (X) => {
        assert.deepEqual(argvOf('a "%(ENV_X)s"', X), ['a', X]);
        assert.deepEqual(variablesOf('A="%(ENV_X)s",B=%(ENV_X)s', X), { A: X, B: X });
      },
    ),
  );
});

test('a label whose name a variable has made is judged as a whole', () => {
  const world = { environment: { X: 'b c' } };
  assert.match(messagesOf('[program:p]\ncommand=x\nlog_format=json\nlog_labels=a=1,%(ENV_X)s=2\n', { world })[0] ?? '', /cannot read 'b c=2'/);
});

test('as supervisord: parsed like the rest, and the sentence names the variable', () => {
  const world = { environment: { SECRET: `"it's`, OTHER: 'x' } };
  const said = (options: string): string => messagesOf(`[supervisord]\n[program:p]\n${options}\n`, { world, personality: 'supervisord' }).join('\n');
  const hint = /; quotes and separators in the value of %\(ENV_SECRET\)s count as if they were written there/;
  assert.match(said('command=x\nenvironment=A=%(ENV_SECRET)s'), /^No closing quotation in section 'program:p' /);
  assert.match(said('command=x\nenvironment=A=%(ENV_SECRET)s'), hint);
  const twice = messagesOf('[supervisord]\nenvironment=A=%(ENV_SECRET)s\n', { world, personality: 'supervisord' });
  assert.match(twice.join(), hint, 'an option that supervisord expands twice');
  assert.match(said('command=x %(ENV_SECRET)s'), hint);
  assert.doesNotMatch(said('command=x %(ENV_OTHER)s "'), hint);
  assert.deepEqual(specOf('command=a %(ENV_X)s', { X: '"b c"' }, 'supervisord').argv, ['a', 'b c']);
});
