/**
 * A screen that shows one text and shows it anew when files change. The terminal is put back however this process ends: by
 * signal-exit, which also knows the ends that no `finally` sees.
 */
import { onExit } from 'signal-exit';

export type Shown = { readonly text: string; readonly files: readonly string[] };

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const CLEAR = '\u001b[2J\u001b[H';
/** Editors write a file in several steps; one look after the last of them is enough. */
const SETTLE_MS = 50;
const NOTHING_TO_WATCH = 2;

/** Runs until a signal ends the process. Without a terminal it prints the text once for each change. */
export const watchScreen = (look: () => Shown, follow: (file: string, changed: () => void) => boolean): Promise<number> => {
  const isTerminal = process.stdout.isTTY;
  const followed = new Set<string>();
  let settling: NodeJS.Timeout | null = null;
  const later = (): void => {
    if (settling !== null) clearTimeout(settling);
    settling = setTimeout(() => show(lookAgain()), SETTLE_MS);
  };
  const lookAgain = (): string => {
    const { text, files } = look();
    for (const file of files) if (!followed.has(file) && follow(file, later)) followed.add(file);
    return text;
  };
  const show = (text: string): void => {
    process.stdout.write(isTerminal ? `${CLEAR}${text}\nwatching for changes; Ctrl-C ends this\n` : text);
  };
  const first = lookAgain();
  if (followed.size === 0) {
    // On a screen of its own it would be gone before anybody has read it.
    process.stdout.write(first);
    return Promise.resolve(NOTHING_TO_WATCH);
  }
  if (isTerminal) {
    onExit(() => {
      process.stdout.write(LEAVE);
    });
    process.stdout.write(ENTER);
  }
  show(first);
  return new Promise(() => {});
};
