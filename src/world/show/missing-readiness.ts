/** What a run still owes to be ready, in words. */
import type { ReadyOn } from '../../config/model/service-model.ts';

/** Null: nothing that comes from outside. */
export const missingReadiness = (readyOn: ReadyOn): string | null => {
  switch (readyOn.kind) {
    case 'started':
    case 'exit':
      return null;
    case 'check':
      return 'no health check has succeeded yet';
    case 'notify':
      return 'it has not said READY=1 on NOTIFY_SOCKET yet';
    case 'fd':
      return `it has not written a newline to descriptor ${readyOn.descriptor} yet`;
    case 'log':
      return `no line of its output has matched ${readyOn.pattern} yet`;
  }
};
