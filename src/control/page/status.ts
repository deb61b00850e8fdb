/** The status page: every process, the state it is in and why, and buttons for those who may use them. It works without scripts. */
import type { ProcessView } from '../../world/show/views.ts';
import { reportText } from '../../world/show/report.ts';
import { byName } from '../api/names.ts';
import { isRunning } from '../api/states.ts';
import type { ControlPort } from '../port.ts';
import { document, html } from './html.ts';
import type { Html } from './html.ts';

export type StatusPage = {
  readonly message: string | null;
  /** Null: no buttons. */
  readonly token: string | null;
};

export const statusPage = (port: ControlPort, { message, token }: StatusPage): string => {
  const views = byName(port);
  const { identifier, version } = port.about();
  const table = views.length === 0 ? html`<p>There are no programs.</p>` : tableOf(port, views, token !== null);
  return document(
    `${identifier}: status`,
    html`<header><h1>${identifier}</h1><p>${summaryOf(views)}</p></header>
<main>
${message === null ? html`` : html`<p class="message" role="status">${message}</p>`}
<nav><a href="index.html">Refresh</a>${port.mainLog() === null ? html`` : html` <a href="mainlogtail">Supervisor's log</a>`}</nav>
${token === null ? table : formOf(table, token)}
</main>
<footer>tsinit ${version}</footer>`,
  );
};

const formOf = (table: Html, token: string): Html => html`<form method="post" action="index.html">
<input type="hidden" name="token" value="${token}">
<p class="all"><button name="action" value="restartall">Restart all</button> <button name="action" value="stopall">Stop all</button></p>
${table}
</form>`;

const tableOf = (port: ControlPort, views: readonly ProcessView[], hasButtons: boolean): Html => html`<table>
<caption>Processes</caption>
<thead><tr><th scope="col">State</th><th scope="col">Name</th><th scope="col">Description</th>${hasButtons ? html`<th scope="col">Actions</th>` : html``}<th scope="col">Logs</th></tr></thead>
<tbody>
${views.map((view) => rowOf(port, view, hasButtons))}
</tbody>
</table>`;

const rowOf = (port: ControlPort, view: ProcessView, hasButtons: boolean): Html => {
  const name = encodeURIComponent(view.fullName);
  const reason = view.state === 'RUNNING' ? reportText(view.report).slice(2) : port.why(view.index);
  return html`<tr>
<td><span class="state ${kindOf(view)}">${view.state.toLowerCase()}</span></td>
<th scope="row"><a href="tail.html?processname=${name}">${view.fullName}</a></th>
<td>${view.description} ${reason === '' ? html`` : html`<span class="why">${reason}</span>`}</td>
${hasButtons ? html`<td class="actions">${buttonsOf(view)}</td>` : html``}
<td class="logs">${channelsOf(port, view).map((channel) => html`<a href="logtail/${name}/${channel}" aria-label="follow ${channel} of ${view.fullName}">${channel}</a> `)}</td>
</tr>
`;
};

const channelsOf = (port: ControlPort, { index }: ProcessView): readonly ('stdout' | 'stderr')[] =>
  (['stdout', 'stderr'] as const).filter((channel) => port.log(index, channel) !== null);

const buttonsOf = (view: ProcessView): readonly Html[] => {
  const name = encodeURIComponent(view.fullName);
  return actionsOf(view).map(
    ([action, label]) =>
      html`<button name="action" value="${action}" formaction="index.html?processname=${name}" aria-label="${label} ${view.fullName}">${label}</button> `,
  );
};

const actionsOf = (view: ProcessView): readonly (readonly [string, string])[] => {
  const clear = ['clearlog', 'Clear log'] as const;
  if (view.state === 'RUNNING') return [...(view.canReload ? ([['reload', 'Reload']] as const) : []), ['restart', 'Restart'], ['stop', 'Stop'], clear];
  if (isRunning(view)) return [['stop', 'Stop'], clear];
  return view.state === 'STOPPING' ? [clear] : [['start', 'Start'], clear];
};

const kindOf = ({ state }: ProcessView): string =>
  state === 'RUNNING' ? 'good' : state === 'FATAL' || state === 'BACKOFF' || state === 'UNKNOWN' ? 'bad' : 'calm';

const summaryOf = (views: readonly ProcessView[]): string => {
  const counts = Map.groupBy(views, ({ state }) => state.toLowerCase());
  return [...counts].map(([state, all]) => `${all.length} ${state}`).join(', ');
};
