/** A descriptor for readiness beside sockets that are handed over: it is none of theirs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesOf } from './world.ts';

const SOCKETS = '[socket:a]\nlisten=127.0.0.1:8001\n[socket:b]\nlisten=127.0.0.1:8002\n';
const messages = (more: string): readonly string[] => messagesOf(`${SOCKETS}[program:p]\ncommand=p\nsockets=a,b\n${more}\n[program:q]\ncommand=q\nsockets=a\n`);

test('it lies behind them', () => {
  assert.deepEqual(messages('ready_on=fd:5'), []);
  for (const taken of [3, 4])
    assert.match(
      messages(`ready_on=fd:${taken}`).join('\n'),
      new RegExp(`^ready_on of \\[program:p\\] .* names descriptor ${taken}, which is a socket of it; write fd:5, or more$`),
    );
});
