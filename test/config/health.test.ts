/** Options of health checks: what is taken, and what is refused in which words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesOf, processOf } from './world.ts';

const healthOf = (options: string) => processOf(options).service.health;

test('no probe, no checks', () => {
  assert.equal(healthOf('health_interval=5'), null);
});

test('each kind of probe, with its defaults and without', () => {
  assert.deepEqual(healthOf('health_command=pg_isready -h "my host"'), {
    probe: { kind: 'command', argv: ['pg_isready', '-h', 'my host'] },
    intervalMs: 10_000,
    timeoutMs: 5000,
    retries: 3,
    startPeriodMs: 0,
    action: 'restart',
  });
  const options =
    'health_http=http://[::1]:8080/up?x=1\nhealth_http_status=200-299,404\nhealth_interval=0\nhealth_timeout=0\nhealth_retries=1\nhealth_start_period=30\nhealth_action=none';
  assert.deepEqual(healthOf(options), {
    probe: {
      kind: 'http',
      url: 'http://[::1]:8080/up?x=1',
      statuses: [
        [200, 299],
        [404, 404],
      ],
    },
    intervalMs: 1000,
    timeoutMs: 1000,
    retries: 1,
    startPeriodMs: 30_000,
    action: 'none',
  });
  assert.deepEqual(healthOf('health_tcp=localhost:5432')?.probe, { kind: 'tcp', host: 'localhost', port: 5432 });
  assert.deepEqual(healthOf('health_tcp=[::1]:5432')?.probe, { kind: 'tcp', host: '::1', port: 5432 });
  assert.deepEqual(processOf('health_tcp=localhost:1\nready_on=check').service.readyOn, { kind: 'check' });
});

test('a gRPC server, as a whole or one of its services', () => {
  assert.deepEqual(healthOf('health_grpc=localhost:50051')?.probe, { kind: 'grpc', host: 'localhost', port: 50_051, service: '' });
  assert.deepEqual(healthOf('health_grpc=[::1]:50051/my.Service')?.probe, { kind: 'grpc', host: '::1', port: 50_051, service: 'my.Service' });
});

test('a watchdog, with the action of health checks', () => {
  assert.equal(processOf('').service.watchdog, null);
  assert.equal(processOf('watchdog=0').service.watchdog, null);
  assert.deepEqual(processOf('watchdog=30').service.watchdog, { periodMs: 30_000, action: 'restart' });
  assert.deepEqual(processOf('watchdog=1\nhealth_action=fail').service.watchdog, { periodMs: 1000, action: 'fail' });
});

const refused: readonly (readonly [string, RegExp])[] = [
  ['health_tcp=localhost', /localhost is no address to check; write host:port/],
  ['health_tcp=localhost:0', /localhost:0 is no address/],
  ['health_tcp=localhost:65536', /is no address/],
  ['health_grpc=localhost', /localhost is no gRPC server to check; write host:port or host:port\/service/],
  ['health_grpc=localhost:1/a b', /localhost:1\/a b is no gRPC server/],
  ['watchdog=soon', /watchdog of \[program:p\]/],
  ['health_http=localhost:80', /localhost:80 is no URL to check/],
  ['health_http=http://a b/', /is no URL/],
  ['health_http_status=20', /20 is no range of status codes/],
  ['health_http_status=399-200', /399-200 is no range/],
  ['health_http_status=600', /600 is no range/],
  ['health_http_status=,', /no status code is named/],
  ['health_command="', /cannot split ": No closing quotation/],
  ['health_command=', /the command is empty/],
  ['ready_on=check', /ready_on of \[program:p\] .* waits for a health check, and there is none/],
  ['health_tcp=localhost:1\nhealth_http=http://localhost/', /health_tcp of \[program:p\] .* is the second health check beside health_http/],
];

test('each wrong value gets a sentence', () => {
  for (const [options, expected] of refused) {
    const messages = messagesOf(`[program:p]\ncommand=true\n${options}\n`);
    assert.equal(messages.length, 1, `${options}: ${messages.join(' / ')}`);
    assert.match(messages[0] ?? '', expected);
  }
});
