/**
 * A comparison that is made again when it fails: supervisord has races of its own, and the machine others to serve. What differs every time is a difference; what
 * agrees in the end is said, so that nobody has to wonder.
 */

/** First try included. */
export const ATTEMPTS = 3;

/** Ends with the first attempt that does not throw, or with what the last one threw. */
export const inAttempts = async (title: string, attempt: () => Promise<void>, say: (text: string) => void): Promise<void> => {
  for (let count = 1; ; count++) {
    try {
      await attempt();
      if (count > 1) say(`${title}: agreed in attempt ${count} of ${ATTEMPTS}`);
      return;
    } catch (error) {
      if (count === ATTEMPTS) throw error;
      say(`${title}: attempt ${count} of ${ATTEMPTS} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
};
