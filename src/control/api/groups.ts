/** Rows about which groups there are. */
import { succeed } from '../../base/result.ts';
import { fault } from './faults.ts';
import { method } from './method.ts';
import { text } from './parameters.ts';

const GROUP = text('name', 'group');
const BUSY = 'another configuration is being taken over';

export const groupMethods = [
  method({
    name: 'supervisor.reloadConfig',
    access: 'admin',
    params: [],
    returns: 'array',
    help: 'Reads the configuration again and tells which groups differ from those that count: [[added, changed, removed]]. Nothing that runs changes.',
    run: ({ port }) => {
      const reread = port.reread();
      return reread.ok ? succeed([[reread.added, reread.changed, reread.removed]]) : fault('CANT_REREAD', reread.message);
    },
  }),
  method({
    name: 'supervisor.addProcessGroup',
    access: 'admin',
    params: [GROUP],
    returns: 'boolean',
    help: 'Makes a group of the configuration read last count; its processes with autostart are started.',
    run: ({ port }, name) => {
      const result = port.addGroup(name);
      if (result === 'added') return succeed(true);
      if (result === 'busy') return fault('FAILED', BUSY);
      return fault(result === 'unknown' ? 'BAD_NAME' : 'ALREADY_ADDED', name);
    },
  }),
  method({
    name: 'supervisor.removeProcessGroup',
    access: 'admin',
    params: [GROUP],
    returns: 'boolean',
    help: 'Forgets a group whose processes have all stopped.',
    run: ({ port }, name) => {
      const result = port.removeGroup(name);
      if (result === 'removed') return succeed(true);
      if (result === 'busy') return fault('FAILED', BUSY);
      return fault(result === 'unknown' ? 'BAD_NAME' : 'STILL_RUNNING', name);
    },
  }),
];
