/**
 * The layer table holds in the sources; and the check itself finds what it is there to find.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { importsBelow, importsOf, violations } from '../build/layers.ts';

const source = join(import.meta.dirname, '../src');

test('every import in src is allowed by the table of layers', () => {
  const imports = importsBelow(source);
  assert.ok(imports.length > 100, `only ${imports.length} imports were found: the search is broken`);
  assert.deepEqual(violations(imports), []);
});

test('a planted violation of each kind is found', () => {
  const planted: readonly (readonly [string, string, RegExp])[] = [
    ['process/step.ts', '../kernel/kernel.ts', /process may not import kernel\/kernel\.ts/u],
    ['process/step.ts', '../world/world.ts', /process may not import world/u],
    ['base/lines.ts', 'node:fs', /base may not use node:fs/u],
    ['world/world.ts', 'node:timers', /world may not use node:timers/u],
    ['logs/out/outbox.ts', 'node:child_process', /logs may not use node:child_process/u],
    ['control/rpc.ts', '../engine/engine.ts', /control may not import engine/u],
    ['cli/tail.ts', '../world/world.ts', /cli may not import world\/world\.ts/u],
    ['engine/engine.ts', 'ini', /engine may not use the package ini/u],
    ['config/model/model.ts', '../../base/result', /without its \.ts/u],
    ['config/model/model.ts', '../../../test/help.ts', /outside of src/u],
    ['extra/new.ts', '../base/result.ts', /in no layer/u],
  ];
  for (const [file, target, expected] of planted) {
    assert.match(violations([{ file, target }]).join('\n'), expected);
  }
  assert.deepEqual(violations([{ file: 'cli/tail.ts', target: '../control/client.ts' }]), []);
});

test('every way of importing is seen', () => {
  const text = `import type { A } from './a.ts';
import {
  b,
  c,
} from "./b.ts";
import './c.ts';
export { d } from './d.ts';
export const e = () => import('./e.ts');
`;
  assert.deepEqual(importsOf(text), ['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts']);
});
