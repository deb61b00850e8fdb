/**
 * The pod of docs/examples/kubernetes by `podman kube play`: the restricted profile, a ConfigMap, one process namespace. Podman plays no probes, no preStop and
 * no termination message as the kubelet does, so their commands are read from the manifest and run here, and the message's file is mounted.
 */
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { supervisorPid, temporaryFolder, until } from '../support/container.ts';
import { fixture, projectRoot } from '../support/fixtures.ts';
import { type Engine, engines } from './engine.ts';
import { buildProductImage, PRODUCT_IMAGE, works } from './images.ts';
import { makeProbe } from './probe.ts';

const pod = `tsinit-shop-${process.pid}`;
const example = readFileSync(join(projectRoot, 'docs/examples/kubernetes/pod.yaml'), 'utf8');
const containers = ['web', 'jobs'] as const;
type ContainerName = (typeof containers)[number];

/** `[/tsinit, healthcheck]` of every line that starts like that, in the container's part of the manifest. */
const commandsOf = (name: ContainerName, what: RegExp): readonly (readonly string[])[] => {
  const parts = example.split('    - name: ');
  const part = parts.find((each) => each.startsWith(`${name}\n      image`)) ?? '';
  return [...part.matchAll(/^ +(\w+): .*command: \[([^\]]+)\]/gm)].filter(([, key = '']) => what.test(key)).map(([, , words = '']) => words.split(', '));
};

const buildShop = async (engine: Engine, t: TestContext): Promise<string> => {
  const context = temporaryFolder(t);
  const programs = ['web', 'cache', 'intake', 'worker'];
  for (const name of programs) copyFileSync(fixture('probe'), join(context, name));
  writeFileSync(join(context, 'Dockerfile'), `FROM ${PRODUCT_IMAGE}\nCOPY ${programs.join(' ')} /app/\n`);
  const built = await engine.run('build', '-q', '-t', 'tsinit-test-shop', context);
  assert.equal(built.code, 0, built.stderr);
  return 'localhost/tsinit-test-shop\n      imagePullPolicy: Never';
};

/** The manifest as it is, but for names, the image, and the file of each termination message, which the kubelet makes writable for everybody. */
const manifestFor = (image: string, folder: string): string => {
  let text = example.replaceAll('registry.example/shop:1', image).replaceAll('{name: shop}', `{name: ${pod}}`);
  for (const name of containers) {
    const file = join(folder, `${name}.message`);
    writeFileSync(file, '');
    chmodSync(file, 0o666);
    text = text.replace('  volumes:\n', `  volumes:\n    - {name: message-${name}, hostPath: {path: ${file}, type: File}}\n`);
    const at = text.indexOf('      volumeMounts:\n', text.indexOf(`    - name: ${name}\n      image`)) + '      volumeMounts:\n'.length;
    text = `${text.slice(0, at)}        - {name: message-${name}, mountPath: /dev/termination-log}\n${text.slice(at)}`;
  }
  return text;
};

const healthOf = (engine: Engine, name: string, command: readonly string[]): Promise<number> =>
  engine.run('exec', `${pod}-${name}`, ...command).then(({ code }) => code);

const hostPid = async (engine: Engine, name: string): Promise<number> =>
  Number((await engine.run('inspect', '--format', '{{.State.Pid}}', `${pod}-${name}`)).stdout);

const exitCode = async (engine: Engine, name: string): Promise<string> =>
  (await engine.run('inspect', '--format', '{{.State.ExitCode}}', `${pod}-${name}`)).stdout.trim();

const untilHealthy = async (engine: Engine, name: ContainerName): Promise<void> => {
  const probes = commandsOf(name, /Probe$/);
  assert.ok(probes.length > 0);
  for (const probe of probes) while ((await healthOf(engine, name, probe)) !== 0);
};

for (const engine of engines().filter(({ name }) => name === 'podman')) {
  test('the pod of the example: probes, preStop, termination messages, and neither minds the other', { timeout: 300_000 }, async (t) => {
    if (!(await works(engine, fixture('probe')))) return t.skip('podman runs no containers here');
    await buildProductImage(engine);
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'messages'));
    const file = join(folder, 'pod.yaml');
    writeFileSync(file, manifestFor(await buildShop(engine, t), join(folder, 'messages')));
    t.after(() => engine.run('pod', 'rm', '-f', '-t', '0', pod).then(() => undefined));
    const played = await engine.run('kube', 'play', '--network', 'none', file);
    if (/unrecognized|unknown (command|flag)/.test(played.stderr)) return t.skip('this podman plays no pods');
    assert.equal(played.code, 0, played.stderr);
    const follow = (name: ContainerName): ReturnType<Engine['follow']>['lines'] => {
      const { lines, stop } = engine.follow(`${pod}-${name}`);
      t.after(stop);
      return lines;
    };
    const [web, jobs] = [follow('web'), follow('jobs')];
    for (const [lines, programs] of [
      [web, 'web|cache'],
      [jobs, 'intake|worker'],
    ] as const)
      await lines.line(new RegExp(`^(${programs}) +\\| probe: ready uid=10001 gid=0 leaks=0 blocked=0 ignored=0 orphan=reaped`), 4);
    for (const name of containers) await untilHealthy(engine, name);

    const [preStop = []] = commandsOf('jobs', /^lifecycle$/);
    const stopped = await engine.run('exec', `${pod}-jobs`, ...preStop);
    assert.deepEqual([stopped.code, stopped.stdout], [0, 'intake: stopped\n'], stopped.stderr);
    await jobs.line(/^intake +\| probe: stopped by 15/);

    // A supervisor that is killed comes back; nobody else in the shared namespace is touched.
    const init = await hostPid(engine, 'web');
    await until(() => supervisorPid(init) !== null);
    process.kill(supervisorPid(init) ?? Number.NaN, 'SIGKILL');
    await web.line(/supervisor ended by SIGKILL; starting it again/);
    await untilHealthy(engine, 'web');

    for (const name of containers) {
      await engine.run('stop', '-t', '30', `${pod}-${name}`);
      assert.equal(await exitCode(engine, name), '0', name);
      const message = JSON.parse(readFileSync(join(folder, 'messages', `${name}.message`), 'utf8')) as { readonly code: number; readonly cause: string };
      assert.deepEqual([message.code, message.cause], [0, 'requested'], name);
      if (name === 'web') assert.equal(await healthOf(engine, 'jobs', ['/tsinit', 'healthcheck']), 0, 'the end of one is not the end of the other');
    }
    for (const lines of [web, jobs]) assert.doesNotMatch(lines.text(), /internal error/);
    assert.doesNotMatch(jobs.text(), /supervisor ended/);
    assert.match(jobs.text(), /^worker +\| probe: stopped by 15/m);
  });
}

const shared = `[unix_http_server]
file = @shop

[program:probe]
command = /probe/probe
`;

for (const engine of engines()) {
  test(`${engine.name}: the name of a socket that another container of the pod has taken is told, and the programs run`, { timeout: 240_000 }, async (t) => {
    if (!(await works(engine, fixture('probe')))) return t.skip(`${engine.name} runs no containers here`);
    await buildProductImage(engine);
    const { folder, remove } = makeProbe();
    t.after(remove);
    writeFileSync(join(folder, 'shared.conf'), shared);
    const start = async (name: string, network: string): Promise<ReturnType<Engine['follow']>['lines']> => {
      t.after(() => engine.run('rm', '-f', name).then(() => undefined));
      const started = await engine.run(
        'run',
        '-d',
        `--network=${network}`,
        '--name',
        name,
        `--volume=${folder}:/probe:ro`,
        PRODUCT_IMAGE,
        '-c',
        '/probe/shared.conf',
      );
      assert.equal(started.code, 0, started.stderr);
      const { lines, stop } = engine.follow(name);
      t.after(stop);
      await lines.line(/probe: ready/, 2);
      return lines;
    };
    const [one, two] = [`${pod}-one`, `${pod}-two`];
    await start(one, 'none');
    const asks = async (): Promise<number> => (await engine.run('exec', one, '/tsinit', 'ctl', '-s', 'unix://@shop', 'status')).code;
    while ((await asks()) !== 0); // the server comes last in a start
    const second = await start(two, `container:${one}`);
    await second.line(/cannot open the control interface \[unix_http_server\] at @shop: another program listens there; end it, or choose another address/);
    for (const name of [one, two]) assert.equal((await engine.run('exec', name, '/tsinit', 'healthcheck')).code, 0);
  });
}
