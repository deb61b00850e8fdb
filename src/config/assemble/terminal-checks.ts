/** tsinit's own standard input, the container's terminal perhaps, is for one process: two would take each other's lines and keys. */
import invariant from 'tiny-invariant';
import type { GroupSpec } from '../model/model.ts';
import { addError } from '../problems.ts';
import { placeOfOption, showPlace } from '../read/raw.ts';
import type { ReadContext } from '../read/read-options.ts';

export function checkInput({ config, problems }: ReadContext, groups: readonly GroupSpec[]): void {
  const [first, second] = groups.flatMap(({ processes }) => processes).filter(({ stdin }) => stdin === 'inherit');
  if (first === undefined || second === undefined) return;
  const section = config.sections.find(({ place }) => place === second.place);
  invariant(section !== undefined, 'a process stands where its section does');
  const place = placeOfOption(config, section, 'stdin');
  const why = second.program === first.program ? 'this program has several (numprocs)' : `${first.program} has it already`;
  const sentence = `stdin=inherit of ${second.program} (${showPlace(place)}): one process alone can have the standard input of tsinit, and ${why}; write stdin=null or stdin=pipe here`;
  addError(problems, place, { ours: sentence, peer: sentence });
}
