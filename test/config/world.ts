/** Worlds for the tests of the configuration layer: one in memory, and loading in one line. */
import { load } from '../../src/config/read/load.ts';
import type { ConfigWorld, LoadResult, Model, ProcessSpec } from '../../src/config/model/model.ts';
import type { Override, Personality } from '../../src/config/model/settings.ts';

export const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www:/var/www:/bin/false\nbroken line\nodd:x:x:y:a:b:c\n';
export const GROUP = 'root:x:0:\nadm:x:4:www-data,root\nwww-data:x:33:\nstaff:x:50:\nodd:x:z:\n';

const DIRECTORIES = new Set(['/', '/etc', '/tmp', '/var', '/var/log', '/root']);

/** A world of the files given, with a small user database. */
export function memoryWorld(files: Readonly<Record<string, string>>, changes: Partial<ConfigWorld> = {}): ConfigWorld {
  const all = new Map(Object.entries({ '/etc/passwd': PASSWD, '/etc/group': GROUP, ...files }));
  return {
    readFile: (path) => {
      const text = all.get(path);
      return text === undefined ? { error: 'ENOENT: no such file' } : { text };
    },
    glob: (pattern) => [...all.keys()].filter((path) => matches(path, pattern)).sort(),
    isDirectory: (path) => DIRECTORIES.has(path),
    environment: { HOME: '/root', PATH: '/bin' },
    hostName: 'box',
    workingDirectory: '/',
    uid: 0,
    ...changes,
  };
}

/** Loads a text as /etc/t.conf, beside other files. */
export function loadText(
  text: string,
  options: {
    readonly personality?: Personality;
    readonly files?: Readonly<Record<string, string>>;
    readonly overrides?: readonly Override[];
    readonly world?: Partial<ConfigWorld>;
  } = {},
): LoadResult {
  const world = memoryWorld({ ...options.files, '/etc/t.conf': text }, options.world);
  return load(world, ['/etc/t.conf'], { personality: options.personality ?? 'tsinit', overrides: options.overrides ?? [] });
}

/** The model of a text that must be right. */
export function modelOf(text: string, options: Parameters<typeof loadText>[1] = {}): Model {
  const result = loadText(text, options);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.model;
}

/** The first process of [program:p] with these options. */
export function processOf(options: string, settings: Parameters<typeof loadText>[1] = {}): ProcessSpec {
  const head = settings.personality === 'supervisord' ? '[supervisord]\n' : '';
  const model = modelOf(`${head}[program:p]\ncommand=true\n${options}\n`, settings);
  return model.groups[0]?.processes[0] as ProcessSpec;
}

/** All messages of a text, errors and warnings. */
export function messagesOf(text: string, options: Parameters<typeof loadText>[1] = {}): readonly string[] {
  const result = loadText(text, options);
  return (result.ok ? result.warnings : result.problems).map(({ message }) => message);
}

function matches(path: string, pattern: string): boolean {
  const [head = '', tail] = pattern.split('*');
  return tail === undefined ? path === pattern : path.startsWith(head) && path.endsWith(tail) && path.length >= head.length + tail.length;
}
