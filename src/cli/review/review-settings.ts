/** What `zeke review` was asked for: options over settings. */
import { resolve } from 'node:path';
import type { DiffRequest } from '../../agent/review/diff/diff-source.ts';
import { REPORT_FORMATS, type ReportFormatName } from '../../agent/review/formats/registry.ts';
import type { Config } from '../../platform/config/config.ts';
import { ZekeError } from '../../platform/errors.ts';
import { streamFile } from '../../platform/streams/stream-file.ts';
import { SEVERITIES, type Severity } from '../../session/review.ts';
import type { Invocation } from '../command.ts';

export interface ReviewSettings {
  readonly format: ReportFormatName;
  readonly failOn: Severity | 'never';
  readonly minSeverity: Severity;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Absolute paths. */
  readonly baseline: string | undefined;
  readonly writeBaseline: string | undefined;
  readonly concurrency: number;
  readonly maxCostUsd: number | undefined;
  readonly onSecret: 'redact' | 'refuse';
  readonly showsProgress: boolean;
}

const MAX_CONCURRENCY = 32;

/** The settings of this review. Throws a ZekeError of kind `usage` for a value that makes none. */
export function reviewSettings({ options, cwd, io }: Invocation, config: Config): ReviewSettings {
  const path = (name: string): string | undefined => {
    const value = options[name];
    return typeof value === 'string' ? resolve(cwd, value) : undefined;
  };
  return {
    format: oneOf(options.format, Object.keys(REPORT_FORMATS) as ReportFormatName[]) ?? 'text',
    failOn: oneOf(options['fail-on'], [...SEVERITIES, 'never' as const]) ?? config.review.failOn,
    minSeverity: oneOf(options.severity, SEVERITIES) ?? config.review.minSeverity,
    include: listOf(options.include),
    exclude: [...config.review.exclude, ...listOf(options.exclude)],
    baseline: path('baseline'),
    writeBaseline: path('write-baseline'),
    concurrency: concurrencyOf(options.concurrency) ?? config.review.concurrency,
    maxCostUsd: config.maxCostUsd,
    onSecret: config.secrets.onSecret,
    showsProgress: io.stderr.isTTY || options.progress === true,
  };
}

/**
 * Where the diff comes from. Throws a ZekeError of kind `usage` when several places are named. With
 * none: standard input when something is piped in, else the working tree.
 */
export function diffRequestOf({ options, positionals, io, cwd }: Invocation): DiffRequest {
  const [range] = positionals;
  const { staged, base } = options;
  const file = options['pr-file'];
  const named = [range, staged, base, file].filter((source) => source !== undefined);
  if (named.length > 1) {
    throw new ZekeError('usage', 'A range, --staged, --base and --pr-file exclude each other.', {
      hint: 'Name one of them, as in: zeke review --base main',
    });
  }
  if (range !== undefined) return { kind: 'range', range };
  if (staged === true) return { kind: 'staged' };
  if (typeof base === 'string') return { kind: 'base', base };
  if (typeof file === 'string' && file !== '-') {
    return { kind: 'input', input: streamFile(resolve(cwd, file)) };
  }
  if (file === undefined && io.stdin.isTTY) {
    io.stderr.write('zeke: Reviewing the changes since the last commit, new files included.\n');
    return { kind: 'working-tree' };
  }
  return { kind: 'input', input: io.stdin };
}

function oneOf<T extends string>(value: unknown, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === value);
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function concurrencyOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const count = Number(value);
  if (Number.isInteger(count) && count >= 1 && count <= MAX_CONCURRENCY) return count;
  throw new ZekeError(
    'usage',
    `--concurrency must be a whole number from 1 to ${MAX_CONCURRENCY}.`,
  );
}
