/** Problems of a configuration as lines for people: one a problem, place first, as compilers write it. */

export type ProblemLine = {
  readonly severity: 'error' | 'warning';
  readonly place: { readonly file: string; readonly line: number } | null;
  readonly message: string;
};

export const problemLines = (problems: readonly ProblemLine[]): string => problems.map(problemLine).join('');

export const countOf = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const problemLine = ({ severity, place, message }: ProblemLine): string => {
  const where = place === null ? '' : `${place.file}:${place.line}: `;
  return `tsinit: ${where}${severity === 'warning' ? 'warning: ' : ''}${message}\n`;
};
