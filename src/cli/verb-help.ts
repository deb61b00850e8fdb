/** `tsinit help VERB`, `tsinit VERB --help`: the command lines of verbs that have options of their own. */

const RUN = `Usage:
  tsinit run [OPTION ...] [NAME=]COMMAND ...       run these; each COMMAND is one word of the command line: 'web=node server.js'
  tsinit run [OPTION ...] [-f FILE] [NAME ...]     run a Procfile (./Procfile), or these programs of it

The first program that ends stops all others, and its exit code is that of tsinit.

Options:
  -f, --procfile FILE     the Procfile
  -m, --formation LIST    how many of each, as in web=2,worker=3 or all=2
  -e, --env FILE,...      files of KEY=VALUE lines; without it .env beside the Procfile, where there is one
  -p, --port N            the first PORT; beside a Procfile without it PORT of .env or of the environment, else 5000
  -r, --restart           start again what ends
  -t, --timeout TIME      from the stop signal to KILL (10)
      --exit WHEN         any: when the first has ended (the default); all: when all have; never
      --stop-signals LIST what stops everything (TERM,INT,QUIT,PWR,RTMIN+3), for an image with another STOPSIGNAL
      --terminal NAME     the one program that has the terminal; the input of the others stays open, and empty
  -h, --help              this text
`;

const CI = `Usage:
  tsinit ci [-c FILE] [OPTION ...] -- COMMAND [ARG ...]

Starts the programs of the configuration, runs COMMAND when all of them are ready, stops everything, and exits with the command's code.

Options:
  -c, --configuration FILE  the configuration; without it that of the usual places
      --junit FILE          write the result as JUnit XML, too
      --timeout TIME        for the command; longer is a failure
      --ready-timeout TIME  for each service without a ready_timeout of its own (300)
  -h, --help                this text

Exit codes: that of the command; 120 a service failed, 121 a process was left over, 124 the command took too long, 128 + n stopped by signal n,
2 a mistake in the configuration or in this command line.
`;

const SIMULATE = `Usage:
  tsinit simulate [-c FILE] [--scenario FILE]

Plays the configuration on a virtual clock: the real rules, programs that do what the scenario says, nothing started. Prints what happens when.

A scenario has one statement a line; # begins a comment:
  NAME: ready after 2s, exits 1 after 5s    what each run of it does, from its start; also: never ready, runs, cannot start, leaves children,
                                            ignores TERM, on TERM exits 0 after 300ms
  NAME run 2: runs                          the same of its second run
  at 20s signal TERM                        what happens then; also: start NAME, stop NAME, restart NAME, NAME exits 1, NAME is ready,
                                            NAME is unhealthy
  until 60s                                 the end (1h)

What is not said: programs run until they are told to stop, are ready at once, and a oneshot ends with 0 after a second.
`;

const TEXTS: Readonly<Record<string, string>> = { run: RUN, ci: CI, simulate: SIMULATE };

/** Null: no verb that has a text of its own. */
export const verbHelp = (verb: string): string | null => TEXTS[verb] ?? null;
