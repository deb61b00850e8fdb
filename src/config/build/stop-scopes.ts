/** How far a stop of a program reaches, out of its own options or out of supervisord's two. */
import type { StopScopes } from '../model.ts';
import type { BeyondValues } from '../options/beyond-options.ts';
import { addError } from '../problems.ts';
import { findOption, showPlace } from '../raw.ts';
import type { ReadContext, ReadFrom } from '../read-options.ts';
import type { Personality } from '../settings.ts';

type Written = Pick<BeyondValues, 'stopScope' | 'stopScopeSignal'> & { readonly stopAsGroup: boolean; readonly killAsGroup: boolean | null };

export function stopScopesOf({ stopScope, stopScopeSignal, stopAsGroup, killAsGroup }: Written, personality: Personality): StopScopes {
  const told = stopScope ?? (stopAsGroup ? 'group' : 'process');
  const signal = stopScopeSignal === 'main' ? 'process' : told;
  if (stopScope !== null) return { signal, wait: stopScope, kill: 'tree' };
  if (killAsGroup === null && personality === 'tsinit') return { signal, wait: 'group', kill: 'tree' };
  const wait = (killAsGroup ?? stopAsGroup) ? 'group' : 'process';
  return { signal, wait, kill: wait };
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
