/** What both servers run while they are asked: a program for each way to start, fail, stop and listen. */
import { program, STAY } from '../scenario.ts';
import type { Scenario } from '../scenario.ts';

const MAIN = `
[unix_http_server]
file={dir}/s.sock
username=user
password=secret
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
`;

export const scenario: Scenario = {
  name: 'XML-RPC',
  server: `identifier=oracle${MAIN}`,
  conf: [
    program('stay', STAY, 'stdout_logfile={dir}/stay.log', 'stderr_logfile=NONE', 'startsecs=0', 'priority=5'),
    program('off', STAY, 'autostart=false', 'startsecs=0', 'stdout_logfile={dir}/none/off.log', 'stderr_logfile=NONE'),
    program('slow', STAY, 'autostart=false', 'startsecs=1'),
    program('quick', 'sh -c "exit 3"', 'autostart=false', 'startretries=0', 'startsecs=30'),
    program(
      'once',
      'sh -c "read line; echo said; echo wrong >&2; exit 2"',
      'autostart=false',
      'startsecs=0',
      'autorestart=false',
      'stdout_logfile={dir}/once.log',
    ),
    program('absent', '/no/such/program', 'autostart=false'),
    program('notexec', '{dir}/main.conf', 'autostart=false'),
    program('echo', 'cat', 'startsecs=0', 'stdout_logfile={dir}/echo.log', 'stderr_logfile=NONE'),
    program('deaf', 'sh -c "exec <&-; echo closed; exec sleep 1000"', 'startsecs=0', 'stdout_logfile={dir}/deaf.log', 'stderr_logfile=NONE'),
    program(
      'pair',
      STAY,
      'process_name=%(program_name)s_%(process_num)s',
      'numprocs=2',
      'autostart=false',
      'startsecs=0',
      'stdout_logfile=NONE',
      'stderr_logfile=NONE',
    ),
    program('stubborn', 'sh -c "trap : TERM; echo ready; while :; do sleep 1; done"', 'stopwaitsecs=5', 'autostart=false', 'startsecs=0', 'stopasgroup=false'),
  ].join('\n'),
  files: { 'broken.conf': '[supervisord]\n', 'none/': '' },
};
