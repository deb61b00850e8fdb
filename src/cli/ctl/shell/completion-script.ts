/**
 * `completion SHELL`: a script for the shell, which asks `tsinit ctl completion --words LINE` what a half-typed line may become;
 * so it knows the processes that run now.
 */
import type { Run } from '../actions/action.ts';
import { EXIT } from '../codes.ts';
import { completer } from './completion.ts';

const BASH = `_tsinit() {
  local line="\${COMP_LINE:0:COMP_POINT}" IFS=$'\\n'
  case "$line" in
    *' ctl '*) ;;
    *) COMPREPLY=(); return ;;
  esac
  local words=($("\${COMP_WORDS[0]}" ctl completion --words "\${line#* ctl }." 2>/dev/null))
  local part="\${line##* }" cur="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=("\${words[@]#"\${part%"$cur"}"}")
}
complete -o default -F _tsinit tsinit
`;

const ZSH = `autoload -U +X bashcompinit && bashcompinit
${BASH}`;

const FISH = `complete -c tsinit -n '__fish_seen_subcommand_from ctl' -f -a '(tsinit ctl completion --words (string replace -r ".* ctl " "" -- (commandline -cp)). 2>/dev/null)'
`;

const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

export const completion: Run = async (session, argument) => {
  if (argument.startsWith('--words')) {
    const { actionsOf } = await import('../actions/actions.ts');
    // A full stop keeps the blank in front of it.
    const line = argument.slice('--words '.length, -1);
    const [words] = await completer(actionsOf(session.personality), () => session).complete(line);
    for (const word of words) session.line(word.trimEnd());
    return;
  }
  const script = SCRIPTS[argument];
  if (script !== undefined) return session.bytes(Buffer.from(script));
  session.line('Error: completion takes bash, zsh or fish');
  session.setExitCode(EXIT.invalid);
};
