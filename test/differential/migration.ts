/** The list of differences as docs/migration.md carries it, between two markers. */
import { DIFFERENCES } from './differences.ts';

const BEGIN = '<!-- differences: generated from test/differential/differences.ts -->';
const END = '<!-- end of differences -->';

const list = (): string =>
  Object.values(DIFFERENCES)
    .map(({ title, reason }) => `- ${title} *${reason}*`)
    .join('\n');

/** The page with the list of today in it. */
export const withDifferences = (page: string): string => {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`docs/migration.md must have the lines ${BEGIN} and ${END}`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${list()}\n\n${page.slice(end)}`;
};
