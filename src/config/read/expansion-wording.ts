/** Words for a value whose %(name)s cannot be expanded. */
import { nearest } from '../../base/nearest.ts';
import { quoteLikePython } from '../../base/python-quote.ts';
import type { ExpansionError } from './expand.ts';
import { type Names, sortedNames } from '../model/names.ts';
import type { Wording } from '../problems.ts';
import { type RawOption, showPlace } from './raw.ts';

/** `peerName`: what supervisord calls the option in its message. */
export function expansionWording(error: ExpansionError, section: string, option: RawOption, names: Names, peerName = `${section}.${option.key}`): Wording {
  const where = `cannot expand ${option.key} of [${section}] (${showPlace(option.place)})`;
  const format = `Format string ${quoteLikePython(option.text)} for ${quoteLikePython(peerName)}`;
  if (error.kind === 'badFormat') {
    return {
      ours: `${where}: ${error.reason}; write %% for a percent sign, %(name)s for a name`,
      peer: `${format} is badly formatted: ${error.reason}`,
    };
  }
  const known = sortedNames(names);
  return {
    ours: `${where}: ${whyUnknown(error.name, known)}`,
    peer: `${format} contains names (${quoteLikePython(error.name)}) which cannot be expanded. Available names: ${known.join(', ')}`,
  };
}

function whyUnknown(name: string, known: readonly string[]): string {
  const isVariable = name.startsWith('ENV_');
  // Compared without the common front, or every short variable would be near to every other.
  const bare = isVariable ? name.slice(4) : name;
  const candidates = known.filter((word) => word.startsWith('ENV_') === isVariable).map((word) => (isVariable ? word.slice(4) : word));
  const near = nearest(bare, candidates);
  const hint = near === null ? '' : `; did you mean %(${isVariable ? 'ENV_' : ''}${near})s?`;
  if (isVariable) return `the environment variable ${bare} is not set${hint}`;
  return `there is no name ${quoteLikePython(name)} here${hint || `; there are ${candidates.join(', ')} and ENV_x`}`;
}
