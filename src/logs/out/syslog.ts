/**
 * Messages to the system's log, one datagram each, in the form of syslog(3). Never waits: without a listener, or when it does not keep
 * up, messages are dropped, counted, and that is said once.
 */
import { localDate } from '../../base/zone/local-time.ts';
import type { LogLevel } from '../../config/model/model.ts';
import type { Clock } from '../../kernel/kernel.ts';
import type { Native } from '../../kernel/native.ts';

const SOCKET_PATH = '/dev/log';
/** Facility user (1), as syslog(3) sends without openlog(3). */
const FACILITY = 1 << 3;
/** Severities of syslog(3). */
const SEVERITY: Readonly<Record<LogLevel, number>> = { critical: 2, error: 3, warn: 4, info: 6, debug: 7, trace: 7, blather: 7 };
const RETRY_MS = 1_000;
const EAGAIN = 11;
/** A datagram's usual limit is above this; syslog daemons cut at 8 KiB or before. */
const LONGEST_BYTES = 8_192;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `level`: info when left out, which is what supervisord's messages have. */
export type Syslog = { readonly send: (text: string, level?: LogLevel) => void };

/** `identity` stands in front of each message. */
export const createSyslog = (native: Native, clock: Clock, identity: string, onProblem: (text: string) => void, path: string = SOCKET_PATH): Syslog => {
  const encoder = new TextEncoder();
  const address = encoder.encode(path);
  let fd = -1;
  let retryAtMs = 0;
  let lost = 0;

  const lose = (reason: string): void => {
    lost += 1;
    // Counted before it is told: what is told may come here again.
    if (lost === 1) onProblem(`cannot send to syslog (${path}): ${reason}; messages for it are dropped until it can be reached`);
  };

  const sendOnce = (bytes: Uint8Array): number => {
    if (fd < 0) fd = native.connectDatagram(address);
    if (fd < 0) return fd;
    const sent = native.send(fd, bytes, 0, bytes.length);
    if (sent >= 0 || sent === -EAGAIN) return sent;
    native.close(fd);
    fd = -1;
    return sent;
  };

  return {
    send: (text, level = 'info') => {
      if (clock.nowMs() < retryAtMs) return lose('');
      const bytes = encoder.encode(`<${FACILITY | SEVERITY[level]}>${syslogTime(localDate(Date.now()))} ${identity}: ${text}`).subarray(0, LONGEST_BYTES);
      // A daemon that was started anew has another socket behind the same name: the second try finds it.
      let sent = sendOnce(bytes);
      if (sent < 0 && sent !== -EAGAIN) sent = sendOnce(bytes);
      if (sent === -EAGAIN) return lose('its reader does not keep up');
      if (sent < 0) {
        retryAtMs = clock.nowMs() + RETRY_MS;
        return lose(`there is nobody (error ${-sent})`);
      }
      const dropped = lost;
      lost = 0;
      if (dropped > 0) onProblem(`syslog is reached again; ${dropped} messages were dropped`);
    },
  };
};

/** The parts of `time` in UTC are those of local time. */
const syslogTime = (time: Date): string => {
  const [hours, minutes, seconds] = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()].map((value) => String(value).padStart(2, '0'));
  return `${MONTHS[time.getUTCMonth()]} ${String(time.getUTCDate()).padStart(2)} ${hours}:${minutes}:${seconds}`;
};
