/** Front ends that come, say something, leave, are killed, stopped and continued, in any order. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SessionEvent } from '../../../src/session/events.ts';
import type { SessionState } from '../../../src/session/state.ts';
import { createSessionStore } from '../../../src/session/store.ts';
import { type FrontEnd, Place } from '../front-end-process.ts';

/** Of sockets: who comes from one does not see those in the others. */
const FOLDERS = ['a', 'b', 'c'];
const STEPS = 10;

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(async () => {
  await place.remove();
});

/** Whole numbers below a limit, the same for the same seed. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * limit);
  };
}

class Crowd {
  readonly here: FrontEnd[] = [];
  readonly stopped: FrontEnd[] = [];
  readonly said: string[] = [];
  readonly #random: (limit: number) => number;

  constructor(random: (limit: number) => number) {
    this.#random = random;
  }

  async come(count: number): Promise<void> {
    const folders = Array.from(
      { length: count },
      () => FOLDERS[this.#random(FOLDERS.length)] ?? '',
    );
    const come = folders.map((folder) =>
      place.join({ paths: { ...place.paths, runtimeDir: join(place.folder, folder) } }),
    );
    this.here.push(...(await Promise.all(come)));
  }

  /** One says something, and does not go before it was heard. */
  say(speaker: FrontEnd, length: number): void {
    const text = `number ${this.said.length} ${length}`;
    this.said.push(text);
    speaker.say(text);
  }

  /** One that says nothing now, the host as often as not. */
  takeOne(speakers: readonly FrontEnd[]): FrontEnd | undefined {
    const silent = this.here.filter((one) => !speakers.includes(one));
    const host = this.#random(2) === 0 ? silent.find(({ role }) => role === 'host') : undefined;
    const one = host ?? silent[this.#random(silent.length)];
    if (one !== undefined) this.here.splice(this.here.indexOf(one), 1);
    return one;
  }

  async step(): Promise<void> {
    const [first, ...others] = this.here;
    const speakers = others.filter(() => this.#random(2) === 0).slice(0, 2);
    if (first !== undefined && speakers.length === 0) speakers.push(first);
    for (const speaker of speakers) this.say(speaker, this.#random(2) === 0 ? 1 : 200);
    switch (this.#random(5)) {
      case 0:
        await this.takeOne(speakers)?.kill();
        break;
      case 1: {
        const one = this.takeOne(speakers);
        await one?.stop();
        if (one !== undefined) this.stopped.push(one);
        break;
      }
      case 2:
        this.goOn(1);
        break;
      case 3:
        await this.come(2);
        break;
      default:
        await this.takeOne(speakers)?.leave();
    }
    await this.untilHeard();
  }

  goOn(count: number): void {
    for (const one of this.stopped.splice(0, count)) {
      one.continue();
      this.here.push(one);
    }
  }

  /** Until all that was said was answered, or cut off, for everybody who is here. */
  async untilHeard(): Promise<readonly SessionState[]> {
    const isHeard = ({ turns, running, queue }: SessionState): boolean =>
      turns.length >= this.said.length && running === undefined && queue.length === 0;
    return await Promise.all(this.here.map((one) => one.state(isHeard)));
  }
}

/** Nothing was shown twice or left out, but by showing the whole state anew. */
function expectInOrder(frontEnd: FrontEnd): void {
  let last: SessionEvent | undefined;
  for (const { what, events = [] } of frontEnd.lines) {
    if (what === 'shown' && events.length === 0) last = undefined;
    for (const event of events) {
      if (last !== undefined) expect(event.seq).toBe(last.seq + 1);
      last = event;
    }
  }
}

describe('one conversation', () => {
  test.each([1, 2, 3, 4])(
    'and each message in it once, whoever goes when (seed %i)',
    async (seed) => {
      const crowd = new Crowd(randomNumbers(seed));
      await crowd.come(3);
      for (let step = 0; step < STEPS; step += 1) await crowd.step();
      crowd.goOn(crowd.stopped.length);
      const states = await crowd.untilHeard();
      const texts = states[0]?.turns.map(({ message }) => message.text) ?? [];
      expect(texts.toSorted()).toEqual(crowd.said.toSorted());
      for (const { turns } of states) expect(turns).toEqual(states[0]?.turns);
      for (const one of crowd.here) expectInOrder(one);
      expect(crowd.here.filter(({ role }) => role === 'host')).toHaveLength(1);
      const open = createSessionStore(place).claims();
      expect(open.map(({ sessionId }) => sessionId)).toEqual([states[0]?.sessionId]);
    },
  );
});
