/**
 * TypeScript -> one CommonJS text for each role, and for what is loaded late. CommonJS because Node's single-executable format takes no other main script of which it
 * can keep compiled code; local names are shortened, for that code holds them and a start has to read it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Bundles, Late, Role } from './names.ts';
import { root } from './paths.ts';

const ENTRIES: Readonly<Record<Role | Late, string>> = {
  supervise: 'src/main.ts',
  client: 'src/main/tools/client.ts',
  mail: 'src/main/features/mail.ts',
};

/** All of them. Source positions refer to the bundle itself. */
export const bundles = async (): Promise<Bundles> => ({
  supervise: await bundle(ENTRIES.supervise),
  client: await bundle(ENTRIES.client),
  mail: await bundle(ENTRIES.mail),
});

const bundle = async (entry: string): Promise<Uint8Array> => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
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
