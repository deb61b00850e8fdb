/**
 * The `user=` options: a name or number from the user database. tsinit also takes ids that nobody has an entry for
 * (containers run under arbitrary ones; their group is then 0, as container engines have it), and `user:group`.
 */
import { succeed } from '../../../base/result.ts';
import type { FileOwner, UserIdentity } from '../../model/model.ts';
import { findGroup, findUser, identityOf, parseId, type UserDatabase } from './users.ts';
import { listOf } from '../text/lists.ts';
import { type Reading, refuse, type ValueScope, type ValueType } from '../value-type.ts';

export const user: ValueType<UserIdentity> = {
  name: 'user',
  read: (text, scope) => {
    const colon = text.indexOf(':');
    if (colon === -1 || scope.personality === 'supervisord') return readUser(text, scope);
    const identity = readUser(text.slice(0, colon), scope);
    if (!identity.ok) return identity;
    const gid = groupId(scope.users(), text.slice(colon + 1));
    if (gid === null) return refuse(`${text.slice(colon + 1)} is no group in /etc/group; write one that is, or a group id`, '');
    // As with container engines: who names a group gets that group, and no others.
    return succeed({ ...identity.value, gid, groups: [gid], isPresent: false });
  },
};

function readUser(text: string, scope: ValueScope): Reading<UserIdentity> {
  const identity = identityNamed(text, scope);
  if (!identity.ok) return identity;
  const isPresent = identity.value.uid === scope.world.uid;
  return succeed({ ...identity.value, isPresent, home: scope.personality === 'supervisord' ? null : identity.value.home });
}

function identityNamed(text: string, scope: ValueScope): Reading<Omit<UserIdentity, 'isPresent'>> {
  const database = scope.users();
  const uid = parseId(text);
  const entry = findUser(database, uid ?? text);
  if (entry !== null) return succeed(identityOf(database, entry));
  if (uid === null) return refuse(`there is no user ${text} in /etc/passwd; write one that is, or a user id`, `Invalid user name ${text}`);
  if (scope.personality === 'supervisord') return refuse('', `Invalid user id ${text}`);
  return succeed({ name: text, uid, gid: 0, groups: [0], home: '/' });
}

/** Id of a group given by name or number; numbers need no entry. */
export function groupId(database: UserDatabase, text: string): number | null {
  return parseId(text) ?? findGroup(database, text)?.gid ?? null;
}

/** Supplementary groups, names or numbers. */
export const groupIds: ValueType<readonly number[]> = {
  name: 'groups',
  read: (text, scope) => {
    const ids: number[] = [];
    for (const word of listOf(text)) {
      const gid = groupId(scope.users(), word);
      if (gid === null) return refuse(`there is no group ${word} in /etc/group; write one that is, or a group id`, text);
      ids.push(gid);
    }
    return succeed(ids);
  },
};

/** Owner of a file: `user`, or `user:group`; without a group, the user's own. */
export const owner: ValueType<FileOwner> = {
  name: 'user or user:group',
  read: (text, scope) => {
    const [userText = '', groupText] = text.split(/:(.*)/s);
    const identity = readUser(userText, scope);
    if (!identity.ok) return identity;
    if (groupText === undefined) return succeed({ uid: identity.value.uid, gid: identity.value.gid });
    const gid = groupId(scope.users(), groupText);
    if (gid !== null) return succeed({ uid: identity.value.uid, gid });
    return refuse(`there is no group ${groupText} in /etc/group; write one that is, or a group id`, `Invalid group name ${groupText}`);
  },
};
