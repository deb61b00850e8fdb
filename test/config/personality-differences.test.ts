/** What `tsinit check` tells about a file that was written for supervisord: each difference once, and none that is none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { personalityDifferences } from '../../src/config/personality-differences.ts';
import { modelOf } from './world.ts';

const PLACE = { file: '/etc/t.conf', line: 1 };
const ALWAYS = [/^HUP restarts the groups/, /^other signals, such as USR1/];

const differences = (text: string): readonly string[] =>
  personalityDifferences(modelOf(text), modelOf(text, { personality: 'supervisord' }), PLACE).map(({ place, message }) => `${place.line} ${message}`);

const SAME_SERVER =
  '[supervisord]\nnodaemon=true\nexit_policy=never\nlogfile=/var/log/s.log\npidfile=/tmp/p\nminfds=1\nminprocs=1\n[program:p]\ncommand=true\nstopasgroup=true\nkillasgroup=true\nstdout_logfile=NONE\nstderr_logfile=NONE\n';

const check = (found: readonly string[], expected: readonly RegExp[]): void => {
  assert.equal(found.length, expected.length, found.join('\n'));
  expected.forEach((pattern, index) => assert.match(found[index]?.replace(/^\d+ /, '') ?? '', pattern));
};

test('all that defaults make otherwise, with the place of the section', () => {
  const found = differences(
    '[supervisord]\n[program:a]\ncommand=true\n[program:b]\ncommand=true\nnumprocs=2\nprocess_name=%(program_name)s_%(process_num)d\nredirect_stderr=true\n',
  );
  check(found, [
    /^exits by itself \(exit_policy=all\)/,
    /^its own lines go to the container's stderr.*\/supervisord\.log$/,
    /^no process id file is written; supervisord writes \/supervisord\.pid$/,
    /^programs keep the file mode mask/,
    /^stays in the foreground/,
    /^the limit of open files .* 1024$/,
    /^the limit of processes .* 200$/,
    ...ALWAYS,
    /^groups of equal priority stop together/,
    ...['a', 'a', 'a', 'a', 'a', 'b', 'b', 'b', 'b'].map((name) => new RegExp(`^${name}: `)),
  ]);
  assert.deepEqual(
    found.map((line) => Number.parseInt(line, 10)),
    [...Array.from({ length: 10 }, () => 1), 2, 2, 2, 2, 2, 4, 4, 4, 4],
  );
});

test('what the file says itself is no difference', () => check(differences(SAME_SERVER), ALWAYS));

test('the container’s streams, commands and environments that are read otherwise', () => {
  const more = 'command=sh -c "a ; b"\nstdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0\nenvironment=A="\'q\'",B=c\n';
  const found = differences(SAME_SERVER.replace('command=true\n', more).replace('stdout_logfile=NONE\n', ''));
  check(found.slice(2), [
    /^p: lines of stdout get the program's name in front/,
    /^p: runs 'sh -c a ; b'; supervisord reads the command as ''$/,
    /^p: reads environment otherwise: A is ''q'', under supervisord 'q'$/,
  ]);
});

test('what only one of the two has', () => {
  const ours = modelOf(SAME_SERVER);
  const theirs = modelOf(SAME_SERVER, { personality: 'supervisord' });
  const server = { ...theirs.supervisor, logFile: null, pidFile: null };
  const found = personalityDifferences(ours, { ...theirs, supervisor: server, groups: [] }, PLACE).map(({ message }) => message);
  assert.ok(found.some((message) => message.endsWith('dated lines to ')));
  assert.ok(found.some((message) => message.endsWith('supervisord writes ')));

  const withEnvironment = (model: typeof ours, environment: Record<string, string>): typeof ours => ({
    ...model,
    groups: model.groups.map((group) => ({ ...group, processes: group.processes.map((spec) => ({ ...spec, environment })) })),
  });
  const [sentence] = personalityDifferences(withEnvironment(ours, { A: '1' }), withEnvironment(theirs, { B: '2' }), PLACE)
    .map(({ message }) => message)
    .filter((message) => message.includes('environment'));
  assert.match(sentence ?? '', /A is '1', under supervisord '', B is '', under supervisord '2'/);
});
