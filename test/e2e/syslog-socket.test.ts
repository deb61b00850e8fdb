/** `syslog_socket`: what programs say through syslog(3) comes out on the container's stdout, under the sender's tag. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { killSupervisor, startContainer, temporaryFolder, tsinit, until } from '../support/container.ts';
import { freePort } from '../support/ports.ts';
import { needs } from '../support/real-programs.ts';
import { once } from '../support/supervise.ts';

const limit = { timeout: 60_000 };
const withLogger = { ...limit, skip: needs('logger') };
const withServices = { ...limit, skip: needs('root', '/usr/sbin/cron', '/usr/sbin/sshd', 'ssh-keygen', 'mount') };
const waiting = '[program:wait]\ncommand=sleep 1000\nstopsignal=KILL\n';

const begin = async (t: TestContext, text: string) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o755);
  const file = join(folder, 'tsinit.conf');
  const write = (content: string): void => writeFileSync(file, content.replaceAll('{dir}', folder));
  write(text);
  const container = await startContainer(t, [tsinit, '-c', file]);
  const log = (...words: readonly string[]) => promisify(execFile)('logger', ['-u', join(folder, 'log'), ...words]);
  return { container, folder, write, log };
};

test('logger: lines stand under the tag, in the forms of syslog(3) and RFC 5424; anybody may write', withLogger, async (t) => {
  const { container, folder, log } = await begin(t, `[tsinit]\nsyslog_socket={dir}/log\n${waiting}`);
  await until(() => existsSync(join(folder, 'log')));
  assert.equal(statSync(join(folder, 'log')).mode & 0o777, 0o666);
  await log('-t', 'mailer', '-p', 'mail.err', 'no: [route]');
  await container.stdout.line(/^mailer \| no: \[route\]$/);
  await log('--id=77', '-t', 'mailer', 'with a pid');
  await container.stdout.line(/^mailer \| with a pid$/);
  await log('--rfc5424', '-t', 'modern', 'structured: yes');
  await container.stdout.line(/^modern \| structured: yes$/);
  await log('-t', 'many', 'first\nsecond');
  await container.stdout.line(/^many {3}\| second$/);
});

test('a stream socket: connections, several messages on each', withLogger, async (t) => {
  const { container, folder, log } = await begin(t, `[tsinit]\nsyslog_socket=stream:{dir}/log\n${waiting}`);
  await until(() => existsSync(join(folder, 'log')));
  await log('--tcp', '-t', 'streamer', 'one');
  await container.stdout.line(/^streamer \| one$/);
  await log('--tcp', '--octet-count', '--rfc5424', '-t', 'counted', 'two');
  await container.stdout.line(/^counted \| two$/);
  await killSupervisor(container);
  await log('--tcp', '-t', 'streamer', 'three');
  await container.stdout.line(/^streamer \| three$/);
});

test('log_format=json: tag, process id and severity are fields', withLogger, async (t) => {
  const { container, folder, log } = await begin(t, `[tsinit]\nsyslog_socket={dir}/log\nlog_format=json\nlog_timestamp=none\n${waiting}`);
  await until(() => existsSync(join(folder, 'log')));
  await log('--id=77', '-t', 'mailer', '-p', 'mail.err', 'say "no"');
  await container.stdout.line(/mailer/);
  const line = container.stdout.lines.find((each) => each.includes('mailer')) ?? '';
  assert.deepEqual(JSON.parse(line), { program: 'mailer', stream: 'stdout', pid: 77, level: 'error', line: 'say "no"' });
});

test('a supervisor that is killed loses no message: init keeps the socket, and senders wait', withLogger, async (t) => {
  const count = 300;
  const sender = `/bin/sh -c 'for i in $(seq 1 ${count}); do logger -u {dir}/log -t num "<$i>"; done; echo over; exec sleep 1000'`;
  const { container } = await begin(t, `[tsinit]\nsyslog_socket={dir}/log\n[program:sender]\ncommand=${sender}\nstopsignal=KILL\n`);
  for (const at of [20, 120, 220]) {
    await container.stdout.line(new RegExp(`^num +\\| <${at}>$`));
    await killSupervisor(container);
  }
  await container.stdout.line(/over/);
  await container.stdout.line(new RegExp(`^num +\\| <${count}>$`));
  const numbers = container.stdout.lines.flatMap((line) => /^num +\| <(\d+)>$/.exec(line)?.[1] ?? []);
  assert.deepEqual(
    [...new Set(numbers)],
    Array.from({ length: count }, (_, index) => String(index + 1)),
  );
});

test('the last words of a program that is stopped are there, too; a reload moves the socket', withLogger, async (t) => {
  const program = `[program:p]\ncommand=/bin/sh -c 'trap "logger -u {dir}/log2 -t p good-bye; exit 0" TERM; echo up; while :; do sleep 0.05; done'\n`;
  const { container, folder, log, write } = await begin(t, `[tsinit]\nsyslog_socket={dir}/log\n${program}`);
  await container.stdout.line(/up$/);
  await log('-t', 'early', 'before');
  await container.stdout.line(/^early +\| before$/);
  write(`[tsinit]\nsyslog_socket={dir}/log2\n${program}`);
  container.signal('SIGHUP');
  await until(() => existsSync(join(folder, 'log2')));
  await promisify(execFile)('logger', ['-u', join(folder, 'log2'), '-t', 'late', 'after']);
  await container.stdout.line(/^late +\| after$/);
  await assert.rejects(log('-t', 'early', '--socket-errors=on', 'nobody'));
  container.signal('SIGTERM');
  await container.ended;
  assert.ok(
    container.stdout.lines.some((line) => /^p +\| good-bye$/.test(line)),
    container.stdout.text(),
  );
});

test('the real cron and sshd in a container without /dev/log', withServices, async (t) => {
  const folder = temporaryFolder(t);
  chmodSync(folder, 0o755);
  for (const name of ['dev', 'run']) mkdirSync(join(folder, name));
  await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
  writeFileSync(join(folder, 'sshd_config'), `HostKey ${folder}/key\nPidFile none\nListenAddress 127.0.0.1:${await freePort()}\nUsePAM no\n`);
  writeFileSync(
    join(folder, 'tsinit.conf'),
    `[tsinit]\nsyslog_socket=/dev/log\n[program:cron]\ncommand=/usr/sbin/cron -f\n[program:sshd]\ncommand=/usr/sbin/sshd -D -f ${folder}/sshd_config\n`,
  );
  // A /dev and a /run of its own: what is made there is nobody else's. Cron finds no jobs: those of the machine are none of the test's.
  writeFileSync(
    join(folder, 'start'),
    `set -e\ncd ${folder}\nmount -t tmpfs none dev\nfor node in null zero full random urandom; do touch dev/$node; mount --bind /dev/$node dev/$node; done\n` +
      `ln -s /proc/self/fd dev/fd\nmount --rbind dev /dev\nmount -t tmpfs none /run\nmkdir -m 755 /run/sshd\n` +
      `for jobs in /etc/cron.d /var/spool/cron; do test ! -d $jobs || mount -t tmpfs none $jobs; done\ntest ! -e /etc/crontab || mount --bind /dev/null /etc/crontab\nexec ${tsinit} -c ${folder}/tsinit.conf\n`,
  );
  const container = await startContainer(t, ['/bin/sh', join(folder, 'start')]);
  await container.stdout.line(/^cron +\| \(CRON\) INFO \(pidfile fd = \d+\)$/);
  await container.stdout.line(/^sshd +\| Server listening on 127\.0\.0\.1 port \d+\.$/);
  container.signal('SIGTERM');
  await container.ended;
  assert.ok(
    container.stdout.lines.some((line) => /^sshd +\| Received signal 15; terminating\.$/.test(line)),
    container.stdout.text(),
  );
});

test('a place that cannot be had is told, and the programs run; what would come back to tsinit is refused', limit, async (t) => {
  const { container, folder } = await begin(t, `[tsinit]\nsyslog_socket=/no/such/log\n${once('a', 'echo up')}`);
  await container.stderr.line(/error: cannot take syslog messages at \/no\/such\/log \(syslog_socket\): .*no such file/i);
  await container.stdout.line(/up$/);
  assert.equal(await container.ended, 0);
  const file = join(folder, 'loop.conf');
  writeFileSync(file, `[tsinit]\nsyslog_socket=/dev/log\n${once('a', 'true', 'stdout_syslog=true')}`);
  const refused = await promisify(execFile)(tsinit, ['check', file]).catch((error: unknown) => error as { readonly stdout: string });
  assert.match(refused.stdout, /syslog_socket of \[tsinit\] \(.*:2\) takes \/dev\/log, and the output of a sends there: it would come back to tsinit/);
});
