/**
 * Reads the options of one table from one section: finds, expands, converts, and words what is wrong. Knows rows, not
 * what they mean.
 */
import { quoteLikePython } from '../../base/python-quote.ts';
import { expand, type Expanded } from './expand.ts';
import { expansionWording } from './expansion-wording.ts';
import { blame, variablesWithSyntax } from './given.ts';
import { type Names, overNames } from '../model/names.ts';
import type { Option, OptionTable, Values } from '../options/option.ts';
import { addError, addWarning, type Problems, type Wording } from '../problems.ts';
import { findOption, type RawConfig, type RawOption, type RawSection, showPlace } from './raw.ts';
import { absolutePath, parentOf } from '../values/paths.ts';
import type { ValueScope } from '../values/value-type.ts';

export type ReadContext = {
  readonly config: RawConfig;
  readonly scope: ValueScope;
  readonly problems: Problems;
};

export type ReadFrom = {
  readonly section: RawSection;
  readonly names: Names;
  /** supervisord names section and file behind errors in programs, and only there. */
  readonly peerNamesSection: boolean;
};

/** All values of a table, or null when one of them is wrong (each is then reported). */
export function readOptions<Table extends OptionTable>(context: ReadContext, table: Table, from: ReadFrom): Values<Table> | null {
  const values: Record<string, unknown> = {};
  let isComplete = true;
  for (const [name, row] of Object.entries(table)) {
    const value = readRow(context, name, row, from);
    if (value === undefined) isComplete = false;
    else values[row.field] = value;
  }
  // The one cast that ties rows to fields: the loop above has just filled every field from its row.
  return isComplete ? (values as Values<Table>) : null;
}

function readRow(context: ReadContext, name: string, row: Option, from: ReadFrom): unknown {
  const { config, scope, problems } = context;
  const { section } = from;
  const written = findOption(config, section, name);
  const fallback = row.fallback[scope.personality];
  if (written === null && row.missing !== null) {
    const peer = row.missing(section.name);
    const ours = `[${section.name}] (${showPlace(section.place)}) has no ${name}; write ${name}=...`;
    addError(problems, section.place, { ours, peer: peerWords(peer, from) });
    return undefined;
  }
  if (written === null && fallback === null) return null;
  const option = written ?? { key: name, text: fallback as string, place: section.place };
  const expanded = expandOption(context, row, option, from);
  if (expanded === null) return undefined;
  const { text, given } = expanded;
  const reading = row.type.read(text, given.length === 0 ? scope : { ...scope, given });
  if (reading.ok) {
    if ('warning' in reading) warnOfValue(context, option, from, reading.warning);
    return reading.value;
  }
  const { ours, peer } = optionWording(reading.error, option, row, from);
  addError(problems, option.place, { ours, peer: peer + blame(variablesWithSyntax(text, given)) });
  return undefined;
}

function expandOption(context: ReadContext, row: Option, option: RawOption, from: ReadFrom): Expanded | null {
  const { scope, problems } = context;
  if (option.flag !== undefined || !option.text.includes('%')) return { text: option.text, given: [] };
  const here = parentOf(absolutePath(option.place.file, scope.world.workingDirectory));
  const names = overNames(from.names, { here });
  let value: Expanded = { text: option.text, given: [] };
  const rounds = row.isExpandedTwice && scope.personality === 'supervisord' ? 2 : 1;
  for (let round = 1; round <= rounds; round++) {
    const { text } = value;
    const expanded = expand(text, names);
    if (!expanded.ok) {
      const isShort = round === 2 || row.peerNamesOptionOnly;
      const peerName = isShort ? option.key : `${from.section.name}.${option.key}`;
      const wording = expansionWording(expanded.error, from.section.name, { ...option, text }, names, peerName);
      addError(problems, option.place, { ours: wording.ours, peer: peerWords(wording.peer, from) });
      return null;
    }
    // A second round seldom changes anything; what it leaves as it is still comes from the first.
    value = round === 2 && expanded.value.text === text ? value : expanded.value;
  }
  return value;
}

/** Under supervisord's personality no value is taken with a warning: it says nothing about what it takes. */
function warnOfValue({ problems }: ReadContext, option: RawOption, from: ReadFrom, sentence: string): void {
  const where = option.flag ?? `${option.key} of [${from.section.name}] (${showPlace(option.place)})`;
  addWarning(problems, option.place, { ours: `${where}: ${sentence}`, peer: sentence });
}

/** A refused value, with the place it stands at. */
function optionWording(wording: Wording, option: RawOption, row: Option, from: ReadFrom): Wording {
  if (option.flag !== undefined) {
    return {
      ours: `cannot read ${option.flag} of the command line: ${wording.ours}`,
      // supervisord looks at the user's name later than at the other flags, and has forgotten where it came from.
      peer: option.key === 'user' ? wording.peer : `invalid value for ${option.flag} ${quoteLikePython(option.text)}: ${wording.peer}`,
    };
  }
  return {
    ours: `cannot read ${option.key} of [${from.section.name}] (${showPlace(option.place)}): ${wording.ours}`,
    peer: row.peerNamesOption ? `${wording.peer} in [${from.section.name}] ${option.key}` : peerWords(wording.peer, from),
  };
}

/** supervisord's text with its suffix, where it has one. */
export function peerWords(text: string, from: Pick<ReadFrom, 'section' | 'peerNamesSection'>): string {
  const { section, peerNamesSection } = from;
  return peerNamesSection ? `${text} in section '${section.name}' (file: '${section.place.file}')` : text;
}
