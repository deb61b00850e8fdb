/** Wiring of [notify:x]: webhooks by Node, commands by init, mail by a bundle of its own. Loaded when a configuration has any. */
import { hostname } from 'node:os';
import type { Mail } from '../../config/model/notifier-model.ts';
import type { Engine } from '../../engine/engine.ts';
import { createNotifiers, type Deliver, type Notifiers } from '../../engine/publish/notifiers.ts';
import type { OutputPort } from '../../engine/ports.ts';
import type { Publisher } from '../../engine/publish/publisher.ts';
import { taskProblem } from '../../engine/tasks.ts';
import { activeClock } from '../../kernel/clock.ts';
import { post } from '../../kernel/probes/webhook.ts';
import { bodyOf, type Letter, subjectOf, textOf } from '../../world/events/notifiers/letter.ts';
import { loadMail } from './late-mail.ts';

/** The kernel takes at most twice as much for one variable. */
const MOST_VARIABLE = 65_536;

type Done = (problem: string | null) => void;

export const startNotifiers = (engine: Engine, events: Publisher, notice: OutputPort['notice']): Notifiers => {
  const host = hostname();

  const deliver: Deliver = ({ spec: { webhook, command, mail, timeoutMs }, means }, messages, leftOut, done) => {
    const letter = { identifier: engine.plan().model.supervisor.identifier, host, messages, leftOut };
    if (means === 'webhook' && webhook !== null) post({ ...webhook, body: `${JSON.stringify(bodyOf(letter))}\n`, timeoutMs }, done);
    if (means === 'mail' && mail !== null) void sendMail(mail, letter, timeoutMs, done);
    if (means !== 'command' || command === null) return;
    const task = { name: 'the command of a notifier', argv: command, timeoutMs, variables: variablesOf(letter) };
    engine.startOwnTask(task, (end) => done(taskProblem(task, end)));
  };

  return createNotifiers({ clock: activeClock, wallMs: Date.now, onEvent: events.onEvent, deliver, notice });
};

const sendMail = async (mail: Mail, letter: Letter, timeoutMs: number, done: Done): Promise<void> => {
  const bundle = await loadMail();
  done(await bundle.sendMail(mail, { subject: subjectOf(letter), text: textOf(letter), timeoutMs }));
};

/** As many events as fit. */
const variablesOf = (letter: Letter): Readonly<Record<string, string>> => {
  let { messages, leftOut } = letter;
  for (;;) {
    const body = JSON.stringify(bodyOf({ ...letter, messages, leftOut }));
    if (Buffer.byteLength(body) <= MOST_VARIABLE) return { TSINIT_TEXT: textOf({ ...letter, messages, leftOut }), TSINIT_NOTIFICATION: body };
    const dropped = Math.ceil(messages.length / 2);
    messages = messages.slice(dropped);
    leftOut += dropped;
  }
};
