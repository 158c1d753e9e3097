import { sanitizeLine, sanitizeText } from '../../../platform/terminal-text.ts';
import { ZEKE_VERSION } from '../../../platform/version.ts';
import type { Severity } from '../../../session/review.ts';
import type { KnownFinding } from '../baseline.ts';
import { RULES } from '../rules/registry.ts';
import type { ReviewReport } from './report.ts';

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const LEVELS: { readonly [S in Severity]: string } = {
  info: 'note',
  minor: 'warning',
  major: 'error',
  critical: 'error',
};
/** What code hosts order security findings by, from 0 to 10. */
const SECURITY_SEVERITY: { readonly [S in Severity]: string } = {
  info: '1.0',
  minor: '3.0',
  major: '7.0',
  critical: '9.5',
};

/** SARIF 2.1.0, for code hosts and scanners' dashboards. */
export function formatSarif({ findings }: ReviewReport): string {
  const rules = ruleTable(findings);
  const ids = rules.map((rule) => rule.id);
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'Zeke', semanticVersion: ZEKE_VERSION, version: ZEKE_VERSION, rules },
        },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: {
          ROOT: { description: { text: 'The root of the reviewed repository.' } },
        },
        results: findings.map((known) => toResult(known, ids)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** A model's findings have a rule for each category, since SARIF groups results by rule. */
function ruleIdOf({ finding }: KnownFinding): string {
  return finding.rule ?? `model/${sanitizeLine(finding.category).replace(/[^a-z0-9-]+/g, '-')}`;
}

function ruleTable(findings: readonly KnownFinding[]) {
  const used = new Set(findings.map(ruleIdOf));
  const builtIn = RULES.filter(({ name }) => used.has(name)).map(({ name, summary }) => ({
    id: name,
    shortDescription: { text: summary },
  }));
  const fromModel = [...used]
    .filter((id) => id.startsWith('model/'))
    .map((id) => ({ id, shortDescription: { text: `Found by a model: ${id.slice(6)}.` } }));
  return [...builtIn, ...fromModel];
}

function toResult(known: KnownFinding, ids: readonly string[]) {
  const { finding, fingerprint } = known;
  const { path, startLine, endLine, severity, category, title, body, patch } = finding;
  const ruleId = ruleIdOf(known);
  const texts = [title, body, patch ?? ''].filter((text) => text.trim() !== '');
  return {
    ruleId,
    ruleIndex: ids.indexOf(ruleId),
    level: LEVELS[severity],
    message: { text: sanitizeText(texts.join('\n\n')) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: toUri(path), uriBaseId: 'ROOT' },
          region: { startLine, endLine },
        },
      },
    ],
    partialFingerprints: { 'zekeFinding/v1': fingerprint },
    properties: {
      severity,
      category: sanitizeLine(category),
      ...(category === 'security' ? { 'security-severity': SECURITY_SEVERITY[severity] } : {}),
    },
  };
}

/** A relative reference: each part of the path escaped, lone surrogates replaced. */
function toUri(path: string): string {
  const parts = path.toWellFormed().split('/').map(encodeURIComponent);
  // A first part with a colon would read as a scheme; encodeURIComponent has taken care of it.
  return parts.join('/');
}
