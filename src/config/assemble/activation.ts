/** What starts a program and what it is handed, out of its options; and what does not go together there. */
import invariant from 'tiny-invariant';
import { nearest } from '../../base/nearest.ts';
import type { Activation, DeclaredSocket, SocketSpec } from '../model/activation-model.ts';
import type { BeyondValues } from '../options/beyond-options.ts';
import { addError } from '../problems.ts';
import { findOption, placeOfOption, showPlace } from '../read/raw.ts';
import type { ReadContext, ReadFrom } from '../read/read-options.ts';

const FIRST_SOCKET = 3;

type Sockets = ReadonlyMap<string, DeclaredSocket>;

/** Null: nothing of the kind. */
export function activationOf(values: BeyondValues, sockets: Sockets): Activation | null {
  const { startOn, idleStopMs, acceptsConnections, watch } = values;
  const handed = namesOf(values).map((name): SocketSpec => {
    const socket = sockets.get(name);
    invariant(socket !== undefined, 'what names a socket that is not there has been refused');
    const { place: _place, ...spec } = socket;
    return spec;
  });
  if (handed.length === 0 && startOn.length === 0 && watch.length === 0) return null;
  return { sockets: handed, startOn, idleStopMs, acceptsConnections, watch };
}

/** Those that it names, then those that start it. */
function namesOf({ socketNames, startOn }: BeyondValues): readonly string[] {
  return [...new Set([...socketNames, ...startOn.flatMap((trigger) => (trigger.kind === 'socket' ? [trigger.name] : []))])];
}

/** False, and problems, when the options of a section do not go together. */
export function checkActivation(context: ReadContext, from: ReadFrom, values: BeyondValues, sockets: Sockets): boolean {
  const { startOn, idleStopMs, acceptsConnections } = values;
  const isOnSocket = startOn.some(({ kind }) => kind === 'socket');
  const complaints: (readonly [option: string, what: string])[] = namesOf(values)
    .filter((name) => !sockets.has(name))
    .map((name) => [
      values.socketNames.includes(name) ? 'sockets' : 'start_on',
      `names the socket ${name}, and there is no [socket:${name}]${hint(name, sockets)}`,
    ]);
  if (idleStopMs > 0 && !isOnSocket) complaints.push(['idle_stop', 'needs a socket that starts the program again; write start_on=socket:NAME, too']);
  if (acceptsConnections) complaints.push(...complaintsOfAccept(context, from, values));
  else complaints.push(...complaintsOfReadiness(values, sockets));
  for (const [option, what] of complaints) {
    const place = placeOfOption(context.config, from.section, option);
    const sentence = `${option} of [${from.section.name}] (${showPlace(place)}) ${what}`;
    addError(context.problems, place, { ours: sentence, peer: sentence });
  }
  return complaints.length === 0;
}

/** Its sockets lie from 3 up. */
function complaintsOfReadiness(values: BeyondValues, sockets: Sockets): readonly (readonly [option: string, what: string])[] {
  const first = FIRST_SOCKET + namesOf(values).flatMap((name) => sockets.get(name)?.addresses ?? []).length;
  const { readyOn } = values;
  if (readyOn?.kind !== 'fd' || readyOn.descriptor >= first) return [];
  return [['ready_on', `names descriptor ${readyOn.descriptor}, which is a socket of it; write fd:${first}, or more`]];
}

/** The connection is its input and output: nothing else can be. */
function complaintsOfAccept(context: ReadContext, from: ReadFrom, values: BeyondValues): readonly (readonly [string, string])[] {
  const { startOn, socketNames, idleStopMs, hasTerminal, stdin } = values;
  const autorestart = findOption(context.config, from.section, 'autorestart')?.text.toLowerCase() ?? 'false';
  if (from.section.kind !== 'program') return [['accept', 'is for [program:x] alone; others have a use for their input']];
  if (startOn.length !== 1 || startOn[0]?.kind !== 'socket')
    return [['accept', 'needs one socket whose connections it serves; write start_on=socket:NAME, and nothing else there']];
  if (socketNames.length > 0) return [['sockets', 'does not go with accept=true: the program gets a connection, not the socket']];
  if (idleStopMs > 0) return [['idle_stop', 'does not go with accept=true: each run ends with its connection']];
  if (hasTerminal || stdin !== null) return [[hasTerminal ? 'tty' : 'stdin', 'does not go with accept=true: the connection is its input']];
  if (autorestart !== 'false') return [['autorestart', 'does not go with accept=true: each run has a connection of its own']];
  return [];
}

function hint(name: string, sockets: Sockets): string {
  const near = nearest(name, sockets.keys());
  return near === null ? '' : ` (did you mean ${near}?)`;
}
