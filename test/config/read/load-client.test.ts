/** What the client takes from a configuration: its own section, else the server's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadClient } from '../../../src/config/read/load-client.ts';
import type { Personality } from '../../../src/config/model/settings.ts';
import { memoryWorld } from '../world.ts';

const client = (text: string, personality: Personality = 'tsinit', files: Readonly<Record<string, string>> = {}): unknown => {
  const result = loadClient(memoryWorld({ ...files, '/c': text }), ['/c'], personality);
  return result.ok ? result.client : result.problems.map(({ message }) => message);
};

const DEFAULTS = { serverUrl: 'http://localhost:9001', username: null, password: null, prompt: 'supervisor', historyFile: null };

test('its own section; nothing else need be right', () => {
  assert.deepEqual(client('[supervisorctl]\n[program:x]\nnonsense=1\n'), DEFAULTS);
  assert.deepEqual(client('[supervisorctl]\nserverurl=unix://~/s\nhistory_file=%(here)s/h\nprompt=%(ENV_HOME)s\n'), {
    ...DEFAULTS,
    serverUrl: 'unix:///root/s',
    prompt: '/root',
    historyFile: '/h',
  });
  assert.deepEqual(client('[supervisorctl]\nserverurl=unix://@name\n'), { ...DEFAULTS, serverUrl: 'unix://@name' });
  assert.equal((client('[supervisorctl]\nprompt=%(x)s\n') as readonly string[]).length, 1);
  assert.equal(loadClient(memoryWorld({}), ['/c'], 'tsinit').ok, false);
});

test('as supervisorctl: that section of the main file alone', () => {
  const servers = '[unix_http_server]\nfile=/run/s\n';
  assert.deepEqual(client(`[supervisorctl]\n${servers}`, 'supervisord'), DEFAULTS);
  assert.deepEqual(client('[supervisorctl]\nserverurl=unix://~root/s\n', 'supervisord'), { ...DEFAULTS, serverUrl: 'unix:///root/s' });
  assert.deepEqual(client(servers, 'supervisord'), ['.ini file does not include supervisorctl section']);
});

test('as tsinit: where the server listens, a socket before a port, includes too', () => {
  const unix = '[unix_http_server]\nfile=/run/s\nusername=u\npassword=p\n';
  const inet = (port: string): string => `[inet_http_server]\nport=${port}\n`;
  assert.deepEqual(client(`${inet('9001')}${unix}`), { serverUrl: 'unix:///run/s', username: 'u', password: 'p', prompt: 'tsinit', historyFile: null });
  const urls = ['9001', '*:9001', '0.0.0.0:9001', 'box:80', '[::1]:80', '[::]:80'].map((port) => (client(inet(port)) as { serverUrl: string }).serverUrl);
  assert.deepEqual(urls, [
    'http://127.0.0.1:9001',
    'http://127.0.0.1:9001',
    'http://127.0.0.1:9001',
    'http://box:80',
    'http://[::1]:80',
    'http://127.0.0.1:80',
  ]);
  assert.equal((client('[include]\nfiles=/d\n', 'tsinit', { '/d': unix }) as { serverUrl: string }).serverUrl, 'unix:///run/s');
  assert.equal((client('[unix_http_server]\nfile=@box\n') as { serverUrl: string }).serverUrl, 'unix://@box');
  assert.deepEqual(client('[tsinit]\n'), [
    '/c has neither a [supervisorctl] nor a [unix_http_server] section; write [unix_http_server] and file=/path/of/socket, and start tsinit with it',
  ]);
});

test('as tsinit: its own section without a URL adds to what the server says', () => {
  const server = '[unix_http_server]\nfile=/run/s\nusername=u\npassword={SHA}0123456789012345678901234567890123456789\n';
  const plain = { serverUrl: 'unix:///run/s', username: null, password: null, prompt: 'tsinit', historyFile: null };
  assert.deepEqual(client(server), plain);
  assert.deepEqual(client(`${server}[supervisorctl]\nusername=v\npassword=q\nprompt=x\nhistory_file=/h\n`), {
    ...plain,
    username: 'v',
    password: 'q',
    prompt: 'x',
    historyFile: '/h',
  });
});
