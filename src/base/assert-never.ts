/**
 * The end of every exhaustive switch: the compiler refuses to build when a case was forgotten. At run time it is
 * reached only by data that broke its type, and then it is loud.
 */

export const assertNever = (impossible: never): never => {
  throw new Error(`internal error: unforeseen case ${JSON.stringify(impossible)}`);
};
