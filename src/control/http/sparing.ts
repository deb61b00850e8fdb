/** Lines about what strangers do: they must not be able to fill a log. One line at once, then one in a while, with how many there were. */

const BETWEEN_LINES_MS = 10_000;

export const createSparing = (say: (text: string) => void, nowMs: () => number): ((text: string) => void) => {
  let latestMs = -Infinity;
  let unsaid = 0;
  return (text) => {
    if (nowMs() < latestMs + BETWEEN_LINES_MS) {
      unsaid++;
      return;
    }
    say(unsaid === 0 ? text : `${text} (and ${unsaid} more like this before)`);
    latestMs = nowMs();
    unsaid = 0;
  };
};
