/** Kernels without the system calls of the last ten years, and sandboxes that refuse them: it falls back, or says what is missing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startContainer, tsinit } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { configFile } from '../support/supervise.ts';

const LIMIT = { timeout: 120_000 };
const report = `${fixture('report')} --wait fds signals`;
const stays = `${fixture('tell_signals')} --exit 15=0`;
const config = `[tsinit]\nexit_policy=all\n[program:reports]\ncommand=${report}\nstartsecs=0\n[program:stays]\ncommand=${stays}\nstartsecs=0\n`;

const cases: readonly (readonly [string, string])[] = [
  ['ENOSYS', 'close_range'],
  ['EPERM', 'close_range'],
  ['ENOSYS', 'clone3,pidfd_open,pidfd_send_signal'],
  ['EPERM', 'clone3,pidfd_open,pidfd_send_signal'],
  ['ENOSYS', 'memfd_create'],
  ['EPERM', 'memfd_create,io_uring_setup,statx,rseq'],
  ['ENOSYS', 'newer'],
  ['ENOSYS', 'new,memfd_create'],
];

for (const [error, calls] of cases) {
  const refused = [fixture('refuse'), error, calls];

  test(`direct mode where ${calls} is refused with ${error}`, LIMIT, async (t) => {
    const container = await startContainer(t, [...refused, tsinit, '--', fixture('tell_signals'), '--exit', '15=3']);
    await container.stdout.line(/main ready/);
    container.signal('SIGTERM');
    assert.equal(await container.ended, 3, container.stderr.text());
  });

  test(`supervise mode where ${calls} is refused with ${error}`, LIMIT, async (t) => {
    const container = await startContainer(t, [...refused, tsinit, '-c', configFile(t, config)]);
    await container.stdout.line(/stays +\| main ready/);
    await container.stdout.line(/reports \| (?!fd [012]\b)/);
    container.signal('SIGTERM');
    await container.ended;
    assert.doesNotMatch(container.stdout.text(), /reports \| fd [^012]/, 'descriptors have leaked');
    assert.doesNotMatch(container.stderr.text(), /internal error|cannot/);
  });
}
