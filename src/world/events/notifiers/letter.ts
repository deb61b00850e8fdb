/** What a notification says as a whole: the JSON object of webhooks and commands, subject and text of mail. */

/** `happened` is the event as docs/events.md has it. */
export type Message = { readonly text: string; readonly happened: Readonly<Record<string, unknown>> };

export type Letter = {
  readonly identifier: string;
  readonly host: string;
  readonly messages: readonly Message[];
  /** Events that there was no room for. */
  readonly leftOut: number;
};

/** `text` is where chat services look for it. */
export const bodyOf = ({ identifier, host, messages, leftOut }: Letter): Readonly<Record<string, unknown>> => ({
  text: `[${host}] ${linesOf(messages, leftOut).join('\n')}`,
  identifier,
  host,
  left_out: leftOut,
  events: messages.map(({ text, happened }) => ({ ...happened, text })),
});

export const subjectOf = ({ host, messages }: Letter): string => {
  const [first] = messages;
  const more = messages.length > 1 ? ` (and ${messages.length - 1} more)` : '';
  return oneLine(`[${host}] ${first?.text ?? ''}`).slice(0, LONGEST_SUBJECT) + more;
};

export const textOf = ({ messages, leftOut }: Letter): string => linesOf(messages, leftOut).join('\n');

const LONGEST_SUBJECT = 150;

const linesOf = (messages: readonly Message[], leftOut: number): readonly string[] => [
  ...messages.map(({ text }) => text),
  ...(leftOut === 0 ? [] : [`${leftOut} earlier ${leftOut === 1 ? 'event' : 'events'} left out`]),
];

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');
