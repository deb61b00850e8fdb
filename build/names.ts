/** Names that end up in the built file. */

/** Of the bundle, in stack traces. */
export const SCRIPT_NAME = 'tsinit.js';
/** Of what the start-up script finds in the executable for each role: the text, and what V8 made of it. */
export const ASSETS = {
  supervise: { script: 'script', compiled: 'compiled' },
  client: { script: 'client-script', compiled: 'client-compiled' },
} as const;

export type Role = keyof typeof ASSETS;
export const ROLES = ['supervise', 'client'] as const satisfies readonly Role[];

/** Texts to evaluate. */
export type Bundles = Readonly<Record<Role | Late, Uint8Array>>;

/** Bundles that are loaded by the supervisor when it needs them: text alone, for no start waits for it. */
export const LATE_ASSETS = { mail: 'mail-script' } as const;

export type Late = keyof typeof LATE_ASSETS;
