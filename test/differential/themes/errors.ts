/** Refusals: the two lines on standard error, and the exit code. */
import type { Observation } from '../observe.ts';
import type { Scenario, Theme } from '../scenario.ts';

const refused = (name: string, more: Partial<Scenario>): Scenario => ({ name, end: 'by itself', ...more });

/** One bad option of a program. */
const option = (text: string): Scenario => refused(text.replaceAll('\n', ' '), { conf: `[program:a]\ncommand=sleep 1000\n${text}\n` });

/** One bad option of [supervisord]. */
const serverOption = (text: string): Scenario => refused(`[supervisord] ${text}`, { server: `${text}\n` });

const whole = (name: string, text: string | null): Scenario => refused(name, { whole: text });

const args = (...words: readonly string[]): Scenario => refused(`command line ${words.join(' ')}`, { args: words });

const conf = (name: string, text: string): Scenario => refused(name, { conf: text });

const inStderr =
  (text: string, replacement: string) =>
  (seen: Observation): Observation => ({ ...seen, stderr: seen.stderr.map((each) => each.replace(text, replacement)) });

export const errors: Theme = {
  name: 'errors',
  scenarios: [
    whole('no file', null),
    whole('an empty file', ''),
    whole('no [supervisord]', '[program:a]\ncommand=true\n'),
    whole('text before the first section', 'nodaemon=true\n[supervisord]\n'),
    whole('a line that is no option', '[supervisord]\nnodaemon=true\njust words\n[program:a]\ncommand=true\n'),
    whole('a header that is not closed', '[supervisord]\nnodaemon=true\n[nonsense\n[program:a]\ncommand=true\n'),
    option('autostart=maybe'),
    option('startsecs=soon'),
    option('stopsignal=TREM'),
    option('stopsignal=99'),
    option('exitcodes=0,x'),
    option('user=no-such-user'),
    option('user=987654'),
    option('umask=9'),
    option('stdout_logfile=/no/such/folder/x.log'),
    option('stdout_logfile_maxbytes=1.5MB'),
    option('environment=A="1'),
    option('environment=A'),
    option('environment=A=1 B=2'),
    option('directory=%(ENV_NOT_SET)s'),
    option('process_name=%(nonsense)s'),
    option('process_name=100%'),
    option('process_name=a:b'),
    option('numprocs=2'),
    option('stopasgroup=true\nkillasgroup=false'),
    option('autorestart=sometimes'),
    conf('no command', '[program:a]\nautostart=false\n'),
    conf('a name with a blank', '[program:a b]\ncommand=true\n'),
    {
      ...conf('an unknown program in a group', '[program:a]\ncommand=true\n[group:g]\nprograms=a,nope\n'),
      differs: [{ id: 'group-member-error', edit: inStderr('[program:a]', '[group:g]') }],
    },
    conf('an fcgi-program without a socket', '[fcgi-program:f]\ncommand=true\n'),
    conf('a bad socket', '[fcgi-program:f]\ncommand=true\nsocket=udp://x\n'),
    conf('a relative socket', '[fcgi-program:f]\ncommand=true\nsocket=unix://relative\n'),
    conf('an eventlistener without events', '[eventlistener:e]\ncommand=true\n'),
    conf('an unknown event', '[eventlistener:e]\ncommand=true\nevents=FOO\n'),
    conf('a listener with redirect_stderr', '[eventlistener:e]\ncommand=true\nevents=TICK_5\nredirect_stderr=true\n'),
    conf('an http server with half a login', '[unix_http_server]\nfile={dir}/s.sock\nusername=me\n'),
    conf('an http server without port', '[inet_http_server]\nusername=me\npassword=x\n'),
    conf('a bad port', '[inet_http_server]\nport=localhost:http\n'),
    conf('a bad chmod', '[unix_http_server]\nfile={dir}/s.sock\nchmod=rw\n'),
    conf('an include without files', '[include]\n'),
    refused('a mistake in an included file', {
      conf: '[include]\nfiles=conf.d/*.conf\n',
      files: { 'conf.d/a.conf': '[program:a]\ncommand=true\nstartsecs=never\n' },
    }),
    serverOption('loglevel=loud'),
    serverOption('logfile=/no/such/folder/main.log'),
    serverOption('logfile_maxbytes=many'),
    serverOption('childlogdir=/no/such/folder'),
    serverOption('umask=rwx'),
    serverOption('user=no-such-user'),
    serverOption('environment=A="%(ENV_NOT_SET)s"'),
    serverOption('identifier=50%'),
    args('-x'),
    args('--no-such-option'),
    args('-e'),
    args('-e', 'loud'),
    args('word'),
    args('-n', '-n'),
    args('-u', 'no-such-user'),
    args('--logfile'),
    {
      ...refused('minfds above the hard limit', { launcher: ['--nofile', '300:400'], server: 'minfds=500\n' }),
      differs: [{ id: 'limit-message', edit: inStderr('open 500 file', 'open 400 file') }],
    },
    refused('another user than root without being root', {
      launcher: ['--uid', '65534'],
      whole: '[supervisord]\nnodaemon=true\nlogfile=/dev/null\nuser=root\n',
    }),
  ],
};
