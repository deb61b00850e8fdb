/** `tsinit check FILE`: the same reading of a configuration, without starting anything. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startContainer, tsinit } from '../support/container.ts';
import { configFile } from '../support/supervise.ts';

const limit = { timeout: 30_000 };

test('a good file is good', limit, async (t) => {
  const container = await startContainer(t, [tsinit, 'check', configFile(t, '[program:a]\ncommand=/bin/echo started\n')]);
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.doesNotMatch(container.stdout.text(), /^started$/m);
});

test('the next times of a schedule are shown in its time zone', limit, async (t) => {
  const path = configFile(t, '[program:a]\ncommand=/a\nschedule=30 3 * * *\nschedule_timezone=Europe/Berlin\n[program:b]\ncommand=/b\nschedule=@daily\n');
  const container = await startContainer(t, [tsinit, 'check', path], { env: { TZ: 'Asia/Tokyo' } });
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.match(container.stdout.text(), /^ {2}a: .*\n {4}next: (?:\w{3} \d{4}-\d\d-\d\d 03:30:00 GMT\+[12](?:, )?){3}$/m);
  assert.match(container.stdout.text(), /^ {2}b: .*\n {4}next: \w{3} \d{4}-\d\d-\d\d 00:00:00 GMT\+9, /m);
});

test('a bad file is told in full', limit, async (t) => {
  const container = await startContainer(t, [tsinit, 'check', configFile(t, '[program:a]\ncommand=/bin/echo started\nautostrat=1\nstopsignal=TREM\n')]);
  assert.equal(await container.ended, 2);
  const told = container.stderr.text() + container.stdout.text();
  assert.match(told, /autostrat/);
  assert.match(told, /TREM/);
});

test('a file for supervisord: what would be otherwise, line by line; as supervisord nothing is', limit, async (t) => {
  const path = configFile(t, '[supervisord]\nnodaemon=true\n\n[program:a]\ncommand=/bin/cat\n');
  const container = await startContainer(t, [tsinit, 'check', path]);
  assert.equal(await container.ended, 0, container.stderr.text());
  assert.match(container.stdout.text(), /tsinit\.conf:1: exits by itself \(exit_policy=all\)/);
  assert.match(container.stdout.text(), /tsinit\.conf:4: a: the stop signal goes to the main process first, then once to what is left of its process group/);
  const other = await startContainer(t, [tsinit, 'check', '-c', path, '--compat', 'supervisord']);
  assert.equal(await other.ended, 0, other.stderr.text());
  assert.doesNotMatch(other.stdout.text(), /otherwise/);
  const own = await startContainer(t, [tsinit, 'check', configFile(t, '[tsinit]\n[program:a]\ncommand=/bin/cat\n')]);
  assert.equal(await own.ended, 0);
  assert.doesNotMatch(own.stdout.text(), /otherwise/);
});
