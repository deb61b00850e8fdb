/** What supervisord says of its control interfaces when it starts, for those who look for it in the log. They are opened a moment later. */
import type { Model } from '../../config/model/model.ts';
import type { Message } from '../configuration/configuration.ts';

export const serverLines = ({ servers, hasSupervisorMethods }: Model): readonly Message[] =>
  servers.flatMap(({ section, credentials, kind }): readonly Message[] => [
    ...(hasSupervisorMethods ? [{ level: 'info', text: "RPC interface 'supervisor' initialized" } as const] : []),
    // An abstract socket asks who the other end is instead.
    ...(credentials === null && kind !== 'abstract'
      ? [{ level: 'critical', text: `Server '${section}' running without any HTTP authentication checking` } as const]
      : []),
  ]);
