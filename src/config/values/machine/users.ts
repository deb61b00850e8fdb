/**
 * The user and group databases as files: /etc/passwd and /etc/group, parsed without a C library, so that it works in
 * any image. Knows nothing of network directories. Broken lines are passed over, as getpwnam does.
 */
import type { ConfigWorld, UserIdentity } from '../../model/model.ts';

export type UserEntry = { readonly name: string; readonly uid: number; readonly gid: number; readonly home: string };
export type GroupEntry = { readonly name: string; readonly gid: number; readonly members: readonly string[] };
export type UserDatabase = { readonly users: readonly UserEntry[]; readonly groups: readonly GroupEntry[] };

const HIGHEST_ID = 0xffff_fffe;

export function readUserDatabase(world: Pick<ConfigWorld, 'readFile'>): UserDatabase {
  const users: UserEntry[] = [];
  for (const [name, , uid, gid, , home] of readFields(world, '/etc/passwd', 6)) {
    const entry = { name: name as string, uid: parseId(uid), gid: parseId(gid), home: home as string };
    if (entry.uid !== null && entry.gid !== null) users.push({ ...entry, uid: entry.uid, gid: entry.gid });
  }
  const groups: GroupEntry[] = [];
  for (const [name, , gidText, members] of readFields(world, '/etc/group', 4)) {
    const gid = parseId(gidText);
    if (gid !== null) groups.push({ name: name as string, gid, members: (members as string).split(',').filter(Boolean) });
  }
  return { users, groups };
}

export function findUser(database: UserDatabase, nameOrUid: string | number): UserEntry | null {
  return database.users.find((user) => user.name === nameOrUid || user.uid === nameOrUid) ?? null;
}

export function findGroup(database: UserDatabase, nameOrGid: string | number): GroupEntry | null {
  return database.groups.find((group) => group.name === nameOrGid || group.gid === nameOrGid) ?? null;
}

/** A user with the groups that the group file lists it in, its own group first. */
export function identityOf(database: UserDatabase, user: UserEntry): Omit<UserIdentity, 'isPresent'> {
  const listed = database.groups.filter((group) => group.members.includes(user.name)).map((group) => group.gid);
  return { name: user.name, uid: user.uid, gid: user.gid, groups: [...new Set([user.gid, ...listed])], home: user.home || '/' };
}

/** A user or group id in decimal digits, or null. */
export function parseId(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return null;
  const id = Number(text);
  return id <= HIGHEST_ID ? id : null;
}

function readFields(world: Pick<ConfigWorld, 'readFile'>, path: string, atLeast: number): readonly (readonly string[])[] {
  const file = world.readFile(path);
  if ('error' in file) return [];
  return file.text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= atLeast);
}
