/** What should never happen, for the log: with its place, so that it can be repaired. */

export const internalError = (where: string, problem: unknown): string =>
  `internal error in ${where}: ${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}`;
