/**
 * `status --watch`: on a terminal a screen of its own, drawn anew every second and at once when something happens; without one a
 * status whenever a process has changed. Goes on when the server is away for a while.
 */
import { onExit } from 'signal-exit';
import { failureOf } from '../../../control/client/failure.ts';
import type { Remote } from '../../../control/client/remote.ts';
import { sentenceOf } from '../failures.ts';
import { infosOf, type ProcessInfo } from '../records.ts';
import type { Session } from '../shell/session.ts';
import { choose, statusLines } from './status.ts';

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';
const LOOK_EVERY_MS = 1000;
/** Changes come in bursts. */
const SETTLE_MS = 30;
const EVENTS = '/events?type=PROCESS_STATE,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE';

type Look = { readonly lines: readonly string[]; readonly key: string };

/** Another form, one line a look; shown when `key`, or what is to be seen of the processes, is another than before. */
export type AsLine = (infos: readonly ProcessInfo[], remote: Remote) => Promise<{ readonly line: string; readonly key: string }>;

/** Until Ctrl-C. */
export const watchStatus = async (session: Session, names: string, asLine: AsLine | null): Promise<void> => {
  const isScreen = process.stdout.isTTY && asLine === null;
  // By the event loop: while one waits, the other is to be heard.
  const remote = session.remote().another();
  const news = session.remote().another();
  const { promise, end } = session.interrupted();
  const alarm = makeAlarm();
  let isOver = false;
  void promise.then(() => {
    isOver = true;
    alarm.ring();
  });
  const restore = isScreen ? onExit(() => void process.stdout.write(LEAVE)) : (): void => undefined;
  if (isScreen) process.stdout.write(ENTER);
  void listen(news, alarm.ring);
  try {
    for (let last = ''; !isOver; await alarm.wait(LOOK_EVERY_MS)) {
      const look = await lookAt(session, remote, names, asLine);
      if (isScreen) draw(look.lines);
      else if (look.key !== last) for (const line of look.lines) session.line(line);
      last = look.key;
    }
  } finally {
    end();
    restore();
    if (isScreen) process.stdout.write(LEAVE);
    remote.close();
    news.close();
  }
};

const lookAt = async (session: Session, remote: Remote, names: string, asLine: AsLine | null): Promise<Look> => {
  try {
    const complaints: string[] = [];
    const told = { ...session, line: (text: string) => void complaints.push(text) };
    const infos = choose(told, infosOf(await remote.ask('supervisor.getAllProcessInfo')), names);
    const key = infos.map(({ group, name, state, pid }) => `${group}:${name} ${state} ${pid}`).join('\n');
    if (asLine === null) return { lines: [...complaints, ...statusLines(infos)], key };
    const shown = await asLine(infos, remote);
    return { lines: [shown.line], key: `${key}\n${shown.key}` };
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) throw error;
    const sentence = sentenceOf(session, failure);
    return { lines: asLine === null ? [sentence] : [], key: sentence };
  }
};

const draw = (lines: readonly string[]): void => {
  // A terminal that does not know its size says zero.
  const [rows, columns] = [(process.stdout.rows || 24) - 2, process.stdout.columns || 80];
  const shown = lines.length > rows ? [...lines.slice(0, rows - 1), `... and ${lines.length - rows + 1} more`] : lines;
  const text = [...shown, '', 'Ctrl-C ends this'].map((line) => `${line.slice(0, columns - 1)}${CLEAR_LINE}\r\n`).join('');
  process.stdout.write(`${HOME}${text.slice(0, -2)}${CLEAR_BELOW}`);
};

/** A server without events is looked at every second, and that is that. */
const listen = async (news: Remote, ring: () => void): Promise<void> => {
  try {
    await news.follow(EVENTS, ring);
  } catch (error) {
    if (failureOf(error) === null) throw error;
  }
};

/** Waits for a time or for a bell that rings, at least as long as a burst. */
const makeAlarm = (): { readonly ring: () => void; readonly wait: (ms: number) => Promise<void> } => {
  let wake: (() => void) | null = null;
  let hasRung = false;
  return {
    ring: () => {
      hasRung = true;
      wake?.();
    },
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          wake = null;
          clearTimeout(timer);
          hasRung = false;
          setTimeout(resolve, SETTLE_MS);
        };
        if (hasRung) wake();
      }),
  };
};
