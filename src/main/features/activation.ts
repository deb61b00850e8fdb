/** Wiring of starts by connections and files, and of stops for want of connections. Loaded when a configuration has any. */
import { resolve } from 'node:path';
import { watchConnections } from '../../engine/features/activation.ts';
import { followFiles } from '../../engine/features/file-triggers.ts';
import type { FilePorts } from '../../engine/features/file-triggers.ts';
import { stopIdle } from '../../engine/features/idle.ts';
import { activeClock } from '../../kernel/clock.ts';
import { countConnections } from '../../kernel/sockets/connections.ts';
import { watchFiles } from '../../kernel/files/file-watch.ts';
import type { Needed } from '../needs.ts';

export const startActivation = ({ engine, sockets, flush, notice }: Needed): void => {
  const { watch, plan, world, turn } = engine;
  const ports = { clock: activeClock, watch, plan, world, turn, notice };
  const holdAgain = (): void => {
    sockets.again();
    flush();
  };
  sockets.onAnswer(watchConnections({ ...ports, held: sockets.held, holdAgain }));
  stopIdle({ ...ports, connections: (requests) => countConnections(requests, sockets.inodeOf) });
  /** As the program itself would take them: from its directory, within its root. */
  const follow: FilePorts['follow'] = ({ directory, attributes: { root } }, patterns, onChanges, onProblem) => {
    const base = directory ?? plan().model.supervisor.directory ?? '.';
    const paths = patterns.map((pattern) => (root === null ? resolve(base, pattern) : `${root}${resolve('/', base, pattern)}`));
    return watchFiles(paths, activeClock, onChanges, onProblem);
  };
  followFiles({ ...ports, wallMs: Date.now, follow });
};
