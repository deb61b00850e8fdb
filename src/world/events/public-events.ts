/**
 * What happens, as those outside hear of it: event listeners by supervisord's names and payloads, our own stream as JSON. Data only; who
 * hears what is decided in listeners/.
 */
import type { LimitAction } from '../../config/model/service-model.ts';
import type { Transition } from '../show/views.ts';

export type Channel = 'stdout' | 'stderr';

export type PublicEvent =
  | { readonly type: 'processState'; readonly transition: Transition }
  | {
      readonly type: 'processLog' | 'processCommunication';
      readonly group: string;
      readonly name: string;
      readonly pid: number;
      readonly channel: Channel;
      /** As read or captured; may be cut anywhere. Belongs to the event. */
      readonly data: Uint8Array;
    }
  | { readonly type: 'remoteCommunication'; readonly kind: string; readonly data: string }
  | { readonly type: 'supervisorState'; readonly state: 'RUNNING' | 'STOPPING' }
  /** `whenSeconds`: since the epoch, a multiple of the period. */
  | { readonly type: 'tick'; readonly period: 5 | 60 | 3600; readonly whenSeconds: number }
  /** It uses more than it may: bytes, or percent of one processor. */
  | {
      readonly type: 'processLimit';
      readonly limit: 'memory' | 'cpu';
      readonly group: string;
      readonly name: string;
      readonly pid: number;
      readonly used: number;
      readonly most: number;
      /** What is done about it. */
      readonly action: LimitAction;
    }
  | { readonly type: 'groupAdded' | 'groupRemoved'; readonly group: string };
