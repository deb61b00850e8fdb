/**
 * The supervisord personality against supervisord's own parser, on many small configurations: same values, or the same
 * words of refusal. Needs Debian's package `supervisor`; says so and passes over when it is not there.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { load } from '../../src/config/read/load.ts';
import type { ConfigWorld, LogTarget, Model, ProcessSpec } from '../../src/config/model/model.ts';
import { CASES, type Case } from './differential-cases.ts';

const PYTHON = '/usr/bin/python3';
const ORACLE = join(import.meta.dirname, 'supervisor-oracle.py');
const LEVELS = { critical: 50, error: 40, warn: 30, info: 20, debug: 10, trace: 5, blather: 3 };
const RESTARTS = { always: 'RestartUnconditionally', unexpected: 'RestartWhenExitUnexpected', never: false };

const hasOracle = spawnSync(PYTHON, ['-c', 'import supervisor.options']).status === 0;
const skip = hasOracle ? false : 'the Debian package `supervisor` is not installed: its parser is the oracle of this test';

test('configurations read as supervisord reads them', { skip }, async (context) => {
  const root = mkdtempSync(join(tmpdir(), 'tsinit-oracle-'));
  try {
    const cases = CASES.map((each, index) => ({ ...each, path: writeCase(join(root, String(index)), each) }));
    const input = JSON.stringify(cases.map(({ path, environment }) => ({ path, environment: environment ?? { PATH: '/bin', HOME: '/root' } })));
    const run = spawnSync(PYTHON, [ORACLE], { input, encoding: 'utf8', cwd: '/' });
    assert.equal(run.status, 0, run.stderr);
    const expected: readonly unknown[] = JSON.parse(run.stdout);
    for (const [index, each] of cases.entries()) {
      await context.test(each.name, () => assert.deepEqual(readOurselves(each), expected[index]));
    }
  } finally {
    rmSync(root, { recursive: true });
  }
});

function writeCase(folder: string, { files }: Case): string {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return join(folder, 'main.conf');
}

function readOurselves(each: Case & { readonly path: string }): unknown {
  const world: ConfigWorld = {
    readFile: (path) => {
      try {
        return { text: readFileSync(path, 'utf8') };
      } catch (error) {
        return { error: String(error) };
      }
    },
    glob: (pattern) => globSync(pattern).sort(),
    isDirectory: (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false,
    environment: each.environment ?? { PATH: '/bin', HOME: '/root' },
    hostName: spawnSync('uname', ['-n'], { encoding: 'utf8' }).stdout.trim(),
    workingDirectory: '/',
    uid: 0,
  };
  const result = load(world, [each.path], { personality: 'supervisord', overrides: [] });
  if (!result.ok) return { error: result.problems.find(({ severity }) => severity === 'error')?.message };
  return showModel(result.model);
}

function showModel({ supervisor, groups, servers }: Model): unknown {
  return {
    supervisor: {
      logfile_maxbytes: supervisor.logFileMaxBytes,
      logfile_backups: supervisor.logFileBackups,
      loglevel: LEVELS[supervisor.logLevel],
      umask: supervisor.umask,
      nodaemon: supervisor.noDaemon,
      silent: supervisor.silent,
      minfds: supervisor.minFds,
      minprocs: supervisor.minProcs,
      nocleanup: supervisor.noCleanup,
      strip_ansi: supervisor.stripAnsi,
      identifier: supervisor.identifier,
    },
    groups: groups.map(({ name, priority, processes }) => ({ name, priority, processes: processes.map(showProcess) })),
    servers: servers.map((server) => ({
      section: server.section,
      host: server.kind === 'inet' ? (server.host ?? '') : null,
      port: server.kind === 'inet' ? server.port : null,
      file: server.kind === 'unix' ? server.path : null,
      chmod: server.kind === 'unix' ? server.mode : null,
      username: server.credentials?.username ?? null,
      password: server.credentials?.password ?? null,
    })),
  };
}

function showProcess(process: ProcessSpec): unknown {
  return {
    name: process.name,
    command: process.command,
    directory: process.directory,
    umask: process.umask,
    priority: process.priority,
    autostart: process.autostart,
    startsecs: process.startMs / 1000,
    startretries: process.startRetries,
    stopsignal: process.stopSignal,
    stopwaitsecs: process.stopWaitMs / 1000,
    stopasgroup: process.stopScopes.signal !== 'process',
    killasgroup: process.stopScopes.kill !== 'process',
    exitcodes: process.exitCodes,
    redirect_stderr: process.redirectStderr,
    uid: process.user?.uid ?? null,
    serverurl: process.serverUrl,
    autorestart: RESTARTS[process.autorestart],
    stdout_logfile_maxbytes: process.stdout.maxBytes,
    stdout_logfile_backups: process.stdout.backups,
    stderr_logfile_maxbytes: process.stderr.maxBytes,
    stdout_capture_maxbytes: process.stdout.captureMaxBytes,
    stdout_events_enabled: process.stdout.eventsEnabled,
    stderr_syslog: process.stderr.syslog,
    environment: process.environment,
    stdout_logfile: showTarget(process.stdout.target),
    stderr_logfile: showTarget(process.stderr.target),
  };
}

function showTarget(target: LogTarget): string | null {
  if (target.kind === 'container') return `/dev/${target.stream}`;
  if (target.kind === 'file') return target.path;
  return target.kind === 'none' ? null : target.kind.toUpperCase();
}
