/** Known findings that stay quiet: recognized by their code, not by their line numbers. */
import { createHash } from 'node:crypto';
import { ZekeError } from '../../platform/errors.ts';
import { readTextFile, writeFileAtomic } from '../../platform/files.ts';
import type { Finding } from './finding.ts';

/** How often each fingerprint is known. */
export type Baseline = ReadonlyMap<string, number>;

const MAX_BASELINE_BYTES = 64 * 1024 * 1024;

/**
 * Names a finding by file, rule (or category, since models word titles anew) and the text of the
 * line it stands on. Blanks do not count, so it survives shifted and indented lines.
 */
export function fingerprintOf(finding: Finding, lineText: string): string {
  const { path, rule, category } = finding;
  const identity = [path, rule ?? `model:${category}`, lineText.replace(/\s+/g, '')];
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32);
}

/** Reads a baseline. Throws a ZekeError of kind `usage` when it is missing or no baseline. */
export async function readBaseline(path: string): Promise<Baseline> {
  const file = readTextFile(path, MAX_BASELINE_BYTES);
  if (!file.ok) {
    throw new ZekeError('usage', `The baseline ${path} could not be read (${file.reason}).`, {
      hint: `Write one first: zeke review --write-baseline ${path}`,
    });
  }
  const counts = new Map<string, number>();
  for (const { fingerprint } of parseBaseline(file.text, path)) {
    counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + 1);
  }
  return counts;
}

function parseBaseline(text: string, path: string): readonly { fingerprint: string }[] {
  try {
    const value = JSON.parse(text) as { version?: unknown; findings?: unknown };
    const isOurs = value?.version === 1 && Array.isArray(value.findings);
    if (isOurs) {
      return (value.findings as readonly { fingerprint?: unknown }[]).flatMap((entry) =>
        typeof entry?.fingerprint === 'string' ? [{ fingerprint: entry.fingerprint }] : [],
      );
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ZekeError('usage', `${path} is no baseline of zeke review.`, {
    hint: `Write it anew: zeke review --write-baseline ${path}`,
  });
}

export interface KnownFinding {
  readonly finding: Finding;
  readonly fingerprint: string;
}

/** Writes findings as a baseline: sorted and one per line, so that it can be kept in git. */
export async function writeBaseline(path: string, known: readonly KnownFinding[]): Promise<void> {
  const lines = known
    .map(({ finding, fingerprint }) => {
      const { path: file, rule, title } = finding;
      return JSON.stringify({
        fingerprint,
        path: file,
        ...(rule === undefined ? {} : { rule }),
        title,
      });
    })
    .sort();
  const list = lines.map((line) => `    ${line}`).join(',\n');
  const body = lines.length === 0 ? '[]' : `[\n${list}\n  ]`;
  await writeFileAtomic(path, `{\n  "version": 1,\n  "findings": ${body}\n}\n`);
}

/** The findings that the baseline does not know. One entry silences one finding. */
export function withoutKnown<T extends KnownFinding>(
  findings: readonly T[],
  baseline: Baseline,
): readonly T[] {
  const left = new Map(baseline);
  return findings.filter(({ fingerprint }) => {
    const count = left.get(fingerprint) ?? 0;
    if (count > 0) left.set(fingerprint, count - 1);
    return count === 0;
  });
}
