/** Somebody is told: webhook, command and mail, each a real one; tried again, held to a rate, collected, and told before the container ends. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { killSupervisor, temporaryFolder, until } from '../support/container.ts';
import { once, steady, supervise } from '../support/supervise.ts';

const limit = { timeout: 90_000 };

type Body = {
  readonly text: string;
  readonly left_out: number;
  readonly events: readonly { readonly type: string; readonly process: string; readonly text: string }[];
};

/** Answers each request with the next of `statuses`, then 200. */
const webhook = async (
  t: TestContext,
  statuses: readonly number[] = [],
): Promise<{ readonly url: string; readonly bodies: Body[]; readonly headers: unknown[] }> => {
  const bodies: Body[] = [];
  const headers: unknown[] = [];
  const answers = [...statuses];
  const server = createHttpServer((request, response) => {
    let text = '';
    request.on('data', (piece: Buffer) => {
      text += piece.toString();
    });
    request.on('end', () => {
      headers.push(request.headers['x-key']);
      bodies.push(JSON.parse(text) as Body);
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, bodies, headers };
};

/** Takes mail, as little as RFC 5321 asks. */
const mailServer = async (t: TestContext): Promise<{ readonly port: number; readonly letters: string[] }> => {
  const letters: string[] = [];
  const server = createServer((socket) => {
    let isData = false;
    let text = '';
    socket.on('error', () => undefined);
    socket.write('220 test ready\r\n');
    socket.on('data', (piece) => {
      text += piece.toString();
      if (isData && text.includes('\r\n.\r\n')) {
        letters.push(text.slice(0, text.indexOf('\r\n.\r\n')));
        [isData, text] = [false, ''];
        socket.write('250 taken\r\n');
      }
      while (!isData && text.includes('\r\n')) {
        const line = text.slice(0, text.indexOf('\r\n'));
        text = text.slice(line.length + 2);
        isData = /^DATA/i.test(line);
        if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else socket.write(isData ? '354 go on\r\n' : '250 fine\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, letters };
};

test('all three means, told before the container ends with the program that failed', limit, async (t) => {
  const [hook, mail] = [await webhook(t), await mailServer(t)];
  const told = join(temporaryFolder(t), 'told');
  const container = await supervise(
    t,
    `[tsinit]\nexit_policy=any\n${once('web', 'sh -c "exit 3"')}
[notify:ops]
webhook=${hook.url}
webhook_headers=X-Key="a key"
command=sh -c 'printf "%%s\\n%%s" "$TSINIT_TEXT" "$TSINIT_NOTIFICATION" > ${told}'
email=ops@example.org,boss@example.org
email_from=web@example.org
smtp=smtp://127.0.0.1:${mail.port}
`,
  );
  assert.equal(await container.ended, 3);
  assert.deepEqual(hook.headers, ['a key']);
  const [body] = hook.bodies;
  assert.match(body?.text ?? '', /^\[.+\] web has ended unexpectedly: .*3/);
  assert.deepEqual([body?.events[0]?.type, body?.events[0]?.process, body?.left_out], ['PROCESS_STATE_EXITED', 'web', 0]);
  const [text, json] = readFileSync(told, 'utf8').split('\n');
  assert.match(text ?? '', /^web has ended unexpectedly/);
  assert.equal((JSON.parse(json ?? '') as Body).events[0]?.type, 'PROCESS_STATE_EXITED');
  assert.match(mail.letters[0] ?? '', /From: web@example\.org\r\nTo: ops@example\.org, boss@example\.org\r\nSubject: \[.+\] web has ended unexpectedly/);
});

test('what cannot be delivered is tried again; expected ends and other programs are not told', limit, async (t) => {
  const hook = await webhook(t, [500, 503]);
  const container = await supervise(
    t,
    `${steady('keep', 'sleep 1000')}${once('good', 'true')}${once('other', 'false')}${once('bad', 'false', 'depends_on=good:completed')}
[notify:ops]
webhook=${hook.url}
programs=good,bad
retry_delay=1
`,
  );
  await container.stderr.line(/notify ops \(webhook\) could not tell of 1 event: http:\/\/127\.0\.0\.1:\d+ answered 500; next try in 1 seconds/);
  await until(() => hook.bodies.length === 3);
  container.signal('SIGTERM');
  await container.ended;
  assert.deepEqual(
    hook.bodies.at(-1)?.events.map(({ process }) => process),
    ['bad'],
  );
});

test('a rate: what comes beyond it goes out together when the container ends', limit, async (t) => {
  const hook = await webhook(t);
  const container = await supervise(
    t,
    `${steady('keep', 'sleep 1000')}${once('a', 'false')}${once('b', 'false', 'depends_on=a:completed?')}${once('c', 'false', 'depends_on=b:completed?')}
[notify:ops]
webhook=${hook.url}
rate_limit=1/3600
events=PROCESS_STATE_EXITED
`,
  );
  await container.stderr.line(/exited: c /);
  await until(() => hook.bodies.length === 1);
  container.signal('SIGTERM');
  await container.ended;
  const told = hook.bodies.map(({ events }) => events.map(({ process }) => process));
  assert.equal(told.length, 2);
  assert.deepEqual(told.flat().sort(), ['a', 'b', 'c']);
});

test('a supervisor that dies leaves the telling to its successor', limit, async (t) => {
  const hook = await webhook(t);
  const container = await supervise(t, `${steady('web', 'sleep 1000')}\n[notify:ops]\nwebhook=${hook.url}\nevents=PROCESS_STATE\n`);
  await until(() => hook.bodies.some(({ events }) => events.some(({ type }) => type === 'PROCESS_STATE_RUNNING')));
  await killSupervisor(container);
  container.signal('SIGTERM');
  await container.ended;
  assert.equal(hook.bodies.at(-1)?.events.at(-1)?.type, 'PROCESS_STATE_STOPPED');
});

test('a batch tells what happened within its time in one go, expected ends included where they are wanted', limit, async (t) => {
  const hook = await webhook(t);
  const config = `${once('a', 'true')}${once('b', 'false')}${steady('keep', 'sleep 1000')}\n[notify:ops]\nwebhook=${hook.url}\nbatch=4\nexpected_exits=true\n`;
  await supervise(t, config);
  await until(() => hook.bodies.length > 0);
  assert.deepEqual(
    hook.bodies.map(({ events }) => events.map(({ process }) => process).sort()),
    [['a', 'b']],
  );
});

test('retries=0: one try, and then it is given up', limit, async (t) => {
  const hook = await webhook(t, [500, 500]);
  const container = await supervise(t, `${once('a', 'false')}${steady('keep', 'sleep 1000')}\n[notify:ops]\nwebhook=${hook.url}\nretries=0\n`);
  await container.stderr.line(/error: notify ops \(webhook\) could not tell of 1 event: .* answered 500; given up/);
  assert.equal(hook.bodies.length, 1);
});

test('ca_file: a webhook and a health check of a server whose certificate nobody else trusts', {
  ...limit,
  skip: !existsSync('/usr/bin/openssl') && 'needs openssl',
}, async (t) => {
  const folder = temporaryFolder(t);
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  execFileSync('/usr/bin/openssl', [...words, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const asked = new Set<string>();
  const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    asked.add(`${request.method ?? ''} ${request.url ?? ''}`);
    request.resume();
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const web = steady('web', 'sleep 1000', `health_http=${url}/up\nready_on=check`);
  const config = `${web}${once('after', 'false', 'depends_on=web:ready')}[notify:ops]\nwebhook=${url}/hook\n`;
  const container = await supervise(t, `[tsinit]\nca_file=${cert}\n${config}`);
  await until(() => asked.has('POST /hook'));
  assert.deepEqual([...asked], ['GET /up', 'POST /hook']);
  container.signal('SIGTERM');
  await container.ended;
  const other = await supervise(t, `[tsinit]\nca_file=${key}\n${web.replace('ready_on=check', 'health_retries=1\nhealth_action=none')}`);
  await other.stderr.line(/cannot trust the certificates of ca_file: .*key\.pem holds no certificate/);
  await other.stderr.line(/unhealthy: web \(health check failed once: cannot get https:.*self-signed certificate/);
});
