/** `-h`: the options, and where the actions are told. */
import type { Personality } from '../../config/model/settings.ts';

export const usage = (
  personality: Personality,
  name: string,
): string => `${name} -- control programs that ${personality === 'tsinit' ? 'tsinit or supervisord' : 'supervisord'} runs

Usage: ${name} [options] [action [arguments]]

Options:
-c/--configuration FILE   configuration to read the server's address from (searched for when not given)
-s/--serverurl URL        unix:///path/of/socket, unix://@name or http://host:port
-u/--username USERNAME    user name to give to the server
-p/--password PASSWORD    password to give to the server
-r/--history-file FILE    keep the lines typed in the shell
-i/--interactive          ask before shutdown and reload, and for a login
-h/--help                 this text

Without an action a shell is started. The action "help" lists all actions, "help ACTION" explains one.
`;
