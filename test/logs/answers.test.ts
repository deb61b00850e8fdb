/** Who waits for a program's answers hears every piece exactly once, wherever the supervisor dies: a piece that comes again is known by its number. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogTarget } from '../../src/config/model/model.ts';
import { NO_EVENT_TAPS } from '../../src/logs/read/taps.ts';
import type { EventTaps } from '../../src/logs/read/taps.ts';
import { feed, logsIn, toStdout } from './support/settings.ts';
import { createWorld } from './support/simulated.ts';

class Crash extends Error {}

const SAID = ['READY\n', 'RESULT 2\n', 'OK', 'READY\nRESULT', ' 2\nOK'];

/** Dies after so many steps of its first life. Returns what has been heard, and whether it died. */
const play = (life: number, target: LogTarget): { readonly heard: string; readonly hasDied: boolean } => {
  const world = createWorld();
  let heard = { text: '', piece: -1 };
  let steps = 0;
  let hasDied = false;
  const step = (): void => {
    steps += 1;
    if (steps <= life || hasDied) return;
    hasDied = true;
    throw new Crash();
  };
  const events: EventTaps = {
    ...NO_EVENT_TAPS,
    isPrompt: () => true,
    hearerOf: (_process, _run, _stream, _settings, pieceOf) => (bytes, from, to) => {
      if (from === to) return;
      step();
      // Kept for a successor at one instant.
      if (pieceOf() !== heard.piece) heard = { text: heard.text + new TextDecoder().decode(bytes.subarray(from, to)), piece: pieceOf() };
      step();
    },
  };
  const live = (): void => {
    const logs = logsIn(world, { onStep: step, events }, step);
    if (hasDied) logs.resume();
    logs.attach(0, 1, 'ear', 'stdout', 10, { ...toStdout, target });
    if (hasDied) logs.settle();
    world.run();
    for (const chunk of SAID.slice(fed)) {
      fed += 1;
      feed(world, 10, chunk);
      world.run();
    }
  };
  let fed = 0;
  try {
    live();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    world.forget();
    live();
  }
  return { heard: heard.text, hasDied };
};

for (const target of [{ kind: 'container', stream: 'stdout' }, { kind: 'none' }] as const) {
  test(`answers that go to ${target.kind} are heard once`, () => {
    let life = 0;
    for (; ; life += 1) {
      const { heard, hasDied } = play(life, target);
      assert.equal(heard, SAID.join(''), `died after ${life} steps`);
      if (!hasDied) break;
    }
    assert.ok(life > 30, `only ${life} steps`);
  });
}
