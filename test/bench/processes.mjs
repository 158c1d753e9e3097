// Starting programs and measuring them: wall time, processor time, peak memory.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const zeke = join(root, 'bin/zeke');

/**
 * A home, settings and a small project that belong to this run alone.
 * @returns {{ cwd: string, env: NodeJS.ProcessEnv, remove: () => void }}
 */
export function makeWorkplace() {
  const folder = mkdtempSync(join(tmpdir(), 'zeke-bench-'));
  const cwd = join(folder, 'project');
  for (const name of ['home', 'config', 'state', 'run', 'project/src']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  for (let at = 0; at < 40; at += 1) {
    const text = `export function step${at}(retryLimit: number) {\n  return retryLimit + ${at};\n}\n`;
    writeFileSync(join(cwd, `src/step-${at}.ts`), text.repeat(10));
  }
  spawnSync('git', ['init', '-q'], { cwd });
  const env = {
    PATH: process.env.PATH,
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    HOME: join(folder, 'home'),
    ZEKE_CONFIG_DIR: join(folder, 'config'),
    ZEKE_STATE_DIR: join(folder, 'state'),
    // Compiled code is kept between the runs, as it is between two real calls.
    XDG_CACHE_HOME: join(folder, 'home/.cache'),
    TMPDIR: join(folder, 'run'),
  };
  return { cwd, env, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** The value that this share of all stays below. @param {readonly number[]} values @param {number} share */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Processor time of all threads of a process so far, in milliseconds. @param {number} pid */
export function processorMs(pid) {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => {
    const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    return sum + Number(nanoseconds) / 1e6;
  }, 0);
}

/** What a process holds, and its fair share of what it holds together with others. @param {number} pid */
export function memoryOf(pid) {
  const kibibytes = (/** @type {string} */ file, /** @type {RegExp} */ pattern) =>
    Number(pattern.exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'))?.[1]) * 1024;
  return {
    rssBytes: kibibytes('status', /VmRSS:\s+(\d+)/),
    pssBytes: kibibytes('smaps_rollup', /^Pss:\s+(\d+)/m),
  };
}

/**
 * Runs the same thing `count` times and gives the median.
 * @param {number} count
 * @param {() => Promise<number> | number} measure
 */
export async function medianOf(count, measure) {
  const values = [];
  for (let at = 0; at < count; at += 1) values.push(await measure());
  return median(values);
}

/**
 * Two medians, taken in turns so that a busy moment of the machine meets both.
 * @param {number} count
 * @param {() => Promise<number> | number} first
 * @param {() => Promise<number> | number} second
 */
export async function mediansInTurns(count, first, second) {
  const [a, b] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
  for (let at = 0; at < count; at += 1) {
    a.push(await first());
    b.push(await second());
  }
  return [median(a), median(b)];
}

/**
 * Wall milliseconds of one whole process. Throws when it fails: a fast failure is no figure.
 * @param {readonly string[]} args of the Node that runs the bench
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 */
export function timeNode(args, { cwd = root, env = process.env } = {}) {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const took = performance.now() - started;
  if (status !== 0) throw new Error(`exit ${status}: ${String(stderr).trim().split('\n')[0]}`);
  return took;
}

/**
 * Starts a process whose output the caller reads. `usage()` resolves after its end.
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 */
export function startNode(args, { cwd, env }) {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const peak = watchPeakMemory(child.pid ?? 0);
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  /** @type {Promise<{ code: number | null, peakBytes: number, cpuMs: number, errors: string }>} */
  const ended = new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, ...peak.stop(), errors }));
  });
  return { child, ended };
}

/**
 * Reads /proc while the process lives: the kernel keeps its high-water mark and processor time.
 * @param {number} pid
 */
function watchPeakMemory(pid) {
  let peakBytes = Number.NaN;
  let cpuMs = Number.NaN;
  const look = () => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const peak = /VmHWM:\s+(\d+)/.exec(status)?.[1];
      // A process that has ended and was not collected yet has no memory to speak of.
      if (peak === undefined) return;
      peakBytes = Number(peak) * 1024;
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      // User and system time, in ticks of 10 ms.
      cpuMs = (Number(fields[11]) + Number(fields[12])) * 10;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  };
  const timer = setInterval(look, 10);
  return {
    stop: () => {
      clearInterval(timer);
      return { peakBytes, cpuMs };
    },
  };
}
