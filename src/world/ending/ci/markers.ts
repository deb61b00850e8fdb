/** Lines that make logs foldable, as the runner at hand wants them: GitHub's and GitLab's; elsewhere none. */

export type Runner = 'github' | 'gitlab' | 'plain';

/** By the variables that runners set. */
export const runnerOf = (environment: Readonly<Record<string, string>>): Runner => {
  if (environment['GITHUB_ACTIONS'] === 'true') return 'github';
  return environment['GITLAB_CI'] === 'true' ? 'gitlab' : 'plain';
};

export type Section = 'services' | 'stop';

const TITLES: Readonly<Record<Section, string>> = { services: 'Services start', stop: 'Services stop' };

/** Whole lines; empty: the runner knows no sections. */
export const sectionBegin = (runner: Runner, section: Section, wallMs: number): string => {
  if (runner === 'github') return `::group::${TITLES[section]}\n`;
  return runner === 'gitlab' ? `${ERASE}section_start:${secondsOf(wallMs)}:tsinit_${section}[collapsed=true]\r${ERASE}${TITLES[section]}\n` : '';
};

export const sectionEnd = (runner: Runner, section: Section, wallMs: number): string => {
  if (runner === 'github') return '::endgroup::\n';
  return runner === 'gitlab' ? `${ERASE}section_end:${secondsOf(wallMs)}:tsinit_${section}\r${ERASE}\n` : '';
};

/** A failure where the runner shows it beside the code. */
export const annotation = (runner: Runner, why: string): string =>
  runner === 'github' ? `::error title=tsinit ci::${why.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}\n` : '';

const ERASE = '\u001b[0K';

const secondsOf = (wallMs: number): number => Math.floor(wallMs / 1000);
