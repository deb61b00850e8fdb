/** The worked examples of docs/examples, run as their Dockerfiles run them, with the real servers of Debian's packages. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Container, startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { isInPath, projectRoot } from '../support/fixtures.ts';

const examples = join(projectRoot, 'docs', 'examples');
/** Below the range that the kernel gives to connections. */
const port = 12_000 + (process.pid % 10_000);

const needs = (...wanted: readonly string[]): string | false => {
  const missing = ['nsenter', ...wanted].filter((each) => (each.startsWith('/') ? !existsSync(each) : !isInPath(each)));
  if (process.getuid?.() !== 0) return 'needs root';
  return missing.length > 0 && `not installed: ${missing.join(', ')}`;
};

const withLimit = (skip: string | false): { readonly timeout: number; readonly skip: string | false } => ({ timeout: 300_000, skip });

/** What ENV of the Dockerfile sets, so that none can be forgotten there. */
const environmentOf = (name: string): Readonly<Record<string, string>> => {
  const words =
    readFileSync(join(examples, name, 'Dockerfile'), 'utf8')
      .match(/^ENV (.*)$/m)?.[1]
      ?.split(' ') ?? [];
  return Object.fromEntries(words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
};

/** The command line for a configuration in its folder. */
type WordsOf = (file: string, folder: string) => readonly string[];

/** A copy that the programs' users can read, with places of the test's own. */
const runExample = (t: TestContext, name: string, places: Readonly<Record<string, string>>, wordsOf: WordsOf = (file) => ['-c', file]): Promise<Container> => {
  const folder = join(temporaryFolder(t), name);
  cpSync(join(examples, name), folder, { recursive: true });
  const declared = environmentOf(name);
  for (const place of Object.keys(places)) assert.ok(place in declared, `the Dockerfile of ${name} does not set ${place}`);
  const env = { PATH: process.env['PATH'] ?? '/bin:/usr/bin', ...declared, ...places };
  return startContainer(t, [tsinit, ...wordsOf(join(folder, 'tsinit.conf'), folder)], { env });
};

const folderOf = (t: TestContext, user: string): string => {
  const path = join(temporaryFolder(t), 'place');
  mkdirSync(path, { mode: 0o700 });
  const [uid, gid] = ['-u', '-g'].map((which) => Number(execFileSync('id', [which, user], { encoding: 'utf8' })));
  chownSync(path, uid ?? 0, gid ?? 0);
  return path;
};

const page = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })).text();

/** Asks again until the answer is so: what was killed takes its time to come back. */
const pageLike = async (path: string, pattern: RegExp): Promise<void> => {
  for (;;) {
    if (pattern.test(await page(path).catch(String))) return;
    await new Promise((resolve) => void setTimeout(resolve, 50));
  }
};

const kill = (container: Container, pattern: RegExp): void => {
  // Children of a program may for a moment look like itself.
  const victim = container.processes().find(({ parent, command }) => parent === 1 && pattern.test(command));
  assert.ok(victim !== undefined, `nothing like ${pattern} runs`);
  execFileSync('nsenter', ['-t', String(container.pid), '-p', '-m', 'sh', '-c', `kill -KILL ${victim.pid}`]);
};

/** Stops it, and expects these to be the last that end, in this order. */
const stopsInOrder = async (container: Container, ...order: readonly string[]): Promise<void> => {
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0, container.stderr.text());
  const told = container.stderr.lines.flatMap((line) => line.match(/ stopped: (\S+)/)?.[1] ?? []);
  assert.deepEqual(told.slice(-order.length), order, container.stderr.text());
};

test('nginx-php: a page through both, PHP comes back, nginx is stopped first', withLimit(needs('nginx', 'php-fpm8.2')), async (t) => {
  const container = await runExample(t, 'nginx-php', { RUN: folderOf(t, 'www-data'), PORT: String(port) });
  await container.stderr.line(/ready: web/);
  assert.match(await page('/one'), /hello from fpm-fcgi/);
  await container.stderr.line(/^php +\| .*asked for \/one/);
  await container.stdout.line(/^web +\| GET \/one HTTP\/1.1 200$/);
  kill(container, /php-fpm: master/);
  await container.stderr.line(/ready: php/, 2);
  await pageLike('/two', /hello from fpm-fcgi/);
  kill(container, /nginx: master/);
  await container.stderr.line(/ready: web/, 2);
  await pageLike('/three', /hello from fpm-fcgi/);
  await stopsInOrder(container, 'web', 'php');
  assert.doesNotMatch(container.stderr.text(), /web +\| .*asked for/);
});

const postgres = needs('/usr/lib/postgresql/15/bin/postgres', '/usr/lib/python3/dist-packages/psycopg2', 'runuser');

test('postgres-app: migrated before the application starts; both come back', withLimit(postgres), async (t) => {
  const places = { PGDATA: folderOf(t, 'postgres'), PGHOST: folderOf(t, 'postgres') };
  execFileSync('chmod', ['755', places.PGHOST]);
  const container = await runExample(t, 'postgres-app', { ...places, PORT: String(port) });
  await container.stderr.line(/ready: app/);
  const events = container.stderr.lines.flatMap((line) => line.match(/ready: db|completed: migrate \(exit status 0|spawned: 'app'/)?.[0] ?? []);
  assert.deepEqual(events, ['ready: db', 'completed: migrate (exit status 0', "spawned: 'app'"], container.stderr.text());
  assert.equal(await page('/hello'), '1 visits\n');
  const psql = ['-u', 'postgres', '--', 'psql', '-h', places.PGHOST, '-d', 'postgres', '-Atc', 'SELECT path FROM visits'];
  assert.equal(execFileSync('runuser', psql, { encoding: 'utf8' }), '/hello\n');
  kill(container, /bin\/postgres -k/);
  await container.stderr.line(/ready: db/, 2);
  await pageLike('/', /^1 visits$/m);
  kill(container, /app\.py/);
  await container.stderr.line(/ready: app/, 2);
  await pageLike('/', /^1 visits$/m);
  await stopsInOrder(container, 'app', 'db');
  assert.match(container.stderr.text(), /db +\| .*database system is shut down/);
});

test('redis-workers: no job is lost though a worker and Redis are killed; the clock reports', withLimit(needs('redis-server', 'redis-cli')), async (t) => {
  const [data, place] = [folderOf(t, 'redis'), folderOf(t, 'redis')];
  execFileSync('chmod', ['755', place]);
  const socket = join(place, 'redis.sock');
  const container = await runExample(t, 'redis-workers', { DATA: data, SOCKET: socket, REPORT: '* * * * * *' });
  const ask = (...words: readonly string[]): string =>
    execFileSync('redis-cli', ['-e', '-s', socket, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const isAnswered = (): boolean => {
    try {
      return ask('ping') === 'PONG\n';
    } catch {
      return false;
    }
  };
  await container.stderr.line(/running: (?:workers?:)?worker-2\b/);
  ask('lpush', 'jobs', ...Array.from({ length: 20 }, (_, number) => `job-${number}`));
  for (let number = 0; number < 20; number += 1) await container.stdout.line(new RegExp(`^worker:worker-\\d +\\| did job-${number}$`));
  kill(container, /worker\.sh worker-2/);
  kill(container, /redis-server/);
  await container.stderr.line(/ready: redis/, 2);
  await until(isAnswered);
  ask('lpush', 'jobs', 'last');
  await container.stdout.line(/^worker:worker-\d +\| did last$/);
  await container.stdout.line(/^report +\| done so far: 21$/);
  await stopsInOrder(container, 'redis');
});

const ciNeeds = needs('/usr/lib/postgresql/15/bin/postgres', 'psql', 'pg_isready', 'redis-server', 'redis-cli');

test('ci-run: the tests find everything up, their code is the exit code, and the result is written', withLimit(ciNeeds), async (t) => {
  const result = join(temporaryFolder(t), 'result.xml');
  const run = async (first: string): Promise<Container> => {
    const sockets = folderOf(t, 'postgres');
    const redis = folderOf(t, 'redis');
    for (const folder of [sockets, redis]) execFileSync('chmod', ['755', folder]);
    const places = { PGDATA: folderOf(t, 'postgres'), PGHOST: sockets, REDIS_SOCKET: join(redis, 'redis.sock') };
    return runExample(t, 'ci-run', places, (file, folder) => ['ci', '-c', file, '--junit', result, '--', 'env', `FIRST=${first}`, join(folder, 'test.sh')]);
  };
  const good = await run('1');
  assert.equal(await good.ended, 0, good.stderr.text());
  assert.deepEqual(
    good.stdout.lines.filter((line) => line.startsWith('ok: ')),
    ['ok: the schema is there', 'ok: the queue keeps the order'],
  );
  assert.match(readFileSync(result, 'utf8'), /<testsuite name="tsinit ci" tests="5" failures="0"/);
  const bad = await run('2');
  assert.equal(await bad.ended, 1, bad.stderr.text());
  assert.match(readFileSync(result, 'utf8'), /<failure message="the test command failed: exit status 1">ok: the schema is there&#10;not ok: /);
});
