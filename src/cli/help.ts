/** `tsinit help`: the tools. The options of direct mode are told by `tsinit --help`, which needs no Node. */
import { verbHelp } from './verb-help.ts';

const TEXT = `Usage:
  tsinit [options] -- COMMAND [ARG...]   run one command as an init (tsinit --help lists the options)
  tsinit [-c FILE]                       run the programs of a configuration
  tsinit run [OPTION ...] [[NAME=]COMMAND ...]
                                         run commands, or a Procfile, without a configuration
  tsinit ci [-c FILE] [OPTION ...] -- COMMAND [ARG ...]
                                         run a test command beside the programs of a configuration, and exit with its code
  tsinit check [-c FILE | FILE] [--watch]
                                         read a configuration and print every problem; exit 0 when it is good, else 2
  tsinit simulate [-c FILE] [--scenario FILE]
                                         play a configuration on a virtual clock; nothing is started
  tsinit doctor                          print the container as it was found, and what will make trouble in it
  tsinit healthcheck [NAME...]           exit 0 when all programs, or these, are as they should be, else 1
  tsinit ctl [-c FILE | -s URL] [ACTION ...]
                                         ask a running tsinit or supervisord (tsinit ctl help lists the actions); a shell without an action
  tsinit help [run | ci | simulate]      this text, or that of a verb
  tsinit version                         the version
`;

/** Of a verb that has a text of its own, else of all. */
export const help = (verb: string | undefined): number => {
  process.stdout.write(verbHelp(verb ?? '') ?? TEXT);
  return 0;
};
