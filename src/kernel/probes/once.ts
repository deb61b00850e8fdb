/** An answer that is given once, or not at all: of requests that can be given up. */

/** Why it failed, or null. */
type Done = (problem: string | null) => void;

/** The first `call` counts, none after `forget`. */
export const once = (done: Done): { readonly call: Done; readonly forget: () => void } => {
  let waiting: Done | null = done;
  const take = (): Done | null => {
    const taken = waiting;
    waiting = null;
    return taken;
  };
  return { call: (problem) => take()?.(problem), forget: () => void take() };
};
