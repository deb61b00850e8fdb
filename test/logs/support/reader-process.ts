/**
 * A supervisor's log path and nothing else, as a process of its own that can be killed:
 *   reader-process.ts ADDON BOX FORMAT PIPE...
 * Reads every pipe to its end into the box and out to its own stdout, then exits with 0. Program n is called p<n>.
 */
import { constants, openSync } from 'node:fs';
import { openBox, openWholeBox } from '../../../src/kernel/box/box.ts';
import { monotonicClock } from '../../../src/kernel/clock.ts';
import { loadNative } from '../../../src/kernel/load-native.ts';
import { createLogs } from '../../../src/logs/logs.ts';
import { shaped, toStdout } from './settings.ts';

const [addon = '', boxPath = '', format = '', ...pipes] = process.argv.slice(2);
const file = { ...toStdout, target: { kind: 'file', path: `${boxPath}.log` }, isAlsoShown: true } as const;
const settings = format === 'json' || format === 'logfmt' ? shaped(format, { time: 'iso' }) : format === 'file' ? file : toStdout;
const native = loadNative(addon);
const box = openWholeBox(native, openBox(native, openSync(boxPath, constants.O_RDWR)));
const logs = createLogs({
  native,
  box,
  clock: monotonicClock,
  streams: { stdout: 1, stderr: 2 },
  settings: { nameWidth: 3, colour: false, stripAnsi: false },
  onProblem: (text) => logs.notice(text),
});
native.onReady(logs.onReady);
logs.resume();
for (const [index, pipe] of pipes.entries()) {
  logs.attach(index, index + 1, `p${index}`, 'stdout', openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK), settings);
}
logs.settle();
let open = pipes.length;
for (const index of pipes.keys()) {
  logs.finish(
    index + 1,
    () => {
      open -= 1;
      if (open === 0) logs.drain(monotonicClock.nowMs() + 60_000, () => process.exit(0));
    },
    { keepOpen: true },
  );
}
