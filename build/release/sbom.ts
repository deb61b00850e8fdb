/** The list of what is inside, in CycloneDX 1.5. Without a time and a random number, so that two releases of the same sources are equal. */
import type { Component } from './contents.ts';

export const sbom = (version: string, components: readonly Component[], hashes: readonly { readonly name: string; readonly sha256: string }[]): string => {
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'application', name: 'tsinit', version, licenses: [{ license: { id: 'MIT' } }] } },
    components: [
      ...components.map((component) => ({
        type: component.kind === 'debian' ? 'library' : component.kind === 'node' ? 'framework' : 'library',
        name: component.name,
        version: component.version,
        purl: purlOf(component),
        licenses: [component.license.includes(' ') ? { expression: component.license } : { license: { id: component.license } }],
      })),
      ...hashes.map(({ name, sha256 }) => ({ type: 'file', name, hashes: [{ alg: 'SHA-256', content: sha256 }] })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
};

const purlOf = ({ kind, name, version }: Component): string => {
  if (kind === 'npm') return `pkg:npm/${name}@${version}`;
  return kind === 'node' ? `pkg:generic/node@${version}` : `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}`;
};
