/** Where a stream's settings send it: an outbox, a file (one sink for all streams of one path), or nowhere. */
import type { LogSettings } from '../../config/model/model.ts';
import type { Clock } from '../../kernel/kernel.ts';
import type { Native } from '../../kernel/native.ts';
import { AUTO_LOG_MODE } from './auto-logs.ts';
import { TARGET } from '../read/capture.ts';
import { descriptorOf } from './descriptor-path.ts';
import { openFileSink } from './file-sink.ts';
import type { FileSink } from './file-sink.ts';
import type { StreamName } from '../box/slots.ts';

/** What the settings of a stream mean. `forbidden`: a descriptor of ours that is nobody's business. */
export type Place =
  | { readonly kind: 'container'; readonly stream: StreamName }
  | { readonly kind: 'file'; readonly path: string; readonly mode: number }
  | { readonly kind: 'nowhere' }
  | { readonly kind: 'forbidden'; readonly path: string };

/** A sink beside the container's streams (`target`) gets the same bytes as they are. */
export type Route = { readonly target: number; readonly sink: FileSink | null };

export type Sinks = {
  readonly placeOf: (settings: LogSettings, stream: StreamName, process: string) => Place;
  readonly routeOf: (settings: LogSettings, stream: StreamName, process: string) => Route;
  /** One user of the route less. */
  readonly release: (route: Route) => void;
  /** Opens all files again: their names may mean other files now. */
  readonly reopen: () => void;
  /** Makes a file empty that is written to; returns what went wrong, or null. */
  readonly clear: (path: string) => string | null;
};

/** Why a path that names a descriptor of tsinit's is not a log. */
export const descriptorRefusal = (path: string, what: string): string =>
  `cannot write to ${path}: it names a descriptor, and only 1 and 2, the container's output, can be logs; ${what} is dropped`;

const LOG_MODE = 0o666;
const NO_PLACE: Place = { kind: 'nowhere' };
const NOWHERE: Route = { target: TARGET.NONE, sink: null };

/** `autoPath` names the file of an automatic log; null: there are none, the container's streams stand in. */
export type AutoPath = (process: string, stream: StreamName) => string | null;

export const createSinks = (
  native: Native,
  clock: Clock,
  isStripped: boolean,
  autoPath: AutoPath,
  onProblem: (text: string) => void,
  isExact = false,
): Sinks => {
  const files = new Map<string, { readonly sink: FileSink; users: number }>();

  const sinkOf = ({ path, mode }: Extract<Place, { readonly kind: 'file' }>, { maxBytes, backups }: LogSettings): FileSink => {
    let file = files.get(path);
    if (file === undefined) {
      file = { sink: openFileSink(native, clock, { path, maxBytes, backups, stripAnsi: isStripped, mode, isExact }, onProblem), users: 0 };
      files.set(path, file);
    }
    file.users += 1;
    return file.sink;
  };

  const placeOf: Sinks['placeOf'] = ({ target }, stream, process) => {
    switch (target.kind) {
      // What goes to syslog is sent by a tap; there is no log beside that.
      case 'none':
      case 'syslog':
        return NO_PLACE;
      case 'container':
        return target;
      case 'auto': {
        const path = autoPath(process, stream);
        return path === null ? { kind: 'container', stream } : { kind: 'file', path, mode: AUTO_LOG_MODE };
      }
      case 'file': {
        const descriptor = descriptorOf(target.path);
        if (descriptor === null) return { kind: 'file', path: target.path, mode: LOG_MODE };
        return descriptor === 'foreign' ? { kind: 'forbidden', path: target.path } : { kind: 'container', stream: descriptor };
      }
    }
  };

  return {
    placeOf,
    routeOf: (settings, stream, process) => {
      const place = placeOf(settings, stream, process);
      switch (place.kind) {
        case 'nowhere':
          return NOWHERE;
        case 'container':
          return containerRoute(place.stream);
        case 'file':
          return { sink: sinkOf(place, settings), target: settings.isAlsoShown ? containerRoute(stream).target : TARGET.FILE };
        case 'forbidden':
          onProblem(descriptorRefusal(place.path, 'output for it'));
          return NOWHERE;
      }
    },
    release: ({ sink }) => {
      const file = sink === null ? undefined : files.get(sink.path);
      if (file === undefined) return;
      file.users -= 1;
      if (file.users > 0) return;
      file.sink.close();
      files.delete(file.sink.path);
    },
    reopen: () => {
      for (const { sink } of files.values()) sink.reopen();
    },
    clear: (path) => files.get(path)?.sink.clear() ?? null,
  };
};

const containerRoute = (stream: StreamName): Route => ({ target: stream === 'stdout' ? TARGET.STDOUT : TARGET.STDERR, sink: null });
