/** Names that end up in the built file. */

/** Of the bundle, in stack traces. */
export const SCRIPT_NAME = 'tsinit.js';
/** Of the two things that the start-up script finds in the executable. */
export const SCRIPT_ASSET = 'script';
export const COMPILED_ASSET = 'compiled';
