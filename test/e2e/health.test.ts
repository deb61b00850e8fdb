/** Health checks of real programs: by command, connection and request; readiness, restarts, and nothing left of a check that hangs. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder, until } from '../support/container.ts';
import { fixture, withPython } from '../support/fixtures.ts';
import { once, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 90_000 };

test('a command says when it works: what waits for that is started then', limit, async (t) => {
  const mark = join(temporaryFolder(t), 'well');
  const options = `health_command=test -e ${mark}\nhealth_interval=1\nhealth_retries=1\nhealth_start_period=30\nready_on=check\nhealth_action=restart`;
  const container = await supervise(t, `${steady('web', 'sleep 1000', options)}${once('after', 'echo after', 'depends_on=web:ready')}`);
  await container.stderr.line(/spawned: 'web'/);
  assert.doesNotMatch(container.stdout.text(), /after/);
  writeFileSync(mark, '');
  await container.stdout.line(/^after +\| after$/);
  assert.match(container.stderr.text(), /ready: web/);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});

test('too many failures: restarted, and the reason is told', limit, async (t) => {
  const options = 'health_command=sh -c "exit 3"\nhealth_interval=1\nhealth_retries=2';
  const container = await supervise(t, steady('web', 'sleep 1000', options));
  await container.stderr.line(/unhealthy: web \(health check failed 2 times in a row: sh ended with 3\)/);
  await container.stderr.line(/spawned: 'web' with pid/, 2);
});

test('health_action=fail gives it up', limit, async (t) => {
  const options = 'health_tcp=127.0.0.1:1\nhealth_interval=1\nhealth_retries=1\nhealth_action=fail';
  const container = await supervise(t, `[tsinit]\nexit_policy=any\n${steady('web', 'sleep 1000', options)}`);
  assert.notEqual(await container.ended, 0);
  assert.match(container.stderr.text(), /unhealthy: web \(health check failed once: cannot connect to 127\.0\.0\.1:1: .*ECONNREFUSED/);
});

test('a check that hangs is killed with its process group, and there is never more than one', limit, async (t) => {
  const options = 'health_command=sh -c "sleep 987 & wait"\nhealth_timeout=1\nhealth_interval=1\nhealth_retries=1\nhealth_action=none';
  const container = await supervise(t, steady('web', 'sleep 1000', options));
  await container.stderr.line(/unhealthy: web \(health check failed once: sh took longer than 1 seconds\)/);
  const checks = () => container.processes().filter(({ command, state }) => command.includes('sleep 987') && !command.includes('sh') && state !== 'Z').length;
  await until(() => checks() <= 1);
  container.signal('SIGTERM');
  assert.equal(await container.ended, 0);
});

test('a check that does not end when it is asked is KILLed after as long again, and named', limit, async (t) => {
  const options = `health_command=${fixture('tell_signals')} --child\nhealth_timeout=1\nhealth_interval=1\nhealth_retries=1\nhealth_action=none`;
  const container = await supervise(t, steady('web', 'sleep 1000', options));
  await container.stderr.line(/killed what did not end in its time: process \d+ \("[^"]*tell_signals.*"\) of health_command of web/, 2);
  await container.stderr.line(/unhealthy: web \(health check failed once: .*tell_signals.* took longer than 1 seconds\)/);
  container.signal('SIGTERM');
  await container.ended;
});

test('a connection and a request, made by the supervisor itself', { ...limit, ...withPython }, async (t) => {
  const port = 20_000 + (process.pid % 20_000);
  const script = `import http.server,sys\nclass H(http.server.BaseHTTPRequestHandler):\n  def do_GET(s):\n    s.send_response(204 if s.path=='/up' else 500); s.end_headers()\nhttp.server.HTTPServer(('127.0.0.1',${port}),H).serve_forever()\n`;
  const file = join(temporaryFolder(t), 'server.py');
  writeFileSync(file, script);
  const config = [
    steady('web', `python3 ${file}`, `health_http=http://127.0.0.1:${port}/up\nhealth_http_status=204\nready_on=check\nready_timeout=60`),
    steady('sick', 'sleep 1000', `health_http=http://127.0.0.1:${port}/down\nhealth_action=none\nhealth_retries=1\ndepends_on=web:ready`),
    once('tcp', 'sh -c "sleep 1000"', `health_tcp=127.0.0.1:${port}\nready_on=check\ndepends_on=web:ready`),
    once('after', 'echo after', 'depends_on=tcp:ready'),
  ].join('\n');
  const container = await supervise(t, config);
  await container.stdout.line(/^after +\| after$/);
  await container.stderr.line(new RegExp(`unhealthy: sick \\(health check failed once: http://127\\.0\\.0\\.1:${port}/down answered 500\\)`));
});
