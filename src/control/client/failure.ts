/**
 * Why a server could not be asked or did not answer as it should. Thrown, since whoever asks mostly has nothing to do
 * about it; the faults that a command expects are answers (remote.ts).
 */

export type Failure =
  /** `code` as the kernel names it: ENOENT, ECONNREFUSED, ... */
  | { readonly kind: 'unreachable'; readonly code: string }
  | { readonly kind: 'status'; readonly status: number; readonly reason: string }
  /** It answers, but not as a server of ours. */
  | { readonly kind: 'strange'; readonly what: string }
  | { readonly kind: 'fault'; readonly code: number; readonly text: string }
  /** Of one process among several, and none that the command knows. */
  | { readonly kind: 'result'; readonly code: number; readonly name: string; readonly text: string }
  | { readonly kind: 'url'; readonly url: string };

const marked = new WeakMap<object, Failure>();

/** To be thrown. */
export const failed = (failure: Failure): Error => {
  const error = new Error(failure.kind);
  marked.set(error, failure);
  return error;
};

/** What a caught error says, when it is one of these. */
export const failureOf = (error: unknown): Failure | null => (typeof error === 'object' && error !== null ? (marked.get(error) ?? null) : null);
