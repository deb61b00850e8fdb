/** `tsinit help`: the tools. The options of direct mode are told by `tsinit --help`, which needs no Node. */

const TEXT = `Usage:
  tsinit [options] -- COMMAND [ARG...]   run one command as an init (tsinit --help lists the options)
  tsinit [-c FILE]                       run the programs of a configuration
  tsinit check [-c FILE | FILE] [--watch]
                                         read a configuration and print every problem; exit 0 when it is good, else 2
  tsinit doctor                          print the container as it was found, and what will make trouble in it
  tsinit healthcheck [NAME...]           exit 0 when all programs, or these, are as they should be, else 1
  tsinit ctl [-c FILE | -s URL] [ACTION ...]
                                         ask a running tsinit or supervisord (tsinit ctl help lists the actions); a shell without an action
  tsinit help                            this text
  tsinit version                         the version
`;

export const help = (): number => {
  process.stdout.write(TEXT);
  return 0;
};
