/** Wiring of ca_file. Loaded when a configuration has one. */
import type { Engine } from '../../engine/engine.ts';
import type { OutputPort } from '../../engine/ports.ts';
import { trustFile } from '../../kernel/probes/trust.ts';
import type { Plan } from '../../world/plan.ts';

/** Each configuration's own file is read again with it. */
export const followTrust = (engine: Engine, notice: OutputPort['notice']): void => {
  const follow = ({ model: { supervisor } }: Plan): void => {
    const problem = supervisor.caFile === null ? null : trustFile(supervisor.caFile);
    if (problem !== null) notice('error', `cannot trust the certificates of ca_file: ${problem}`);
  };
  follow(engine.plan());
  engine.watchPlans(({ to }) => follow(to));
};
