/**
 * Writes docs/options.md, the option reference, from the option tables themselves. `npm run check` runs it and compares.
 * Refuses to hold words about options: they stand in the tables, beside what the options do.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Option } from '../src/config/options/option.ts';
import { SECTION_KINDS, type SectionKind } from '../src/config/options/section-kinds.ts';
import { root } from './paths.ts';

const INTRODUCTION = `# Options

Made from the option tables by \`build/generate-options.ts\`; do not edit. How files are written, and what \`%(name)s\` may
stand for, is told in [configuration.md](configuration.md). Where the default under \`--compat supervisord\` differs, it stands
behind a slash. "none" means: no value, see the description.
`;

writeFileSync(join(root, 'docs/options.md'), [INTRODUCTION, ...SECTION_KINDS.map(showSection)].join('\n'));

function showSection(kind: SectionKind): string {
  const shared = kind.shown === '[program:x]' ? [] : programTables();
  const rows = kind.tables
    .filter((table) => !shared.includes(table))
    .flatMap((table) => Object.entries(table).map(([name, option]) => showOption(name, option)));
  const table = rows.length === 0 ? [] : ['', '| option | value | default | |', '| --- | --- | --- | --- |', ...rows];
  return [`## \`${kind.shown}\``, '', escape(kind.doc), ...table, ''].join('\n');
}

/** Other kinds only say that they hold the options of [program:x]. */
function programTables(): SectionKind['tables'] {
  return SECTION_KINDS.find(({ shown }) => shown === '[program:x]')?.tables ?? [];
}

function showOption(name: string, option: Option): string {
  return `| \`${name}\` | ${escape(option.type.name)} | ${showDefault(option)} | ${escape(option.doc)} |`;
}

function showDefault({ missing, fallback }: Option): string {
  if (missing !== null) return 'required';
  const show = (text: string | null): string => (text === null ? 'none' : text === '' ? 'empty' : `\`${text}\``);
  const [ours, peer] = [show(fallback.tsinit), show(fallback.supervisord)];
  return ours === peer ? ours : `${ours} / ${peer}`;
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|');
}
