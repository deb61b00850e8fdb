/**
 * The bundle as V8 has compiled it once a start has been played (rehearsal.ts), and the script that starts from it. Node's own
 * `useCodeCache` keeps what is compiled before anything ran: the shell of each function, and none of those that a start calls.
 */
import { join } from 'node:path';
import { cached, contents } from './cached.ts';
import { COMPILED_ASSET, SCRIPT_ASSET, SCRIPT_NAME } from './names.ts';
import { root } from './paths.ts';
import { run } from './tools.ts';

/** Path of the compiled code. `argv`: the flags of the real run, or V8 refuses it. */
export const compiledCode = (nodePath: string, argv: readonly string[], bundlePath: string, bundle: Uint8Array): Promise<string> => {
  const rehearsal = join(root, 'build/rehearsal.ts');
  return cached('compiled', [bundle, nodePath.slice(-24), argv.join(' '), ...contents([rehearsal])], (path) => {
    run(nodePath, [...argv, rehearsal, bundlePath, path]);
  });
};

/** What Node itself runs: evaluates the bundle from its compiled form, or from its text where that is refused. */
export const starter = (): string => `
const { getRawAsset } = require('node:sea');
const { Script } = require('node:vm');
const text = Buffer.from(getRawAsset('${SCRIPT_ASSET}')).latin1Slice();
const cachedData = Buffer.from(getRawAsset('${COMPILED_ASSET}'));
const script = new Script(text, { filename: '${SCRIPT_NAME}', cachedData });
script.runInThisContext()(exports, require, module);
`;
