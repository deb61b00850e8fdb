/** What `syslog_socket` holds: paths of unix sockets for datagrams, and with `stream:` in front for connections. */
import { quoteLikePython } from '../../../base/python-quote.ts';
import { succeed } from '../../../base/result.ts';
import { encodeUtf8 } from '../../../base/utf8.ts';
import type { SyslogSocket } from '../../model/activation-model.ts';
import { listOf } from '../text/lists.ts';
import { refuse, type ValueType } from '../value-type.ts';

const STREAM = 'stream:';
/** Room in the kernel's address of a unix socket, without its last zero. */
const LONGEST_PATH_BYTES = 107;

export const syslogSockets: ValueType<readonly SyslogSocket[]> = {
  name: 'paths',
  read: (text) => {
    const sockets: SyslogSocket[] = [];
    for (const word of listOf(text)) {
      const isStream = word.startsWith(STREAM);
      const path = isStream ? word.slice(STREAM.length) : word;
      if (!path.startsWith('/')) return refuse(`${quoteLikePython(word)} is no path that begins with /; write one as in /dev/log, or stream:/run/log`, text);
      if (encodeUtf8(path, LONGEST_PATH_BYTES + 1).length > LONGEST_PATH_BYTES) {
        return refuse(`${path} is longer than ${LONGEST_PATH_BYTES} bytes, the longest path of a unix socket`, text);
      }
      if (sockets.some((socket) => socket.path === path))
        return refuse(`${path} stands there twice: a path is one socket, for datagrams or for connections`, text);
      sockets.push({ kind: isStream ? 'stream' : 'datagram', path });
    }
    return succeed(sockets);
  },
};
