/** Rows about the supervisor itself, and those that pass something on. */
import { succeed } from '../../base/result.ts';
import { fault } from './faults.ts';
import { alias, method } from './method.ts';
import type { Method } from './method.ts';
import { findProcess } from './names.ts';
import { characters, text } from './parameters.ts';

const API_VERSION = '3.0';

/** Whose dialect is spoken: scripts compare it. */
const SUPERVISORD_VERSION = '4.2.5';

const getApiVersion = method({
  name: 'supervisor.getAPIVersion',
  access: 'read',
  params: [],
  returns: 'string',
  help: 'The version of this interface.',
  run: () => succeed(API_VERSION),
});

export const serverMethods: readonly Method[] = [
  getApiVersion,
  alias('supervisor.getVersion', getApiVersion),
  method({
    name: 'supervisor.getSupervisorVersion',
    access: 'read',
    params: [],
    returns: 'string',
    help: "The version of supervisord whose interface this is; tsinit's own is told by tsinit.getVersion.",
    run: () => succeed(SUPERVISORD_VERSION),
  }),
  method({
    name: 'supervisor.getIdentification',
    access: 'read',
    params: [],
    returns: 'string',
    help: 'The `identifier` of the configuration.',
    run: ({ port }) => succeed(port.about().identifier),
  }),
  method({
    name: 'supervisor.getState',
    access: 'read',
    params: [],
    returns: 'struct',
    help: 'Whether the supervisor serves: statecode 1, statename RUNNING. While it ends, every method but a few answers SHUTDOWN_STATE.',
    run: () => succeed({ statecode: 1, statename: 'RUNNING' }),
  }),
  method({
    name: 'supervisor.getPID',
    access: 'read',
    params: [],
    returns: 'int',
    help: 'The process id for signals to tsinit, as its container sees it.',
    run: ({ port }) => succeed(port.about().pid),
  }),
  method({
    name: 'supervisor.shutdown',
    access: 'admin',
    params: [],
    returns: 'boolean',
    help: 'Stops everything and ends.',
    run: ({ port, session }) => {
      session.afterAnswer(() => port.shutdown(session.who));
      return succeed(true);
    },
  }),
  method({
    name: 'supervisor.restart',
    access: 'admin',
    params: [],
    returns: 'boolean',
    help: 'Stops everything, reads the configuration again, and starts everything.',
    run: ({ port, session }) => {
      session.afterAnswer(port.restart);
      return succeed(true);
    },
  }),
  method({
    name: 'supervisor.sendProcessStdin',
    access: 'operate',
    params: [text('name', 'process or `group:process`'), characters('chars', 'text, sent as UTF-8')],
    returns: 'boolean',
    help: 'Writes to the standard input of a process.',
    run: ({ port }, name, chars) => {
      const found = findProcess(port, name);
      if (!found.ok) return found;
      if (found.value.state === 'STOPPING') return fault('NOT_RUNNING', name);
      switch (port.writeInput(found.value.index, Buffer.from(chars, 'utf8'))) {
        case 'written':
          return succeed(true);
        case 'notRunning':
          return fault('NOT_RUNNING', name);
        case 'closed':
          return fault('NO_FILE', name);
        case 'full':
          return fault('TOO_MUCH', `${name} does not read its standard input`);
      }
    },
  }),
  method({
    name: 'supervisor.sendRemoteCommEvent',
    access: 'operate',
    params: [text('type', 'what kind of news'), text('data', 'the news')],
    returns: 'boolean',
    help: 'Sends a REMOTE_COMMUNICATION event to the listeners.',
    run: ({ port }, kind, data) => {
      port.publish({ type: 'remoteCommunication', kind, data });
      return succeed(true);
    },
  }),
];
