/** What is made public when, and that nothing is done while nobody would hear of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GroupSpec } from '../../../src/config/model/model.ts';
import type { NewsItem, PlanItem } from '../../../src/engine/news.ts';
import { createPublisher } from '../../../src/engine/publish/publisher.ts';
import type { Plan } from '../../../src/world/plan.ts';
import type { PublicEvent } from '../../../src/world/events/public-events.ts';

const planOf = (...groups: readonly Partial<GroupSpec>[]): Plan =>
  ({
    model: { supervisor: { identifier: 'me' }, groups: groups.map((group) => ({ kind: 'program', priority: 1, processes: [], ...group })) },
    processes: [],
  }) as unknown as Plan;

const LISTENER = {
  name: 'lis',
  kind: 'eventlistener',
  events: ['TICK_5', 'PROCESS_GROUP'],
  bufferSize: 3,
  processes: [{ name: 'lis' }],
} as unknown as Partial<GroupSpec>;

/** A publisher in a world where a test is the clock. */
const create = () => {
  const watchers = new Set<(item: NewsItem) => void>();
  const planWatchers: ((item: PlanItem) => void)[] = [];
  const timers = new Set<() => void>();
  const notices: string[] = [];
  const written: string[] = [];
  let wallMs = 7_000;
  const publisher = createPublisher({
    watch: (listener) => {
      watchers.add(listener);
      return () => void watchers.delete(listener);
    },
    watchPlans: (listener) => void planWatchers.push(listener),
    clock: {
      nowMs: () => 0,
      at: (_, callback) => {
        timers.add(callback);
        return () => void timers.delete(callback);
      },
    },
    wallMs: () => wallMs,
    write: (_, bytes) => {
      written.push(new TextDecoder().decode(bytes));
      return 'written';
    },
    notice: (level, text) => void notices.push(`${level}: ${text}`),
  });
  return {
    publisher,
    written,
    notices,
    costs: () => [watchers.size, timers.size],
    changePlan: (item: Omit<PlanItem, 'type'>) => planWatchers.forEach((watcher) => watcher({ type: 'plan', ...item })),
    news: (item: NewsItem) => watchers.forEach((watcher) => watcher(item)),
    passTo: (toMs: number) => {
      wallMs = toMs;
      const due = [...timers];
      timers.clear();
      for (const callback of due) callback();
    },
  };
};

const heardBy = (
  publisher: ReturnType<typeof create>['publisher'],
  ...wanted: Parameters<typeof publisher.onEvent>[1] & object
): { readonly events: PublicEvent[]; readonly end: () => void } => {
  const events: PublicEvent[] = [];
  return { events, end: publisher.onEvent((event) => void events.push(event), wanted.length === 0 ? undefined : wanted) };
};

test('without a listener nothing is watched, also after one has gone', () => {
  const { publisher, costs } = create();
  publisher.begin(planOf({ name: 'a' }), false);
  assert.deepEqual(costs(), [0, 0]);
  const one = heardBy(publisher, 'PROCESS_STATE');
  assert.deepEqual(costs(), [1, 0], 'no timer for who does not want ticks');
  const other = heardBy(publisher);
  assert.deepEqual(costs(), [1, 1]);
  assert.deepEqual([publisher.wants('PROCESS_LOG_STDOUT'), publisher.isHeard()], [true, true]);
  other.end();
  one.end();
  assert.deepEqual([costs(), publisher.wants('PROCESS_LOG_STDOUT'), publisher.isHeard()], [[0, 0], false, false]);
});

test('a tick is told when the clock enters another slice, once, however late', () => {
  const { publisher, passTo } = create();
  const { events } = heardBy(publisher, 'TICK');
  passTo(9_999);
  passTo(10_001);
  passTo(14_000);
  passTo(61_000);
  assert.deepEqual(events, [
    { type: 'tick', period: 5, whenSeconds: 10 },
    { type: 'tick', period: 5, whenSeconds: 60 },
    { type: 'tick', period: 60, whenSeconds: 60 },
  ]);
});

test('the stop of everything is told when it begins', () => {
  const { publisher, news } = create();
  const { events } = heardBy(publisher);
  news({ type: 'phase', from: 'running', to: 'reloading' });
  news({ type: 'phase', from: 'running', to: 'restarting' });
  news({ type: 'phase', from: 'running', to: 'stopping' });
  assert.deepEqual(events, [
    { type: 'supervisorState', state: 'STOPPING' },
    { type: 'supervisorState', state: 'STOPPING' },
  ]);
});

test('a pool hears of itself and of all groups that come after it', () => {
  const { publisher, written } = create();
  publisher.begin(planOf({ name: 'a' }, LISTENER, { name: 'z' }), false);
  publisher.hear('lis', 'lis', 1, new TextEncoder().encode('READY\n'), 1);
  assert.deepEqual(written, []);
  publisher.resume({ states: [] } as never);
  assert.deepEqual([publisher.isListener('lis'), publisher.isListener('a')], [true, false]);
});

test('groups that come and go with another plan are told; a whole restart begins anew', () => {
  const { publisher, changePlan } = create();
  const [first, second] = [planOf({ name: 'a' }), planOf({ name: 'b' })];
  publisher.begin(first, false);
  const { events } = heardBy(publisher);
  changePlan({ from: first, to: second, isWhole: false });
  changePlan({ from: second, to: second, isWhole: true });
  assert.deepEqual(events, [
    { type: 'groupRemoved', group: 'a' },
    { type: 'groupAdded', group: 'b' },
    { type: 'groupAdded', group: 'b' },
    { type: 'supervisorState', state: 'RUNNING' },
  ]);
});

test('an event that no listener could take is dropped with a line', () => {
  const { publisher, notices } = create();
  publisher.begin(planOf({ ...LISTENER, events: ['REMOTE_COMMUNICATION'] } as never), true);
  publisher.publish({ type: 'remoteCommunication', kind: 'k', data: 'x'.repeat(1_000_001) });
  assert.deepEqual(notices, ['error: discarding an event REMOTE_COMMUNICATION of 1000008 bytes: at most 1000000 can be sent to listeners']);
});
