/** Whatever the documentation shows of a configuration is known, and has values that are taken. What examples leave out does not count. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../support/fixtures.ts';
import { messagesOf } from './world.ts';

const ENVIRONMENT = { PATH: '/bin', POD_NAME: 'web-1', HOME: '/root' };

/** Users are those of the image that it is for. */
const isOfTheExample = (message: string): boolean => /^(?:unknown|cannot read)/u.test(message) && !/there is no (?:user|group)/u.test(message);

const pages = ['README.md', ...readdirSync(join(projectRoot, 'docs')).map((name) => join('docs', name))].filter((name) => name.endsWith('.md'));

for (const page of pages) {
  const blocks = [...readFileSync(join(projectRoot, page), 'utf8').matchAll(/```ini\n(.*?)```/gsu)].map((match) => match[1] ?? '');
  if (blocks.length === 0) continue;
  test(`${page}: every option of its examples is known and taken`, () => {
    for (const block of blocks) {
      const text = block.startsWith('[') ? block : `[program:shown]\ncommand=true\n${block}`;
      const wrong = messagesOf(text, { world: { environment: ENVIRONMENT, isDirectory: () => true } }).filter(isOfTheExample);
      assert.deepEqual(wrong, [], block);
    }
  });
}
