/** Capabilities by Linux's names, with or without `cap_`: the set that a program keeps. */
import { nearest } from '../../../base/nearest.ts';
import { succeed } from '../../../base/result.ts';
import { listOf } from '../text/lists.ts';
import { refuse, type ValueType } from '../value-type.ts';

/** By number: capabilities(7). */
const CAPABILITIES = [
  'chown',
  'dac_override',
  'dac_read_search',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setpcap',
  'linux_immutable',
  'net_bind_service',
  'net_broadcast',
  'net_admin',
  'net_raw',
  'ipc_lock',
  'ipc_owner',
  'sys_module',
  'sys_rawio',
  'sys_chroot',
  'sys_ptrace',
  'sys_pacct',
  'sys_admin',
  'sys_boot',
  'sys_nice',
  'sys_resource',
  'sys_time',
  'sys_tty_config',
  'mknod',
  'lease',
  'audit_write',
  'audit_control',
  'setfcap',
  'mac_override',
  'mac_admin',
  'syslog',
  'wake_alarm',
  'block_suspend',
  'audit_read',
  'perfmon',
  'bpf',
  'checkpoint_restore',
] as const;

export const capabilities: ValueType<bigint> = {
  name: 'names of capabilities, or none',
  read: (text) => {
    let set = 0n;
    for (const word of listOf(text)) {
      const name = word.toLowerCase().replace(/^cap_/, '');
      if (name === 'none') continue;
      const number = CAPABILITIES.findIndex((each) => each === name);
      if (number === -1) {
        const near = nearest(name, CAPABILITIES);
        return refuse(`${word} is no capability${near === null ? '' : ` (did you mean ${near}?)`}; write names as in net_bind_service,chown, or none`, text);
      }
      set |= 1n << BigInt(number);
    }
    return succeed(set);
  },
};
