/** A Debian package: an `ar` of two archives. Depends on nothing, since the file does. */
import { gzipSync } from 'node:zlib';
import { tar, type Entry } from './tar.ts';

export type DebianPackage = {
  readonly version: string;
  readonly architecture: 'amd64' | 'arm64';
  readonly file: Uint8Array;
  readonly copyright: string;
  readonly maintainer: string;
};

const KIBIBYTE = 1024;

export const debianPackage = (wanted: DebianPackage): Uint8Array => {
  const { file, copyright } = wanted;
  const data: Entry[] = [
    folder('./'),
    folder('./usr/'),
    folder('./usr/bin/'),
    { name: './usr/bin/tsinit', content: file, mode: 0o755 },
    folder('./usr/share/'),
    folder('./usr/share/doc/'),
    folder('./usr/share/doc/tsinit/'),
    { name: './usr/share/doc/tsinit/copyright', content: Buffer.from(copyright) },
  ];
  const control: Entry[] = [folder('./'), { name: './control', content: Buffer.from(controlOf(wanted)) }];
  const members: readonly (readonly [string, Uint8Array])[] = [
    ['debian-binary', Buffer.from('2.0\n')],
    ['control.tar.gz', gzipSync(tar(control))],
    ['data.tar.gz', gzipSync(tar(data))],
  ];
  return Buffer.concat([Buffer.from('!<arch>\n'), ...members.flatMap(([name, content]) => member(name, content))]);
};

const folder = (name: string): Entry => ({ name, content: new Uint8Array(0) });

const controlOf = ({ version, architecture, file, maintainer }: DebianPackage): string => `Package: tsinit
Version: ${version}
Architecture: ${architecture}
Maintainer: ${maintainer}
Installed-Size: ${Math.ceil(file.length / KIBIBYTE)}
Section: admin
Priority: optional
Description: one executable that is a container's PID 1
 With one command it is a tiny init; with a configuration it supervises many
 programs as supervisord does. It needs no library of the system.
`;

const member = (name: string, content: Uint8Array): readonly Uint8Array[] => {
  const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(content.length).padEnd(10)}\`\n`;
  return [Buffer.from(header, 'latin1'), content, Buffer.from(content.length % 2 === 1 ? '\n' : '')];
};
