/** A time zone: how far local time is from UTC at an instant. All instants are milliseconds since the epoch. */

export type Zone = {
  /** Milliseconds to add to UTC, positive east of Greenwich. */
  readonly offsetMs: (atMs: number) => number;
};

export const UTC: Zone = { offsetMs: () => 0 };
