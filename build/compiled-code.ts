/**
 * The bundle as V8 has compiled it once a start has been played (rehearsal.ts), and the script that starts from it. Node's own
 * `useCodeCache` keeps what is compiled before anything ran: the shell of each function, and none of those that a start calls.
 */
import { join } from 'node:path';
import { cached, contents } from './cached.ts';
import { ASSETS, type Role, SCRIPT_NAME } from './names.ts';
import { root } from './paths.ts';
import { run } from './tools.ts';

const REHEARSAL: Readonly<Record<Role, string>> = {
  supervise: join(root, 'build/rehearsal.ts'),
  client: join(root, 'build/rehearsal-client.ts'),
};

/** All that the compiled code depends on beside the bundles. */
export const REHEARSALS: readonly string[] = [...Object.values(REHEARSAL), join(root, 'build/rehearsing.ts')];

/** Path of the compiled code. `argv`: the flags of the real run, or V8 refuses it. */
export const compiledCode = (
  role: Role,
  nodePath: string,
  emulator: readonly string[],
  argv: readonly string[],
  bundle: { readonly path: string; readonly text: Uint8Array },
): Promise<string> =>
  cached(`compiled-${role}`, [bundle.text, nodePath.slice(-24), argv.join(' '), ...contents(REHEARSALS)], (path) => {
    const [command, ...words] = [...emulator, nodePath, ...argv, REHEARSAL[role], bundle.path, path];
    run(command ?? nodePath, words);
  });

/** What Node itself runs: evaluates the role's bundle from its compiled form, or from its text where that is refused. */
export const starter = (): string => `
const { getRawAsset } = require('node:sea');
const { Script } = require('node:vm');
const assets = ${JSON.stringify(ASSETS)}[process.env.TSINIT_ROLE === 'client' ? 'client' : 'supervise'];
const text = Buffer.from(getRawAsset(assets.script)).latin1Slice();
const cachedData = Buffer.from(getRawAsset(assets.compiled));
const script = new Script(text, { filename: '${SCRIPT_NAME}', cachedData });
script.runInThisContext()(exports, require, module);
`;
