/**
 * TypeScript -> one CommonJS text. CommonJS because Node's single-executable format takes no other main script of which it
 * can keep compiled code; local names are shortened, for that code holds them and a start has to read it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './paths.ts';

/** The bundle of src/main.ts. Source positions refer to the bundle itself. */
export const bundle = async (): Promise<Uint8Array> => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const result = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    charset: 'ascii',
    banner: { js: '(function (exports, require, module) {' },
    footer: { js: '})' },
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: true,
    legalComments: 'none',
    define: { TSINIT_VERSION: JSON.stringify(version) },
    logLevel: 'warning',
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error('esbuild wrote nothing');
  return output.contents;
};
