/**
 * Passwords that clients of the control interfaces must give: plain, or hashed in one of two ways. Looks only at their shape, so that a hash
 * with a typing mistake is not taken for a plain password.
 */
import { succeed } from '../../../base/result.ts';
import { refuse, type ValueType } from '../value-type.ts';

const SHAPES = [
  { prefix: '{SHA}', shape: /^\{SHA\}[0-9a-f]{40}$/i, what: 'a SHA-1 hash; write {SHA} and 40 hexadecimal digits' },
  {
    prefix: '$scrypt$',
    // At most 128 MiB and some seconds: more would be an attack on ourselves.
    shape: /^\$scrypt\$ln=(?:\d|1[0-7]),r=[1-8],p=(?:[1-9]|1[0-6])\$[\w+/]+=*\$[\w+/]{22,}=*$/,
    what: 'an scrypt hash; let `tsinit ctl hash-password` write one',
  },
] as const;

export const serverPassword: ValueType<string> = {
  name: 'text or hash',
  read: (text, scope) => {
    // supervisord takes whatever it cannot read for a password that nobody has.
    if (scope.personality === 'supervisord') return succeed(text);
    const kind = SHAPES.find(({ prefix }) => text.startsWith(prefix));
    return kind === undefined || kind.shape.test(text) ? succeed(text) : refuse(`it starts with ${kind.prefix} and is not ${kind.what}`, '');
  },
};
