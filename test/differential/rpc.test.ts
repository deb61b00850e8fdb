/**
 * Python's own client asks supervisord and tsinit the same questions, with every method and every fault, and hears the same. Needs Debian's
 * package `supervisor`; says so and passes over when it is missing.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { ATTEMPTS, inAttempts } from './attempts.ts';
import { scenario } from './rpc/configuration.ts';
import { hold, talkTo } from './rpc/dialogue.ts';
import { connect } from './rpc/peer.ts';
import type { Said } from './rpc/peer.ts';
import { SUPERVISORD, startServer } from './server.ts';
import type { Which } from './server.ts';

const LIMIT_MS = 180_000;

type Line = { readonly question: string; readonly said: unknown };

const missing = (): string | false => {
  if (!existsSync(SUPERVISORD)) return `there is no ${SUPERVISORD}: install the package \`supervisor\`, the oracle of this test`;
  return process.getuid?.() === 0 ? false : 'only root can make the namespaces of this test';
};

test("Python's client hears the same from both", { skip: missing(), timeout: (ATTEMPTS + 1) * LIMIT_MS }, (t) =>
  inAttempts('XML-RPC', () => compare(t), console.log),
);

const compare = async (t: TestContext): Promise<void> => {
  const [theirs, ours] = await Promise.all([transcript(t, 'supervisord'), transcript(t, 'tsinit')]);
  assert.ok(theirs.length > 100, `only ${theirs.length} answers`);
  for (const [index, line] of theirs.entries()) {
    if (isBroken(line.said)) assert.ok(!isBroken(ours[index]?.said), `${line.question}: the listed difference rpc-always-answers does not show`);
    else assert.deepEqual(ours[index], line, line.question);
  }
  assert.ok(theirs.some(({ said }) => isBroken(said)));
  assert.equal(ours.length, theirs.length);
};

/** What supervisord says when it meets what it did not expect. */
const isBroken = (said: unknown): boolean => typeof said === 'object' && said !== null && 'status' in said && said.status === 500;

const transcript = async (t: TestContext, which: Which): Promise<readonly Line[]> => {
  const server = await startServer(t, which, scenario);
  const lines: Line[] = [];
  const client = await connect(t, server);
  await hold(talkTo(client, server.folder, (question, said) => void lines.push({ question, said: normalise(said, server.folder) })));
  server.stop();
  await server.container.ended;
  return lines;
};

/** Times, process numbers, the folder, and the order in which processes came to an end; nothing else. */
const normalise = (said: Said, folder: string): unknown =>
  withSortedResults(
    JSON.parse(
      JSON.stringify(said)
        .replaceAll(folder, 'DIR')
        .replaceAll(/,"tsinit\.\w+"/gu, '') // one more namespace is no difference for a client
        .replaceAll(/"(start|stop|now|pid)": ?[1-9]\d*/gu, '"$1":1')
        .replaceAll(/pid \d+, uptime \d+:\d\d:\d\d/gu, 'pid 1, uptime 0:00:00')
        .replaceAll(/[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M/gu, 'TIME')
        .replaceAll(/(---[^"]*?-)[a-z0-9_]{8}(\.log)/gu, '$1RANDOM8$2'),
    ) as unknown,
  );

const withSortedResults = (said: unknown): unknown =>
  Array.isArray(said) && said.every((each) => typeof each === 'object' && each !== null && 'status' in each)
    ? said.map((each) => JSON.stringify(each)).sort()
    : typeof said === 'object' && said !== null && 'value' in said
      ? { value: withSortedResults(said.value) }
      : said;
