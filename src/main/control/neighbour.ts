/** A second supervisor in a container would start every program again: why it must not start, when the first one listens where it would. */
import type { Model } from '../../config/model/model.ts';
import type { Personality } from '../../config/model/settings.ts';
import type { ControlServer } from '../../config/model/server-model.ts';
import type { Native } from '../../kernel/native.ts';
import { supervisorOn } from '../../kernel/sockets/neighbours.ts';

/** Null: there is no other. PID 1 is the first of its container, whatever else runs. */
export const neighbourRefusal = (native: Native, { servers }: Model, initPid: number, personality: Personality): string | null => {
  if (initPid === 1) return null;
  const own = [initPid, process.pid];
  for (const server of servers) {
    const pid = supervisorOn(native, placeOf(server), own);
    if (pid === null) continue;
    if (personality === 'supervisord') return IN_USE;
    return (
      `process ${pid} of this container is a supervisor too, and serves ${placeOf(server)}: a second one would start every program again; ` +
      'command the one that runs with tsinit ctl, or give this one a socket of its own'
    );
  }
  return null;
};

/** supervisord's words for it. */
const IN_USE =
  'Another program is already listening on a port that one of our HTTP servers is configured to use.  Shut this program down first before starting supervisord.';

const placeOf = (server: ControlServer): string | number => (server.kind === 'inet' ? server.port : server.kind === 'unix' ? server.path : `@${server.name}`);
