/**
 * A Kubernetes pod by `podman kube play`: the restricted profile, one process namespace for two containers, a tsinit in each. They do not mind each
 * other: health, stop and exit code are each container's own.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { temporaryFolder } from '../support/container.ts';
import { fixture } from '../support/fixtures.ts';
import { engines } from './engine.ts';
import { buildProductImage, PRODUCT_IMAGE, works } from './images.ts';
import { makeProbe } from './probe.ts';

const pod = `tsinit-pod-${process.pid}`;

const container = (name: string, args: readonly string[]): string => `  - name: ${name}
    image: localhost/${PRODUCT_IMAGE}
    imagePullPolicy: Never
    args: ${JSON.stringify(args)}
    securityContext: {readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
    volumeMounts: [{name: probe, mountPath: /probe, readOnly: true}]
`;

const manifest = (folder: string): string => `apiVersion: v1
kind: Pod
metadata: {name: ${pod}}
spec:
  shareProcessNamespace: true
  securityContext: {runAsNonRoot: true, runAsUser: 10001, runAsGroup: 0, seccompProfile: {type: RuntimeDefault}}
  volumes: [{name: probe, hostPath: {path: ${folder}, type: Directory}}]
  containers:
${container('many', ['-c', '/probe/stays.conf'])}${container('one', ['--', '/probe/probe'])}`;

for (const engine of engines().filter(({ name }) => name === 'podman')) {
  test('two containers of a restricted pod with one process namespace', { timeout: 240_000 }, async (t) => {
    if (!(await works(engine, fixture('probe')))) return t.skip('podman runs no containers here');
    await buildProductImage(engine);
    const probe = makeProbe();
    t.after(probe.remove);
    const file = join(temporaryFolder(t), 'pod.yaml');
    writeFileSync(file, manifest(probe.folder));
    t.after(() => engine.run('pod', 'rm', '-f', '-t', '0', pod).then(() => undefined));
    const played = await engine.run('kube', 'play', '--network', 'none', file);
    if (/unrecognized|unknown (command|flag)/.test(played.stderr)) return t.skip('this podman plays no pods');
    assert.equal(played.code, 0, played.stderr);

    const expected = [
      { name: `${pod}-many`, health: 'healthy: 1 program runs', code: '0' },
      { name: `${pod}-one`, health: 'healthy: the command runs', code: '7' },
    ];
    for (const { name, health } of expected) {
      const { lines, stop } = engine.follow(name);
      t.after(stop);
      await lines.line(/probe: ready uid=10001 gid=0 leaks=0 blocked=0 ignored=0 orphan=reaped/);
      const asked = await engine.run('exec', name, '/tsinit', 'healthcheck');
      assert.equal(asked.stdout.trim(), health, asked.stderr);
    }
    // The first to go leaves the other alone.
    for (const [index, { name, code }] of expected.entries()) {
      await engine.run('stop', '-t', '10', name);
      assert.equal((await engine.run('inspect', '--format', '{{.State.ExitCode}}', name)).stdout.trim(), code, name);
      const other = expected[index + 1];
      if (other !== undefined) assert.equal((await engine.run('exec', other.name, '/tsinit', 'healthcheck')).stdout.trim(), other.health);
    }
  });
}
