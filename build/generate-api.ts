/**
 * Writes docs/api.md, the reference of the control interface's methods, from the command table itself. `npm run check` runs it and compares.
 * Refuses to hold words about methods: they stand in the table, beside what the methods do.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { methodTable } from '../src/control/api/api.ts';
import { FAULT_CODES, fault } from '../src/control/api/faults.ts';
import type { Method } from '../src/control/api/method.ts';
import type { Parameter } from '../src/control/api/parameters.ts';
import { root } from './paths.ts';

const INTRODUCTION = `# API

Made from the command table by \`build/generate-api.ts\`; do not edit. Which servers there are and who may come in is told in
[control.md](control.md), what the commands do to programs in [commands.md](commands.md).

## XML-RPC

\`POST /RPC2\` on any server takes every method that supervisord has, with its results, faults and texts, and the namespace \`tsinit\` beside it. Python:

\`\`\`python
from xmlrpc.client import ServerProxy
from supervisor.xmlrpc import SupervisorTransport
server = ServerProxy('http://127.0.0.1', transport=SupervisorTransport(None, None, 'unix:///run/supervisor.sock'))
server.supervisor.startProcess('web')
\`\`\`

- A process is called \`name\`, or \`group:name\` where the two differ. Methods that start, stop and signal also take \`group:*\`.
- Every method has an access level: \`read\` looks, \`operate\` starts, stops and signals programs, \`admin\` changes the configuration in force or ends tsinit. A login
  has one of them, and each includes those before it. Too little is the fault NO_ACCESS.
- Methods with \`wait\` answer when it is known how that ended. A client that goes away meanwhile takes nothing back.
- While everything is being stopped, methods of \`supervisor\` answer SHUTDOWN_STATE.
- What programs write need not be UTF-8, nor fit into XML: what does not is replaced by U+FFFD. supervisord answers 500 instead.
- One answer holds at most 16 MiB of a log; ask again from a later offset for more. A log that goes to the container's output, not to a file, is kept in memory: its
  last 64 KiB can be read.
- Requests are refused (400) when they hold a document type, nest deeper than 32 elements, or hold more than 50,000; (413) beyond 2 MiB. A multicall makes at most
  1,000 calls, and stops collecting answers at 32 MiB.

## Other addresses

| address | |
| --- | --- |
| \`GET /logtail/NAME\`, \`/logtail/NAME/stdout\`, \`/logtail/NAME/stderr\` | the last kilobyte of a program's log, then what is added to it, through rotation and truncation, until the client goes |
| \`GET /mainlogtail\` | the same for the supervisor's own log |
| \`GET /\`, \`/index.html\` | the status page: every process, why it does not run, and buttons for those who may use them |
| \`GET /tail.html?processname=NAME&limit=BYTES\` | the end of a program's output as a page |
| \`GET /ok.html\` | \`OK\`, for those who watch |

Buttons act by POST with a token of the page. \`GET /index.html?action=ACTION&processname=NAME\`, with \`start\`, \`stop\`, \`restart\`, \`clearlog\`, or without a name \`stopall\` and
\`restartall\`, does the same for scripts and leads to the page with supervisord's message; a browser gets 403 for it, since pages elsewhere could send it here.

## Methods
`;

const heading: Readonly<Record<string, string>> = {
  supervisor: '### `supervisor`: as in supervisord',
  tsinit: '### `tsinit`: beyond supervisord',
  system: '### `system`: about the methods',
};

const rows = methodTable({ names: () => [], find: () => null, call: () => fault('FAILED') });

const showParameter = ({ name, type, fallback }: Parameter<unknown>): string =>
  fallback === undefined ? `${type} ${name}` : `${type} ${name} = ${JSON.stringify(fallback)}`;

const showMethod = ({ name, params, returns, access, help }: Method): string =>
  `| \`${name.replace(/^\w+\./u, '')}(${params.map(showParameter).join(', ')})\` | ${returns} | ${access} | ${cell(describe({ params, help }))} |`;

/** Aliases share their row's help. */
const describe = ({ params, help }: Pick<Method, 'params' | 'help'>): string => {
  const told = params.map(({ name, doc }) => `\`${name}\`: ${doc}`).join('; ');
  return told === '' ? help : `${help} ${told}.`;
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

const namespaces = Object.entries(heading).map(([namespace, title]) => {
  const members = rows.filter(({ name }) => name.startsWith(`${namespace}.`)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return [title, '', '| method | returns | access | |', '| --- | --- | --- | --- |', ...members.map(showMethod), ''].join('\n');
});

const faults = ['## Faults', '', '| code | name |', '| --- | --- |', ...Object.entries(FAULT_CODES).map(([name, code]) => `| ${code} | ${name} |`), ''].join(
  '\n',
);

writeFileSync(join(root, 'docs/api.md'), [INTRODUCTION, ...namespaces, faults].join('\n'));
