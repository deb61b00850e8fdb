/** The result of `tsinit ci` as JUnit XML, which every runner can show: one case for each service, one for the test command, one for what was left. */
import type { ProcessState } from '../../../process/types.ts';
import { fullName, type Plan } from '../../plan.ts';
import { INITIAL_STATE } from '../../../process/initial-state.ts';
import { type CiOutcome, failedServices, testIndex } from './outcome.ts';

export type CiFacts = {
  readonly outcome: CiOutcome;
  readonly durationMs: number;
  /** From its start to ready, of processes that came so far. */
  readonly readyAfterMs: ReadonlyMap<string, number>;
  readonly lastLinesOf: (index: number) => readonly string[];
};

type Case = {
  readonly suite: 'service' | 'test' | 'end';
  readonly name: string;
  readonly seconds: number;
  readonly failure: string | null;
  readonly isSkipped: boolean;
  readonly output: readonly string[];
};

export const junitXml = (plan: Plan, states: readonly ProcessState[], facts: CiFacts): string => {
  const cases = [...serviceCases(plan, states, facts), testCase(plan, states, facts), endCase(facts.outcome)];
  const failures = cases.filter(({ failure }) => failure !== null).length;
  const skipped = cases.filter(({ isSkipped }) => isSkipped).length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${secondsOf(facts.durationMs)}"`;
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuites name="tsinit ci" ${counts}>`, `  <testsuite name="tsinit ci" ${counts}>`];
  return `${[...lines, ...cases.map(caseXml), '  </testsuite>', '</testsuites>'].join('\n')}\n`;
};

const serviceCases = (plan: Plan, states: readonly ProcessState[], { readyAfterMs, lastLinesOf }: CiFacts): readonly Case[] => {
  const failed = new Map(failedServices(plan, states).map(({ index, why }) => [index, why]));
  return plan.processes.flatMap((spec, index) => {
    if (index === testIndex(plan) || states[index] === undefined || states[index].run === 0) return [];
    const failure = failed.get(index) ?? null;
    const seconds = (readyAfterMs.get(fullName(spec)) ?? 0) / 1000;
    return [{ suite: 'service', name: fullName(spec), seconds, failure, isSkipped: false, output: failure === null ? [] : lastLinesOf(index) }];
  });
};

const testCase = (plan: Plan, states: readonly ProcessState[], { outcome, lastLinesOf }: CiFacts): Case => {
  const index = testIndex(plan);
  const { run, startedAtMs, stoppedAtMs } = states[index] ?? INITIAL_STATE;
  const hasFailed = outcome.kind !== 'passed' && outcome.kind !== 'leftOver' && outcome.kind !== 'service';
  const isSkipped = outcome.kind === 'service';
  return {
    suite: 'test',
    name: plan.processes[index]?.command ?? '',
    seconds: run === 0 ? 0 : Math.max(0, stoppedAtMs - startedAtMs) / 1000,
    failure: hasFailed ? outcome.why : null,
    isSkipped,
    output: hasFailed ? lastLinesOf(index) : [],
  };
};

const endCase = ({ kind, why }: CiOutcome): Case => ({
  suite: 'end',
  name: 'nothing is left over',
  seconds: 0,
  failure: kind === 'leftOver' ? why : null,
  isSkipped: false,
  output: [],
});

const caseXml = ({ suite, name, seconds, failure, isSkipped, output }: Case): string => {
  const head = `    <testcase classname="tsinit.${suite}" name="${escaped(name)}" time="${seconds.toFixed(3)}"`;
  if (isSkipped) return `${head}><skipped/></testcase>`;
  if (failure === null) return `${head}/>`;
  return `${head}><failure message="${escaped(failure)}">${escaped(output.join('\n'))}</failure></testcase>`;
};

const secondsOf = (durationMs: number): string => (durationMs / 1000).toFixed(3);

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' };

/** What XML cannot hold at all is shown as a question mark. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex -- these are what XML forbids
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '?')
    .replaceAll(/[&<>"\n]/g, (character) => ENTITIES[character] as string);
