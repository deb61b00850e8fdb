/**
 * The supervisor's start, in the order of what a user waits for: greeting, configuration, first programs; only then the log path and the
 * rest. What is made here is wired here; nothing is decided.
 */
import { setLocalZone } from '../base/zone/local-time.ts';
import { readLocalZone } from '../kernel/files/zones.ts';
import { writeSync } from 'node:fs';
import type { Personality } from '../config/model/settings.ts';
import type { Problem } from '../config/model/model.ts';
import { createBlackBox } from '../engine/black-box.ts';
import { createEngine } from '../engine/engine.ts';
import { grantedRequests } from '../engine/features/granted.ts';
import { createReports } from '../engine/publish/reports.ts';
import { createEventTaps } from '../engine/publish/event-taps.ts';
import { createRepeats, unsummed } from '../engine/publish/repeats.ts';
import { createPublisher } from '../engine/publish/publisher.ts';
import { baseEnvironment, environmentText } from '../engine/environment.ts';
import { createLateOutput } from '../engine/output.ts';
import type { OutputPort } from '../engine/ports.ts';
import { readPidFile } from '../kernel/files/pid-file.ts';
import { becomeUser } from '../kernel/become.ts';
import { openBox, openWholeBox } from '../kernel/box/box.ts';
import { activeClock, monotonicClock } from '../kernel/clock.ts';
import { createEventBox } from '../kernel/box/event-box.ts';
import { currentDirectory } from '../kernel/files/files.ts';
import { createReportBox } from '../kernel/box/report-box.ts';
import type { Inputs } from '../kernel/inputs.ts';
import type { Hello, Kernel, KernelEvent } from '../kernel/kernel.ts';
import type { NotifySockets } from '../kernel/sockets/notify-sockets.ts';
import type { ReadyPipes } from '../kernel/sockets/ready-pipes.ts';
import type { Native } from '../kernel/native.ts';
import { BOX_FD } from '../kernel/link/protocol.ts';
import type { Logs } from '../logs/logs.ts';
import { namesOf } from '../world/plan.ts';
import { createWorld } from '../world/world.ts';
import { createBeside, withLateParts } from './beside.ts';
import { answerTo } from './tools/command-answers.ts';
import { readFiles, readKept, refusalText } from './configuration/configuration.ts';
import type { ReadingOptions } from './configuration/configuration.ts';
import { decodeKept, encodeKept } from './configuration/kept.ts';
import { createConfinement } from './features/confinement.ts';
import { createLateControl } from './control/late-control.ts';
import { createLateNotifiers } from './features/late-notify.ts';
import { loadWhatIsNeeded } from './needs.ts';
import { neighbourRefusal } from './control/neighbour.ts';
import { createNotifications } from './features/notifications.ts';
import { createReign } from './configuration/reign.ts';
import type { SocketHolder } from './features/sockets.ts';
import { cannotBecome, findSurroundings, lesserUserOf, ownUid } from './configuration/surroundings.ts';
import { resumeWorld } from './configuration/takeover.ts';
import type { Verb } from './tools/verbs.ts';

const BAD_CONFIGURATION = 2;
const STDOUT = 1;
const STDERR = 2;

export type Wiring = {
  readonly native: Native;
  readonly kernel: Kernel;
  readonly argv: readonly string[];
  readonly personality: Personality;
  readonly verb: Verb | null;
  readonly inputs: Inputs;
  readonly notifySockets: NotifySockets;
  readonly readyPipes: ReadyPipes;
  readonly sockets: SocketHolder;
  readonly onLogs: (logs: Logs) => void;
  /** Something was done that may have left memory to give back. */
  readonly onActivity: () => void;
};

/** From init's greeting to running programs. Returns who is to be told what init tells from now on. */
export const start = (wiring: Wiring, greeting: Hello): ((event: KernelEvent) => void) => {
  const { native, kernel, sockets } = wiring;
  const answer = answerTo(wiring.argv, wiring.personality);
  if (answer !== null) {
    writeSync(STDOUT, answer);
    kernel.exit(0);
    return () => {};
  }
  const box = openBox(native, BOX_FD);
  activeClock.resume(box.frozenMs(), box.keepFrozenMs);
  const hello = onActiveClock(greeting);
  const environment = environmentText(hello.environment);
  const kept = hello.isTakeover ? decodeKept(box.readConfiguration()) : null;
  const asRead: ReadingOptions = {
    argv: wiring.argv,
    personality: wiring.personality,
    read: wiring.verb?.read(hello.hasTerminal),
    environment,
    surroundings: findSurroundings(hello.files, kept?.readings[0]?.uid),
  };
  const refuse = (problems: readonly Problem[], personality: Personality) => {
    writeSync(STDERR, refusalText(problems, personality, process.argv0));
    kernel.exit(BAD_CONFIGURATION);
    return () => {};
  };
  const reading = kept === null ? readFiles(asRead, currentDirectory()) : readKept(asRead, kept);
  if (!reading.ok) return refuse(reading.problems, reading.personality);
  const { configured } = reading;
  const neighbour = kept === null ? neighbourRefusal(native, configured.plan.model, hello.initPid, configured.personality) : null;
  if (neighbour !== null) return refuse([{ severity: 'error', place: null, message: neighbour }], configured.personality);
  const { plan } = configured;
  const isPeer = configured.personality === 'supervisord';
  const lesser = lesserUserOf(plan);
  const problem = lesser === null ? null : becomeUser(lesser);
  if (problem !== null) return refuse([{ severity: 'error', place: null, message: cannotBecome(lesser?.name ?? '', problem) }], configured.personality);
  const options = isPeer ? { ...asRead, surroundings: { ...asRead.surroundings, uid: ownUid() } } : asRead;
  const output = createLateOutput(wiring.inputs, (write) => (isPeer ? unsummed(write) : createRepeats(monotonicClock, write)));
  const local = readLocalZone(environment);
  setLocalZone(local.zone);
  const reign = createReign({ native, box, output, options, hello, onReadyLine: (run) => engine.reportReady(run) }, configured);
  const blackBox = createBlackBox(box.memo);
  const restored = resumeWorld(plan, hello, blackBox, reign.inheritNext());
  const control = createLateControl(
    () => ({
      native,
      engine,
      events: publisher,
      reports,
      reign,
      options,
      inputs: wiring.inputs,
      clock: activeClock,
      initPid: hello.initPid,
      notice: output.port.notice,
      onServed: wiring.onActivity,
    }),
    output.port.notice,
  );
  const reports = createReports(setImmediate);
  const confinement = createConfinement(hello.isTakeover, output.port.notice);
  const notifications = createNotifications({
    sockets: wiring.notifySockets,
    pipes: wiring.readyPipes,
    reports,
    pidOf: (run) => engine.world().states.find((state) => state.run === run)?.pid ?? 0,
    directory: () => reign.configured().plan.model.supervisor.notifyDirectory,
    onReady: (run) => engine.reportReady(run),
    notice: output.port.notice,
  });
  const notifiers = createLateNotifiers(() => ({ engine, events: publisher }), output.port.notice);
  let readSyslog = (): void => {};
  const drainLastWords: OutputPort['drain'] = (untilMs, whenDone) => {
    publisher.tellLosses();
    readSyslog();
    output.port.drain(untilMs, whenDone);
  };
  const isTerminal = (fd: number): boolean => hello.hasTerminal && native.kind(fd) === 'terminal';
  const beside = createBeside(wiring.verb?.follow ?? null);
  const engine = createEngine(
    {
      plan,
      world: restored?.world ?? createWorld(plan),
      next: reign.next(),
      environment: baseEnvironment(hello.environment),
      hasTerminal: hello.hasTerminal,
      terminals: { stdout: isTerminal(STDOUT), stderr: isTerminal(STDERR) },
      limits: options.surroundings.limits,
      lastTaskRun: hello.lastTaskRun,
    },
    {
      kernel,
      clock: activeClock,
      output: { ...output.port, drain: notifiers.before(drainLastWords) },
      blackBox,
      notifications,
      confinement,
      readPidFile,
      configuration: confinement.before(sockets.before(withLateParts(reign.port, control, beside)), () => engine.plan()),
    },
  );
  const publisher = createPublisher({
    watch: engine.watch,
    watchPlans: engine.watchPlans,
    clock: monotonicClock,
    wallMs: Date.now,
    write: wiring.inputs.write,
    notice: output.port.notice,
  });
  kernel.stopSignals(plan.model.supervisor.stopSignals);
  engine.watchPlans(({ to }) => kernel.stopSignals(to.model.supervisor.stopSignals));
  kernel.ready();
  if (kept === null) reign.announce();
  if (kept === null && local.problem !== null) output.port.notice('warn', local.problem);
  notifiers.follow(plan.model.notifiers);
  engine.watchPlans(({ to }) => notifiers.follow(to.model.notifiers));
  if (lesser !== null) {
    // Before anything is given up: a successor is that user from its first instruction on, and might not be able to read the files.
    box.writeConfiguration(encodeKept(configured.kept), namesOf(plan));
    if (isPeer) kernel.become(lesser, true);
  }
  sockets.begin(plan, output.port.notice);
  if (lesser !== null && !isPeer) {
    for (const request of grantedRequests(plan, engine.requestOf)) kernel.allow(request);
    kernel.become(lesser, false);
  }
  publisher.begin(plan, restored !== null);
  if (restored === null) engine.dispatch({ type: 'startUp' });
  kernel.flush();

  confinement.begin();
  if (kept === null && lesser === null) box.writeConfiguration(encodeKept(configured.kept), namesOf(plan));
  const whole = openWholeBox(native, box);
  publisher.keepIn(createEventBox(whole), restored !== null);
  reports.keepIn(createReportBox(whole), restored !== null);
  const logs = reign.openLogs(whole, {
    isFirst: kept === null,
    isTakeover: restored !== null,
    events: createEventTaps(publisher, engine.world),
  });
  wiring.onLogs(logs);
  if (restored !== null) {
    engine.adopt(hello.runs, restored, logs.processOf);
    logs.settle();
    publisher.resume(engine.world());
  }
  control.follow(engine.plan().model);
  beside.begin({ native, engine, reign, environment, notice: output.port.notice });
  const startSyslog = async (): Promise<void> => {
    const syslog = await import('./features/syslog.ts');
    readSyslog = syslog.startSyslog({ native, sockets, logs, model: () => engine.plan().model });
  };
  loadWhatIsNeeded({ box, engine, reports, sockets, publish: publisher.publish, notice: output.port.notice, flush: kernel.flush, startSyslog });
  return engine.onKernelEvent;
};

/** What init stamps, it reads from the kernel's clock. */
const onActiveClock = (hello: Hello): Hello => {
  const runs = hello.runs.map((run) => ({
    ...run,
    startedAtMs: activeClock.fromKernelMs(run.startedAtMs),
    exitedAtMs: run.exitedAtMs === 0 ? 0 : activeClock.fromKernelMs(run.exitedAtMs),
  }));
  return { ...hello, runs };
};
