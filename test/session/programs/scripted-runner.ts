/**
 * An engine that does what the message says: `words 20 5` streams 20 words, one every 5 ms;
 * `ask` asks whether it may.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { TurnRunner } from '../../../src/session/port.ts';

export const scriptedRunner: TurnRunner = {
  async run({ turn, emit, signal, requestApproval }) {
    const [verb, ...numbers] = turn.message.text.split(' ');
    const [count = 1, everyMs = 0] = numbers.map(Number);
    if (verb === 'fail') throw new Error('the engine is broken');
    if (verb === 'deaf') await new Promise(() => undefined);
    emit({ type: 'step-start', turnId: turn.id, step: 1 });
    if (verb === 'ask') {
      const decision = await requestApproval({
        callId: 'call',
        tool: 'run_command',
        title: 'run make',
        detail: { type: 'command', text: 'make' },
        scope: 'make',
      });
      emit({ type: 'text-delta', turnId: turn.id, text: `It is ${decision}.` });
      return 'stop';
    }
    for (let index = 0; index < count && !signal.aborted; index += 1) {
      emit({ type: 'text-delta', turnId: turn.id, text: `${verb}${index} ` });
      await pause(everyMs);
    }
    return 'stop';
  },
};
