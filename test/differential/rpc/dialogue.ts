/**
 * What a client asks of a server in which every method of `supervisor` and `system` is used, and every fault that it can give provoked. The
 * same dialogue is held with both servers; nothing in it depends on who is faster.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, Said } from './peer.ts';

export type Talk = {
  /** A call that is noted down. */
  readonly ask: (method: string, ...params: readonly unknown[]) => Promise<Said>;
  /** Calls until the answer is such, noting only the last. */
  readonly until: (isSuch: (text: string) => boolean, method: string, ...params: readonly unknown[]) => Promise<void>;
  readonly folder: string;
};

export const hold = async (talk: Talk): Promise<void> => {
  await theServer(talk);
  await starting(talk);
  await information(talk);
  await logs(talk);
  await input(talk);
  await signals(talk);
  await stopping(talk);
  await many(talk);
  await groups(talk);
  await mistakes(talk);
};

const theServer = async ({ ask }: Talk): Promise<void> => {
  for (const name of ['getAPIVersion', 'getVersion', 'getSupervisorVersion', 'getIdentification', 'getState', 'getPID']) await ask(`supervisor.${name}`);
  for (const name of ['startProcess', 'stopProcessGroup', 'getAllProcessInfo', 'tailProcessLog', 'signalAllProcesses', 'sendRemoteCommEvent']) {
    await ask('system.methodSignature', `supervisor.${name}`);
  }
  await ask('system.methodSignature', 'system.multicall');
  await ask('system.methodSignature', 'supervisor.nothing');
  await ask('system.methodHelp', 'supervisor.nothing');
  await ask('system.listMethods');
};

const starting = async ({ ask, until }: Talk): Promise<void> => {
  await until((text) => text.includes('RUNNING'), 'supervisor.getProcessInfo', 'stay');
  await ask('supervisor.startProcess', 'off');
  await ask('supervisor.startProcess', 'off');
  await ask('supervisor.startProcess', 'stay', false);
  await ask('supervisor.startProcess', 'slow');
  await ask('supervisor.startProcess', 'quick');
  await until((text) => text.includes('FATAL'), 'supervisor.getProcessInfo', 'quick');
  await ask('supervisor.startProcess', 'absent');
  await ask('supervisor.startProcess', 'notexec');
  await ask('supervisor.startProcess', 'nobody');
  await ask('supervisor.startProcess', 'nobody:*');
  await ask('supervisor.startProcess', 'pair');
  await ask('supervisor.startProcess', 'pair:pair_0');
  await ask('supervisor.startProcess', 'pair:*');
  await ask('supervisor.startProcess', 'pair:');
  await ask('supervisor.startProcessGroup', 'pair');
  await ask('supervisor.startProcessGroup', 'nobody');
  await ask('supervisor.startProcess', 'once', false);
  await ask('supervisor.sendProcessStdin', 'once', 'go\n');
  await until((text) => text.includes('EXITED'), 'supervisor.getProcessInfo', 'once');
};

const information = async ({ ask }: Talk): Promise<void> => {
  await ask('supervisor.getProcessInfo', 'pair:pair_1');
  await ask('supervisor.getProcessInfo', 'pair:*');
  await ask('supervisor.getProcessInfo', 'absent');
  await ask('supervisor.getProcessInfo', '');
  await ask('supervisor.getAllProcessInfo');
  await ask('supervisor.getAllConfigInfo');
};

const logs = async ({ ask, until, folder }: Talk): Promise<void> => {
  writeFileSync(join(folder, 'stay.log'), '0123456789');
  const read = async (...numbers: readonly unknown[]): Promise<unknown> => ask('supervisor.readProcessStdoutLog', 'stay', ...numbers);
  for (const [offset, length] of [
    [0, 0],
    [0, 5],
    [8, 5],
    [10, 5],
    [20, 1],
    [-3, 0],
    [-30, 0],
    [-3, 1],
    [0, -1],
    ['2', '3'],
    [true, 2],
  ])
    await read(offset, length);
  const tail = async (...numbers: readonly unknown[]): Promise<unknown> => ask('supervisor.tailProcessStdoutLog', 'stay', ...numbers);
  for (const [offset, length] of [
    [0, 5],
    [8, 5],
    [8, 2],
    [10, 5],
    [0, 0],
    [2, 1],
    [0, 50],
    [-5, 3],
    [-5, 20],
    [0, -5],
  ])
    await tail(offset, length);
  appendFileSync(join(folder, 'stay.log'), 'é & <b>\n');
  await ask('supervisor.readProcessLog', 'stay', 10, 0);
  await ask('supervisor.tailProcessLog', 'stay', 0, 9);
  await ask('supervisor.tailProcessLog', 'stay', 0, 8);
  await read('zero', 0);
  await read(null, 0);
  await ask('supervisor.readProcessStderrLog', 'stay', 0, 0);
  await ask('supervisor.tailProcessStderrLog', 'stay', 0, 0);
  await until((text) => text.includes('closed'), 'supervisor.readProcessStdoutLog', 'deaf', 0, 0);
  await until((text) => text.includes('said'), 'supervisor.readProcessStdoutLog', 'once', 0, 0);
  await until((text) => text.includes('wrong'), 'supervisor.readProcessStderrLog', 'once', 0, 0);
  await ask('supervisor.readProcessStdoutLog', 'nobody', 0, 0);
  await ask('supervisor.readProcessStdoutLog', 'pair:*', 0, 0);
  await ask('supervisor.readProcessStdoutLog', 'pair:pair_0', 0, 0);
  await ask('supervisor.readLog', 0, 4);
  await ask('supervisor.readMainLog', -1, 0);
  await ask('supervisor.readLog', -1, 1);
  await ask('supervisor.clearProcessLogs', 'stay');
  await ask('supervisor.readProcessStdoutLog', 'stay', 0, 0);
  await ask('supervisor.clearProcessLog', 'once');
  await ask('supervisor.readProcessStdoutLog', 'once', 0, 0);
  await ask('supervisor.clearProcessLogs', 'pair:*');
  await ask('supervisor.clearAllProcessLogs');
  await ask('supervisor.clearLog');
};

const input = async ({ ask, until }: Talk): Promise<void> => {
  await ask('supervisor.sendProcessStdin', 'echo', 'Grüße\nnext\n');
  await until((text) => text.includes('next'), 'supervisor.readProcessStdoutLog', 'echo', 0, 0);
  await ask('supervisor.sendProcessStdin', 'echo', 5);
  await ask('supervisor.sendProcessStdin', 'nobody', 'x');
  await ask('supervisor.sendProcessStdin', 'pair:*', 'x');
  await ask('supervisor.sendProcessStdin', 'absent', 'x');
  await ask('supervisor.sendProcessStdin', 'deaf', 'x');
  await ask('supervisor.sendRemoteCommEvent', 'type', 'data');
};

const signals = async ({ ask }: Talk): Promise<void> => {
  await ask('supervisor.signalProcess', 'stay', 'CONT');
  await ask('supervisor.signalProcess', 'stay', 'sigcont');
  await ask('supervisor.signalProcess', 'stay', '18');
  await ask('supervisor.signalProcess', 'stay', 18);
  await ask('supervisor.signalProcess', 'stay', 'BANANA');
  await ask('supervisor.signalProcess', 'stay', '99');
  await ask('supervisor.signalProcess', 'absent', 'BANANA');
  await ask('supervisor.signalProcess', 'absent', 'CONT');
  await ask('supervisor.signalProcess', 'nobody', 'CONT');
  await ask('supervisor.signalProcess', 'pair:*', 'CONT');
  await ask('supervisor.signalProcessGroup', 'pair', 'CONT');
  await ask('supervisor.signalProcessGroup', 'pair', 'BANANA');
  await ask('supervisor.signalProcessGroup', 'nobody', 'CONT');
  await ask('supervisor.signalAllProcesses', 'CONT');
};

const stopping = async ({ ask, until }: Talk): Promise<void> => {
  await ask('supervisor.stopProcess', 'off');
  await ask('supervisor.stopProcess', 'off');
  await ask('supervisor.stopProcess', 'quick');
  await ask('supervisor.stopProcess', 'nobody');
  await ask('supervisor.stopProcess', 'slow', false);
  await until((text) => text.includes('STOPPED'), 'supervisor.getProcessInfo', 'slow');
  await ask('supervisor.stopProcess', 'pair:pair_0');
  await ask('supervisor.stopProcess', 'pair:*');
  await ask('supervisor.stopProcessGroup', 'pair');
  await ask('supervisor.stopProcessGroup', 'nobody');
  await ask('supervisor.startProcess', 'stubborn');
  await until((text) => text.includes('ready'), 'supervisor.readProcessStdoutLog', 'stubborn', 0, 0);
  await ask('supervisor.stopProcess', 'stubborn', false);
  await ask('supervisor.getProcessInfo', 'stubborn');
  await ask('supervisor.stopProcess', 'stubborn');
  await ask('supervisor.startProcess', 'stubborn', false);
  await until((text) => text.includes('STOPPED'), 'supervisor.getProcessInfo', 'stubborn');
};

const many = async ({ ask }: Talk): Promise<void> => {
  await ask('supervisor.stopAllProcesses');
  await ask('supervisor.startAllProcesses');
  await ask('supervisor.stopAllProcesses', true);
  await ask('system.multicall', [
    { methodName: 'supervisor.getAPIVersion' },
    { methodName: 'supervisor.startProcess', params: ['slow'] },
    { methodName: 'supervisor.stopProcess', params: ['slow'] },
    { methodName: 'supervisor.stopProcess', params: ['slow'] },
    { methodName: 'supervisor.noSuch', params: [] },
    { methodName: 'supervisor.getProcessInfo', params: [] },
    { params: [] },
    { methodName: 'system.multicall', params: [[]] },
  ]);
  await ask('system.multicall', []);
  await ask('system.multicall', ['no struct']);
};

const groups = async ({ ask, folder }: Talk): Promise<void> => {
  await ask('supervisor.reloadConfig');
  await ask('supervisor.addProcessGroup', 'stay');
  await ask('supervisor.addProcessGroup', 'nobody');
  await ask('supervisor.removeProcessGroup', 'nobody');
  await ask('supervisor.removeProcessGroup', 'off');
  await ask('supervisor.getProcessInfo', 'off');
  await ask('supervisor.addProcessGroup', 'off');
  await ask('supervisor.getProcessInfo', 'off');
  await ask('supervisor.startProcess', 'stay');
  await ask('supervisor.removeProcessGroup', 'stay');
  appendFileSync(join(folder, 'main.conf'), '\n[program:extra]\ncommand=sleep 1000\nstartsecs=0\n[program:broken]\ncommand=\n');
  await ask('supervisor.reloadConfig');
};

const mistakes = async ({ ask }: Talk): Promise<void> => {
  await ask('supervisor.nothing');
  await ask('supervisor._update', 'x');
  await ask('nothing');
  await ask('nothing.getState');
  await ask('supervisor.getState.im_func');
  await ask('supervisor.getState', 1);
  await ask('supervisor.getProcessInfo');
  await ask('supervisor.startProcess', 'stay', true, 3);
  await ask('supervisor.stopProcess');
};

/** A wait that will not end must end. */
const LIMIT_MS = 60_000;

/** Both talk alike; what was said is noted with the question. */
export const talkTo = (client: Client, folder: string, note: (question: string, said: Said) => void): Talk => {
  const noted = async (method: string, params: readonly unknown[]): Promise<Said> => {
    const said = await client.call(method, ...params);
    note(`${method} ${JSON.stringify(params)}`, said);
    return said;
  };
  return {
    folder,
    ask: (method, ...params) => noted(method, params),
    until: async (isSuch, method, ...params) => {
      const limit = Date.now() + LIMIT_MS;
      for (let last = ''; !isSuch(last); last = JSON.stringify(await client.call(method, ...params))) {
        if (Date.now() > limit) throw new Error(`${method} ${params.join(' ')} still answers ${last}`);
      }
      await noted(method, params);
    },
  };
};
