/**
 * What tests and benchmarks use besides the product: installed from Debian's packages when we are root and apt-get is
 * there. What cannot be had is said in one line; tests that need it skip themselves.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

export type Prerequisite = { readonly package: string; readonly file: string };

export const forTests: readonly Prerequisite[] = [
  { package: 'python3', file: '/usr/bin/python3' },
  { package: 'musl-tools', file: '/usr/bin/musl-gcc' },
  { package: 'bubblewrap', file: '/usr/bin/bwrap' },
  { package: 'clang', file: '/usr/bin/clang' },
  { package: 'libclang-rt-14-dev', file: '/usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.fuzzer-x86_64.a' },
  { package: 'nginx-light', file: '/usr/sbin/nginx' },
  { package: 'supervisor', file: '/usr/bin/supervisord' },
  { package: 'php-fpm', file: '/usr/sbin/php-fpm8.2' },
  { package: 'postgresql', file: '/usr/lib/postgresql/15/bin/postgres' },
  { package: 'python3-psycopg2', file: '/usr/lib/python3/dist-packages/psycopg2/__init__.py' },
  { package: 'redis-server', file: '/usr/bin/redis-server' },
  { package: 'openssl', file: '/usr/bin/openssl' },
  { package: 'python3-celery', file: '/usr/lib/python3/dist-packages/celery/__init__.py' },
  { package: 'python3-redis', file: '/usr/lib/python3/dist-packages/redis/__init__.py' },
  { package: 'gunicorn', file: '/usr/bin/gunicorn' },
  { package: 'sudo', file: '/usr/bin/sudo' },
  { package: 'tzdata', file: '/usr/share/zoneinfo/Europe/Berlin' },
  { package: 'strace', file: '/usr/bin/strace' },
  { package: 'cron', file: '/usr/sbin/cron' },
  { package: 'openssh-server', file: '/usr/sbin/sshd' },
];

export const forBenchmarks: readonly Prerequisite[] = [
  { package: 'musl-tools', file: '/usr/bin/musl-gcc' },
  { package: 'tini', file: '/usr/bin/tini-static' },
  { package: 'dumb-init', file: '/usr/bin/dumb-init' },
  { package: 'catatonit', file: '/usr/bin/catatonit' },
  { package: 'supervisor', file: '/usr/bin/supervisord' },
];

/** Installs what is missing. Never fails: the tests say what they could not do. */
export const installPrerequisites = (wanted: readonly Prerequisite[]): void => {
  if (missing(wanted).length === 0) return;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) install(missing(wanted).map((each) => each.package));
  const left = missing(wanted).map((each) => each.package);
  if (left.length > 0) console.log(`what needs packages that are not installed is skipped; as root on Debian: apt-get install ${left.join(' ')}`);
};

const missing = (wanted: readonly Prerequisite[]): readonly Prerequisite[] => wanted.filter((each) => !existsSync(each.file));

const install = (packages: readonly string[]): void => {
  console.log(`installing ${packages.join(', ')} ...`);
  if (apt('install', '--yes', '--no-install-recommends', ...packages)) return;
  apt('update');
  if (apt('install', '--yes', '--no-install-recommends', ...packages)) return;
  for (const name of packages) apt('install', '--yes', '--no-install-recommends', name);
};

/** RUNLEVEL=1: packages of servers are not to start them here. */
const apt = (...args: string[]): boolean =>
  spawnSync('apt-get', ['-qq', ...args], { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' } }).status === 0;
