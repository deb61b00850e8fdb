/**
 * Collects the problems of one reading, so that an operator sees all of them at once. Words follow the personality:
 * tsinit says what would be right, supervisord's texts are kept to the letter because scripts match them.
 */
import type { Place, Problem } from './model/model.ts';
import type { Personality } from './model/settings.ts';

export type Problems = {
  readonly personality: Personality;
  readonly list: Problem[];
  /** Messages in the list: the same option is read once for each of a program's processes; one mistake, one line. */
  readonly known: Set<string>;
};

/** Two wordings of one refusal: ours, and the one supervisord's users know. */
export type Wording = { readonly ours: string; readonly peer: string };

/** Of each severity: an endless list helps nobody. */
const MOST_PROBLEMS = 1000;

export function collectProblems(personality: Personality): Problems {
  return { personality, list: [], known: new Set() };
}

export function addError(problems: Problems, place: Place | null, wording: Wording): void {
  add(problems, 'error', place, wording);
}

export function addWarning(problems: Problems, place: Place | null, wording: Wording): void {
  add(problems, 'warning', place, wording);
}

export function hasErrors(problems: Problems): boolean {
  return problems.list.some((problem) => problem.severity === 'error');
}

function add(problems: Problems, severity: Problem['severity'], place: Place | null, wording: Wording): void {
  const message = problems.personality === 'tsinit' ? wording.ours : wording.peer;
  if (problems.known.has(message) || countOf(problems, severity) >= MOST_PROBLEMS) return;
  problems.known.add(message);
  problems.list.push({ severity, place, message });
}

function countOf({ list }: Problems, severity: Problem['severity']): number {
  return list.reduce((count, problem) => (problem.severity === severity ? count + 1 : count), 0);
}
