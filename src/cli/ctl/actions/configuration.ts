/** `avail`, `reread`, `add`, `remove`, `update`: what is configured, and the way to a changed configuration. */
import { type Run, refuse } from './action.ts';
import { EXIT, FAULT } from '../codes.ts';
import { shownName, wordsOf } from '../names.ts';
import { thrown } from './outcomes.ts';
import { infosOf, listOf, numberOf, outcomesOf, structOf, textOf, textsOf } from '../records.ts';
import type { Session } from '../shell/session.ts';
import type { Value } from '../../../control/client/remote.ts';

export const avail: Run = async (session, argument, action) => {
  if (argument !== '') return refuse(session, action, 'Error: avail accepts no arguments', EXIT.generic);
  const answer = await session.remote().call('supervisor.getAllConfigInfo');
  if (answer.ok) {
    for (const each of listOf(answer.value)) session.line(configurationLine(each));
    return;
  }
  session.setExitCode(EXIT.generic);
  if (answer.code !== FAULT.shutdown) throw thrown(answer);
  session.line('ERROR: supervisor shutting down');
};

const configurationLine = (value: Value): string => {
  const fields = structOf(value);
  const name = shownName(textOf(fields['group']), textOf(fields['name'])).padEnd(32);
  const use = (isTrue(fields['inuse']) ? 'in use' : 'avail').padEnd(9);
  const begin = (isTrue(fields['autostart']) ? 'auto' : 'manual').padEnd(9);
  return `${name} ${use} ${begin} ${numberOf(fields['group_prio'])}:${numberOf(fields['process_prio'])}`;
};

const isTrue = (value: Value | undefined): boolean => value === true || (typeof value === 'number' && value !== 0);

export const reread: Run = async (session, argument, action) => {
  if (argument !== '') return refuse(session, action, 'Error: reread accepts no arguments', EXIT.generic);
  const answer = await session.remote().call('supervisor.reloadConfig');
  if (!answer.ok) {
    session.setExitCode(EXIT.generic);
    if (answer.code === FAULT.shutdown) session.line('ERROR: supervisor shutting down');
    else if (answer.code === FAULT.cannotReread) session.line(`ERROR: ${answer.text}`);
    else throw thrown(answer);
    return;
  }
  const { added, changed, removed } = changesOf(answer.value);
  const all = [
    ...added.map((name) => [name, 'available'] as const),
    ...changed.map((name) => [name, 'changed'] as const),
    ...removed.map((name) => [name, 'disappeared'] as const),
  ];
  if (all.length === 0) session.line('No config updates to processes');
  const sorted = all.toSorted(([left], [right]) => (left < right ? -1 : Number(left > right)));
  for (const [name, what] of sorted) session.line(`${name}: ${what}`);
};

type Changes = { readonly added: readonly string[]; readonly changed: readonly string[]; readonly removed: readonly string[] };

const changesOf = (value: Value): Changes => {
  const [added, changed, removed] = listOf(listOf(value)[0]);
  return { added: textsOf(added), changed: textsOf(changed), removed: textsOf(removed) };
};

export const add: Run = async (session, argument) => {
  for (const name of wordsOf(argument)) {
    const answer = await session.remote().call('supervisor.addProcessGroup', name);
    if (answer.ok) session.line(`${name}: added process group`);
    else if (answer.code === FAULT.alreadyAdded) session.line('ERROR: process group already active');
    else {
      session.setExitCode(EXIT.generic);
      if (answer.code === FAULT.shutdown) session.line('ERROR: shutting down');
      else if (answer.code === FAULT.badName) session.line(`ERROR: no such process/group: ${name}`);
      else throw thrown(answer);
    }
  }
};

export const remove: Run = async (session, argument) => {
  for (const name of wordsOf(argument)) {
    const answer = await session.remote().call('supervisor.removeProcessGroup', name);
    if (answer.ok) {
      session.line(`${name}: removed process group`);
      continue;
    }
    session.setExitCode(EXIT.generic);
    if (answer.code === FAULT.stillRunning) session.line(`ERROR: process/group still running: ${name}`);
    else if (answer.code === FAULT.badName) session.line(`ERROR: no such process/group: ${name}`);
    else throw thrown(answer);
  }
};

export const update: Run = async (session, argument) => {
  const answer = await session.remote().call('supervisor.reloadConfig');
  if (!answer.ok) {
    session.setExitCode(EXIT.generic);
    if (answer.code !== FAULT.shutdown) throw thrown(answer);
    session.line('ERROR: already shutting down');
    return;
  }
  const changes = changesOf(answer.value);
  const words = new Set(wordsOf(argument));
  const asked = words.has('all') ? new Set<string>() : words;
  if (asked.size > 0) await tellUnknownGroups(session, asked, changes.added);
  const isMeant = (group: string): boolean => asked.size === 0 || asked.has(group);
  for (const group of changes.removed.filter(isMeant)) await takeOut(session, group);
  for (const group of changes.changed.filter(isMeant)) await changeGroup(session, group);
  for (const group of changes.added.filter(isMeant)) {
    await session.remote().ask('supervisor.addProcessGroup', group);
    session.line(`${group}: added process group`);
  }
};

/** Processes that are the same before and after run on. supervisord has no method for that: there the whole group stops. */
const changeGroup = async (session: Session, group: string): Promise<void> => {
  const answer = await session.remote().call('tsinit.updateProcessGroup', group);
  if (answer.ok) for (const name of textsOf(answer.value)) session.line(`${name}: stopped`);
  else if (answer.code === FAULT.unknownMethod) {
    await session.remote().ask('supervisor.stopProcessGroup', group);
    session.line(`${group}: stopped`);
    await session.remote().ask('supervisor.removeProcessGroup', group);
    await session.remote().ask('supervisor.addProcessGroup', group);
  } else throw thrown(answer);
  session.line(`${group}: updated process group`);
};

const tellUnknownGroups = async (session: Session, asked: ReadonlySet<string>, added: readonly string[]): Promise<void> => {
  const infos = infosOf(await session.remote().ask('supervisor.getAllProcessInfo'));
  const known = new Set([...infos.map(({ group }) => group), ...added]);
  for (const group of asked) {
    if (known.has(group)) continue;
    session.line(`ERROR: no such group: ${group}`);
    session.setExitCode(EXIT.generic);
  }
};

const takeOut = async (session: Session, group: string): Promise<void> => {
  const outcomes = outcomesOf(await session.remote().ask('supervisor.stopProcessGroup', group));
  session.line(`${group}: stopped`);
  if (outcomes.some(({ status }) => status === FAULT.failed)) {
    session.line(`${group}: has problems; not removing`);
    session.setExitCode(EXIT.generic);
    return;
  }
  await session.remote().ask('supervisor.removeProcessGroup', group);
  session.line(`${group}: removed process group`);
};
