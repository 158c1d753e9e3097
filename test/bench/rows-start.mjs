// Rows about starting: what a person waits for before anything happens.
import { bundleFloor } from './bundle-floor.mjs';
import { startModelServer } from './model-server.mjs';
import { medianOf, mediansInTurns, timeNode, zeke } from './processes.mjs';
import { openTerminal } from './terminals.mjs';

/**
 * @typedef {import('./run.mjs').Row} Row
 * @typedef {import('./run.mjs').Place} Place
 */

const PROMPT = /^\W{0,4}[>❯›]/m;
const showsPrompt = (/** @type {string} */ text) => PROMPT.test(text);

/** @type {readonly Row[]} */
export const START_ROWS = [
  { name: 'version', measure: measureVersion },
  { name: 'ask-builtin', measure: measureAskBuiltin },
  { name: 'first-paint', measure: measureFirstPaint },
  { name: 'early-keys', measure: measureEarlyKeys },
  { name: 'enter-to-wire', measure: measureEnterToWire },
];

/** @param {Place} place */
async function measureVersion({ cwd, env, runs }) {
  const [value, floor] = await mediansInTurns(
    runs * 3,
    () => timeNode([zeke, '--version'], { cwd, env }),
    () => timeNode(['-e', '0'], { cwd, env }),
  );
  return [
    { what: 'zeke --version', unit: 'ms', value, floor, target: 1.5, floorName: 'node -e 0' },
  ];
}

/** @param {Place} place */
async function measureAskBuiltin({ cwd, env, runs }) {
  const ask = [zeke, 'ask', '--model', 'builtin', 'where is the retryLimit used?'];
  const [value, floor] = await mediansInTurns(
    runs * 2,
    () => timeNode(ask, { cwd, env }),
    () => timeNode(['-e', '0'], { cwd, env }),
  );
  const what = 'zeke ask on the built-in engine';
  return [{ what, unit: 'ms', value, floor, target: 4, floorName: 'node -e 0' }];
}

/** @param {Place} place */
async function measureFirstPaint({ cwd, env, runs }) {
  const hello = await bundleFloor('ink-hello');
  const paint = async (
    /** @type {string[]} */ args,
    /** @type {(t: string) => boolean} */ isIt,
  ) => {
    const terminal = openTerminal(args, { cwd, env });
    try {
      return (await terminal.waitFor(isIt)) - terminal.startedAt;
    } finally {
      await terminal.quit();
    }
  };
  try {
    const node = await medianOf(runs, () => timeNode(['-e', '0'], { cwd, env }));
    const [value, floor] = await mediansInTurns(
      runs * 2,
      () => paint([zeke, '--model', 'builtin'], showsPrompt),
      () => paint([hello.path], (text) => text.startsWith('hello')),
    );
    return [
      {
        what: 'first prompt painted',
        unit: 'ms',
        value,
        floor,
        target: 1.3,
        floorName: 'Ink hello',
      },
      {
        what: 'first prompt painted',
        unit: 'ms',
        value,
        floor: node,
        target: 6,
        floorName: 'node -e 0',
      },
    ];
  } finally {
    hello.remove();
  }
}

/** Typed before anything is painted, and before the program reads at all. @param {Place} place */
async function measureEarlyKeys({ cwd, env, runs }) {
  const typed = 'typed early';
  let kept = 0;
  for (let at = 0; at < runs; at += 1) {
    const terminal = openTerminal([zeke, '--model', 'builtin'], { cwd, env });
    terminal.write(typed);
    try {
      await terminal.waitFor((text) => showsPrompt(text) && text.includes(`> ${typed}`));
      kept += 1;
    } catch (error) {
      console.error(String(error));
    } finally {
      terminal.close();
    }
  }
  const what = 'keys typed before the paint that arrive';
  return [{ what, unit: '%', value: (kept / runs) * 100, atLeast: 100 }];
}

/** Nobody types a question faster; the program may use that time, and is also measured without. */
const TYPING_MS = 400;

/** @param {Place} place */
async function measureEnterToWire({ cwd, env, runs }) {
  const server = await startModelServer({ tokens: ['done'] });
  const withHost = { ...env, OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: 'bench' };
  /** @type {number[]} */
  const sizes = [];
  const press = async (/** @type {number} */ thinkingMs) => {
    const terminal = openTerminal([zeke, '--model', 'openai/bench'], { cwd, env: withHost });
    try {
      await terminal.waitFor(showsPrompt);
      terminal.write('hello there');
      await terminal.waitFor((text) => text.includes('hello there'));
      await new Promise((resolve) => setTimeout(resolve, thinkingMs));
      const before = server.seen.length;
      const pressedAt = performance.now();
      terminal.write('\r');
      await terminal.waitFor((text) => text.includes('done'));
      const request = server.seen[before];
      if (request === undefined) throw new Error('no request arrived');
      sizes.push(request.bytes);
      return request.at - pressedAt;
    } finally {
      terminal.close();
    }
  };
  try {
    const typed = await medianOf(runs, () => press(TYPING_MS));
    const atOnce = await medianOf(runs, () => press(0));
    const what = 'Enter to request on the wire';
    return [
      { what, unit: 'ms', value: typed, atMost: 60 },
      { what: `${what}, right after the paint`, unit: 'ms', value: atOnce },
      { what: 'first request', unit: 'KB', value: Math.max(...sizes) / 1024, atMost: 8 },
    ];
  } finally {
    server.close();
  }
}
