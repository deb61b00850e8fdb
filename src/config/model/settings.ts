/**
 * How a configuration is to be read: as tsinit's own, or as supervisord would read it; and what the command line
 * overrides. Data only.
 */

export type Personality = 'tsinit' | 'supervisord';

/** An option of [supervisord] given on the command line; beats the files. */
export type Override = {
  readonly option: string;
  /** As typed: `-e`, `--loglevel`. */
  readonly flag: string;
  readonly text: string;
};

export type LoadSettings = {
  readonly personality: Personality;
  readonly overrides: readonly Override[];
};
