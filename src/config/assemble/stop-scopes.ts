/** How far a stop of a program reaches, out of its own options or out of supervisord's two. */
import type { SignalScope, StopScopes } from '../model/model.ts';
import type { BeyondValues } from '../options/beyond-options.ts';
import { addError } from '../problems.ts';
import { findOption, showPlace } from '../read/raw.ts';
import type { ReadContext, ReadFrom } from '../read/read-options.ts';
import type { Personality } from '../model/settings.ts';

type Written = Pick<BeyondValues, 'stopScope' | 'stopScopeSignal'> & { readonly stopAsGroup: boolean | null; readonly killAsGroup: boolean | null };

export function stopScopesOf(written: Written, personality: Personality): StopScopes {
  return personality === 'tsinit' ? ownScopes(written) : peerScopes(written);
}

/** supervisord's ways; what only we have is all at once there. */
function peerScopes({ stopScope, stopScopeSignal, stopAsGroup, killAsGroup }: Written): StopScopes {
  const told = stopScope ?? (stopAsGroup === true ? 'group' : 'process');
  const signal = receiverOf(stopScopeSignal, told);
  if (stopScope !== null) return { signal, wait: stopScope, kill: 'tree' };
  const wait = (killAsGroup ?? stopAsGroup === true) ? 'group' : 'process';
  return { signal, wait, kill: wait };
}

/** The main process first, then the rest, unless something else is written. */
function ownScopes({ stopScope, stopScopeSignal, stopAsGroup, killAsGroup }: Written): StopScopes {
  const isAlone = stopScope === 'process' || stopAsGroup === false || (stopAsGroup === null && killAsGroup === false);
  const told = stopScope ?? (isAlone ? 'process' : 'group');
  const isInTurn = !isAlone && stopAsGroup === null && stopScopeSignal === null;
  const signal = isInTurn ? 'process' : receiverOf(stopScopeSignal, told);
  const reach = ownReach(stopScope, killAsGroup);
  const hasRest = isInTurn || (signal === 'group' && reach.wait === 'tree');
  return { signal, ...reach, ...(hasRest && { later: stopScope === 'tree' ? 'tree' : 'group' }), wakes: true };
}

function ownReach(stopScope: SignalScope | null, killAsGroup: boolean | null): Pick<StopScopes, 'wait' | 'kill'> {
  if (stopScope !== null) return { wait: stopScope, kill: 'tree' };
  if (killAsGroup === null) return { wait: 'tree', kill: 'tree' };
  const both = killAsGroup ? 'group' : 'process';
  return { wait: both, kill: both };
}

function receiverOf(written: Written['stopScopeSignal'], told: SignalScope): SignalScope {
  if (written === 'main') return 'process';
  return written === 'group' ? 'group' : told;
}

/** Two options that say the same would leave open which one is meant. */
export function scopeStandsAlone(context: ReadContext, { section }: ReadFrom, hasScope: boolean): boolean {
  const other = ['stopasgroup', 'killasgroup'].find((name) => findOption(context.config, section, name) !== null);
  const scope = findOption(context.config, section, 'stop_scope');
  if (!hasScope || other === undefined || scope === null) return true;
  const sentence = `stop_scope of [${section.name}] (${showPlace(scope.place)}) stands beside ${other}, of which it takes the place; keep one of them`;
  addError(context.problems, scope.place, { ours: sentence, peer: sentence });
  return false;
}
