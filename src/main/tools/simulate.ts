/** `tsinit simulate`: a configuration played on a virtual clock, with programs that do what a scenario says. Nothing is started. */
import { problemLines } from '../../cli/problems.ts';
import type { ProblemLine } from '../../cli/problems.ts';
import type { ConfigWorld } from '../../config/model/model.ts';
import { readVerbOptions } from '../../config/verb-options.ts';
import { makePlan } from '../../world/plan.ts';
import { cast } from '../../simulate/cast.ts';
import { playLife } from '../../simulate/life.ts';
import { readScenario } from '../../simulate/scenario.ts';
import type { ScenarioProblem } from '../../simulate/scenario.ts';
import { readConfiguration } from '../configuration/read-configuration.ts';

const GOOD = 0;
const BAD = 2;

/** `argv`: behind the verb. Returns the exit code: 2 for mistakes, whatever the simulated life comes to. */
export const runSimulation = (argv: readonly string[], world: ConfigWorld): number => {
  const words = readVerbOptions('simulate', argv, [
    { long: 'configuration', letter: 'c', takesValue: true },
    { long: 'scenario', letter: 's', takesValue: true },
  ]);
  if (!words.ok) return refuse([wordless(words.error)]);
  const { given, rest } = words.value;
  if (rest.length > 0) return refuse([wordless(`simulate: '${rest[0]}' is one word too many; see tsinit simulate --help`)]);
  const configuration = given.get('configuration');
  const { result } = readConfiguration(configuration === undefined ? [] : ['-c', configuration], 'tsinit', world);
  if (!result.ok) return refuse(result.problems);
  const file = given.get('scenario');
  const content = file === undefined ? { text: '' } : world.readFile(file);
  if ('error' in content) return refuse([wordless(`cannot read the scenario ${file}: ${content.error}`)]);
  const scenario = readScenario(content.text);
  if (!scenario.ok) return refuse(placed(file, scenario.error));
  const plan = makePlan(result.model, { stopGroupsOneByOne: false });
  const scripts = cast(plan, scenario.value);
  if (!scripts.ok) return refuse(placed(file, scripts.error));
  const { lines, exitCode } = playLife(plan, scripts.value, scenario.value);
  const last = exitCode === null ? [`it lives on after ${scenario.value.untilMs / 1000} seconds`] : [];
  process.stdout.write([...lines, ...last].map((line) => `${line}\n`).join(''));
  return GOOD;
};

const refuse = (problems: readonly ProblemLine[]): number => {
  process.stderr.write(problemLines(problems));
  return BAD;
};

const wordless = (message: string): ProblemLine => ({ severity: 'error', place: null, message });

const placed = (file: string | undefined, problems: readonly ScenarioProblem[]): readonly ProblemLine[] =>
  problems.map(({ line, message }) => ({ severity: 'error', place: { file: file ?? '', line }, message }));
