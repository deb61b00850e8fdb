/** [socket:x] into sockets to be held open: each address once, and no more than there is room for. */
import type { DeclaredSocket } from '../model/activation-model.ts';
import type { Names } from '../model/names.ts';
import { socketOptions } from '../options/activation-options.ts';
import { addError } from '../problems.ts';
import { placeOfOption, type RawSection, showPlace } from '../read/raw.ts';
import { type ReadContext, readOptions } from '../read/read-options.ts';
import { showAddress } from '../values/network/listen-addresses.ts';
import { readName } from '../values/text/name.ts';

/** init has room for 64, FastCGI programs' sockets among them. */
const MOST_ADDRESSES = 48;

/** By name, in the order of the files. */
export function buildSockets(context: ReadContext, names: Names): ReadonlyMap<string, DeclaredSocket> {
  const sockets = new Map<string, DeclaredSocket>();
  const owners = new Map<string, string>();
  for (const section of context.config.sections) {
    if (section.kind !== 'socket' || !section.name.includes(':')) continue;
    const socket = buildSocketOf(context, section, names);
    if (socket === null) continue;
    sockets.set(socket.name, socket);
    for (const address of socket.addresses) {
      const shown = showAddress(address);
      const other = owners.get(shown);
      if (other !== undefined) tell(context, section, `names ${shown}, on which [${other}] listens already; name it once`);
      else if (owners.size === MOST_ADDRESSES) tell(context, section, `is one address too many; ${MOST_ADDRESSES} is the most in all sections together`);
      owners.set(shown, section.name);
    }
  }
  return sockets;
}

function buildSocketOf(context: ReadContext, section: RawSection, names: Names): DeclaredSocket | null {
  const name = readName(section.label);
  const values = readOptions(context, socketOptions, { section, names, peerNamesSection: false });
  if (name.ok) return values === null ? null : { name: name.value, place: section.place, ...values };
  const sentence = `cannot read the name of [${section.name}] (${showPlace(section.place)}): ${name.error.ours}`;
  addError(context.problems, section.place, { ours: sentence, peer: sentence });
  return null;
}

function tell(context: ReadContext, section: RawSection, what: string): void {
  const place = placeOfOption(context.config, section, 'listen');
  const sentence = `listen of [${section.name}] (${showPlace(place)}) ${what}`;
  addError(context.problems, place, { ours: sentence, peer: sentence });
}
