/** Event listeners, written with supervisor.childutils: what they are told under both, what becomes of their answers. */
import {
  type Scenario,
  type Step,
  type Theme,
  ctl,
  fatal,
  fileHas,
  line,
  program as plainProgram,
  python,
  quiet,
  running,
  signal,
  socket,
  tell,
  write,
} from '../scenario.ts';

const program = (name: string, command: string, ...options: readonly string[]): string => plainProgram(name, command, 'startsecs=0', ...options);

/**
 * listener.py NOTES [answer...]: notes each event, by process where it is about one, until there is a file `enough`. The answers
 * are for the first events, further ones are answered OK. `wait` waits for a line of the pipe `gate` first.
 */
const LISTENER = `
import os, re, sys
from supervisor import childutils

notes, answers = sys.argv[1], sys.argv[2:]
here = os.path.dirname(notes)

def note(name, text):
    if not os.path.exists(here + '/enough'):
        with open(notes + name, 'a') as file:
            file.write(text + '\\n')

while True:
    headers, payload = childutils.listener.wait()
    about = re.match(r'processname:(\\S+)', payload) if headers['eventname'].startswith('PROCESS_STATE') else None
    text = re.sub(r'pid:[1-9]\\d*', 'pid:N', payload)
    if headers['eventname'].startswith('TICK'):
        text = 'when:%d' % (int(payload[5:]) % int(headers['eventname'][5:]))
    serials = '' if about else ' serial:%s poolserial:%s' % (headers['serial'], headers['poolserial'])
    rest = ' '.join('%s:%s' % (name, headers[name]) for name in ('ver', 'server', 'pool'))
    note('-' + about.group(1) if about else '', '%s%s %s %r' % (headers['eventname'], serials, rest, text))
    answer = answers.pop(0) if answers else 'ok'
    if answer.startswith('wait'):
        with open(here + '/gate') as gate:
            gate.readline()
        answer = answer[4:]
    if answer == 'ok':
        childutils.listener.ok()
    elif answer == 'fail':
        childutils.listener.fail()
    elif answer == 'die':
        sys.exit(3)
    elif answer == 'two':
        childutils.listener.send('OKREADY\\nX')
    else:
        sys.stdout.write(answer.replace('_', ' ') + '\\n')
        sys.stdout.flush()
`;

const REMOTE = `
import sys
from supervisor.xmlrpc import SupervisorTransport
from xmlrpc.client import ServerProxy
server = ServerProxy('http://127.0.0.1', SupervisorTransport(None, None, 'unix://' + sys.argv[1]))
for word in sys.argv[2:]:
    server.supervisor.sendRemoteCommEvent('kind', word)
`;

/** Stops `back` as soon as it waits for its next try. */
const STOPPER = `
import sys, time
from supervisor.xmlrpc import SupervisorTransport
from xmlrpc.client import ServerProxy
server = ServerProxy('http://127.0.0.1', SupervisorTransport(None, None, 'unix://' + sys.argv[1]))
while True:
    try:
        state = server.supervisor.getProcessInfo('back')['statename']
        open(sys.argv[2], 'a').close()
        if state == 'BACKOFF':
            server.supervisor.stopProcess('back')
            break
    except OSError:
        pass
    time.sleep(0.05)
time.sleep(1000)
`;

const listener = (events: string, words = '', ...options: readonly string[]): string =>
  [
    '[eventlistener:lis]',
    `command=/usr/bin/python3 {dir}/listener.py {dir}/heard ${words}`,
    `events=${events}`,
    'startsecs=0',
    ...(options.includes(LOG) ? [] : ['stdout_logfile=NONE']),
    'stderr_logfile={dir}/lis.err',
    ...options,
    '',
  ].join('\n');

/** What it says is compared, too: to be had where nothing is said at the end. */
const LOG = 'stdout_logfile={dir}/lis.out';

const SERVER =
  '[unix_http_server]\nfile={dir}/s\n[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n[supervisorctl]\nserverurl=unix://{dir}/s\n';

const scenario = (name: string, conf: string, ...steps: readonly Step[]): Scenario => ({
  name,
  conf,
  files: { 'listener.py': LISTENER, 'remote.py': REMOTE, 'stopper.py': STOPPER, 'go|': '', 'gate|': '' },
  // What happens while everything stops is a race of the listener with its own end.
  steps: [...steps, write('enough', '')],
  // How often it is said depends on how many turns a server makes.
  omit: /DEBG|waiting for \S+ to stop/,
});

const heard = (pattern: RegExp): Step => fileHas('heard', pattern);
/** These changes, in order, whatever else between. */
const told = (process: string, ...states: readonly string[]): Step =>
  fileHas(`heard-${process}`, new RegExp(states.map((state) => `^PROCESS_STATE_${state} `).join('(?:.|\\n)*'), 'm'));
const remote = (...words: readonly string[]): Step => python('remote.py', '{dir}/s', ...words);

const stays = program('stay', 'sleep 1000', ...quiet);
const waits = (name: string, then: string, ...options: readonly string[]): string =>
  program(name, `sh -c 'read x < {dir}/go; ${then}'`, 'autorestart=false', ...options);

/** Stops when it is told to, too. */
const slow = program('slow', `sh -c 'trap "read x < {dir}/go; exit 0" TERM; : > {dir}/up; while :; do read x < {dir}/gate; done'`, ...quiet);

export const events: Theme = {
  name: 'events',
  scenarios: [
    scenario('the start, as a pool sees it', listener('PROCESS_GROUP,SUPERVISOR_STATE_CHANGE') + stays, heard(/CHANGE_RUNNING/)),
    scenario(
      'a program that ends as expected',
      listener('PROCESS_STATE', '', 'buffer_size=50') + waits('job', 'exit 0', ...quiet),
      running('job'),
      tell('go'),
      told('job', 'EXITED'),
      told('lis', 'RUNNING'),
    ),
    scenario(
      'programs that end otherwise',
      listener('PROCESS_STATE', '', 'buffer_size=50') + waits('job', 'exit 7', ...quiet) + waits('shot', 'kill -9 $$', ...quiet),
      running('job'),
      running('shot'),
      tell('go'),
      tell('go'),
      told('job', 'EXITED'),
      told('shot', 'EXITED'),
    ),
    scenario(
      'a program that comes back',
      listener('PROCESS_STATE', '', 'buffer_size=50') + program('job', `sh -c 'read x < {dir}/go; exit 0'`, 'autorestart=true', ...quiet),
      running('job'),
      tell('go'),
      running('job', 2),
      told('job', 'EXITED', 'RUNNING'),
    ),
    scenario(
      'programs that cannot be started',
      listener('PROCESS_STATE', '', 'buffer_size=50') +
        plainProgram('gone', '/no/such', 'startretries=1', ...quiet) +
        plainProgram('quick', 'sh -c "exit 3"', 'startsecs=5', 'startretries=1', ...quiet) +
        stays,
      fatal('gone'),
      fatal('quick'),
      told('gone', 'FATAL'),
      told('quick', 'FATAL'),
    ),
    scenario(
      'start, stop and restart by command',
      listener('PROCESS_STATE', '', 'buffer_size=50') + SERVER + stays,
      running('stay'),
      socket('s'),
      ctl('stop stay', 'start stay', 'restart stay'),
      told('stay', 'STOPPED', 'RUNNING', 'STOPPED', 'RUNNING'),
    ),
    scenario(
      'a stop in BACKOFF',
      listener('PROCESS_STATE', '', 'buffer_size=50') +
        SERVER +
        plainProgram('back', `sh -c 'read x < {dir}/go; exit 3'`, 'startsecs=1000', ...quiet) +
        program('stopper', '/usr/bin/python3 {dir}/stopper.py {dir}/s {dir}/ready', ...quiet),
      fileHas('ready', /^/),
      line(/spawned: 'back'/),
      tell('go'),
      told('back', 'STOPPED'),
    ),
    scenario(
      'messages between tokens',
      listener('PROCESS_COMMUNICATION') +
        program(
          'say',
          `sh -c 'read x < {dir}/go; printf "<!--XSUPERVISOR:BEGIN-->one\\ntwo<!--XSUPERVISOR:END-->"; read x < {dir}/go; printf "<!--XSUPERVISOR:BEGIN-->three<!--XSUPERVISOR:END-->" >&2; exec sleep 1000'`,
          'stdout_capture_maxbytes=1KB',
          'stderr_capture_maxbytes=1KB',
          ...quiet,
        ),
      running('say'),
      tell('go'),
      heard(/one/),
      tell('go'),
      heard(/three/),
    ),
    scenario(
      'output as events',
      listener('PROCESS_LOG') +
        program(
          'say',
          `sh -c 'read x < {dir}/go; printf "one\\ntwo"; read x < {dir}/go; printf "thr\\303\\244\\360\\237\\230\\200e" >&2; read x < {dir}/go; printf "\\377\\047no text\\n"; exec sleep 1000'`,
          'stdout_events_enabled=true',
          'stderr_events_enabled=true',
          'stdout_logfile={dir}/say.out',
          'stderr_logfile=NONE',
        ),
      running('say'),
      tell('go'),
      heard(/one/),
      tell('go'),
      heard(/thr/),
      tell('go'),
      heard(/no text/),
    ),
    scenario(
      "a listener's own words",
      listener('PROCESS_LOG,SUPERVISOR_STATE_CHANGE_RUNNING', '', 'stdout_events_enabled=true', 'stderr_events_enabled=true', LOG) + stays,
      heard(/CHANGE_RUNNING/),
      fileHas('lis.out', /OKREADY\n$/),
    ),
    scenario(
      'remote communication',
      listener('REMOTE_COMMUNICATION', '', 'buffer_size=50') + SERVER + stays,
      running('stay'),
      socket('s'),
      remote('one', 'zw\u00f6lf \u{1f600}', '', 'two\nlines'),
      heard(/lines/),
    ),
    // It does not answer, or a slow machine brings a second one.
    scenario('ticks', listener('TICK_5', 'waitok') + stays, heard(/TICK_5/)),
    scenario(
      'a rejected event comes again',
      listener('SUPERVISOR_STATE_CHANGE_RUNNING', 'fail fail ok', LOG) + stays,
      heard(/(CHANGE_RUNNING(.|\n)*){3}/),
      fileHas('lis.out', /OKREADY\n$/),
    ),
    scenario(
      'who dies with an event gets it again',
      listener('SUPERVISOR_STATE_CHANGE_RUNNING', 'waitdie', 'autorestart=true') + stays,
      heard(/CHANGE_RUNNING/),
      tell('gate'),
      heard(/(CHANGE_RUNNING(.|\n)*){2}/),
      running('lis', 2),
      tell('gate'),
      heard(/(CHANGE_RUNNING(.|\n)*){3}/),
    ),
    scenario('a bad result line', listener('SUPERVISOR_STATE_CHANGE_RUNNING', 'RESULT_two') + stays, line(/bad result line/), line(/UNKNOWN state/)),
    scenario('words instead of a result', listener('SUPERVISOR_STATE_CHANGE_RUNNING', 'hello,_world!') + stays, line(/UNKNOWN state/)),
    scenario('an answer that looks like more', listener('SUPERVISOR_STATE_CHANGE_RUNNING', 'two two') + stays, heard(/(CHANGE_RUNNING(.|\n)*){3}/)),
    scenario(
      'who does not say READY',
      listener('SUPERVISOR_STATE_CHANGE_RUNNING').replace(/command=.*/, `command=sh -c 'read x < {dir}/go; echo nothing; exec sleep 1000'`) + stays,
      running('lis'),
      tell('go'),
      line(/UNKNOWN state/),
    ),
    scenario(
      'a full buffer',
      listener('REMOTE_COMMUNICATION', 'waitok', 'buffer_size=2', LOG) + SERVER + stays,
      running('stay'),
      socket('s'),
      fileHas('lis.out', /READY/),
      remote('one'),
      heard(/one/),
      remote('two', 'three', 'four', 'five'),
      line(/discarding event 2/),
      tell('gate'),
      heard(/five/),
    ),
    scenario(
      'two processes of one pool',
      listener('REMOTE_COMMUNICATION', 'waitok', 'numprocs=2', 'process_name=lis%(process_num)s', LOG).replace('{dir}/heard', '{dir}/heard%(process_num)s') +
        SERVER.replace(/%/g, '%%') +
        stays,
      running('lis0'),
      running('lis1'),
      socket('s'),
      fileHas('lis.out', /READY\n(.|\n)*READY/),
      remote('one'),
      fileHas('heard0', /one/),
      remote('two', 'three'),
      fileHas('heard1', /two/),
      tell('gate'),
      fileHas(/heard[01]/, /three/),
      tell('gate'),
    ),
    scenario(
      'groups come and go',
      listener('PROCESS_GROUP', '', 'buffer_size=50') + SERVER + stays,
      running('stay'),
      socket('s'),
      write('more.conf', ''),
      ctl('remove stay', 'stop stay', 'remove stay', 'add stay', 'reread'),
      heard(/REMOVED(.|\n)*ADDED/),
    ),
    scenario(
      'a whole restart',
      listener('PROCESS_GROUP,SUPERVISOR_STATE_CHANGE', '', 'buffer_size=100') + slow,
      fileHas('up', /^/),
      running('slow'),
      heard(/CHANGE_RUNNING/),
      signal('SIGHUP'),
      heard(/CHANGE_STOPPING/),
      tell('go'),
      heard(/(CHANGE_RUNNING(.|\n)*){2}/),
      running('slow', 2),
      tell('go'),
    ),
    {
      ...scenario(
        'the stop, as a pool sees it',
        listener('SUPERVISOR_STATE_CHANGE') + slow,
        running('slow'),
        fileHas('up', /^/),
        heard(/CHANGE_RUNNING/),
        signal('SIGTERM'),
        heard(/CHANGE_STOPPING/),
        tell('go'),
      ),
      end: 'by itself',
    },
  ],
};
