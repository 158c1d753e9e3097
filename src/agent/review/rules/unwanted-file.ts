import { perFile, type ReviewRule, type RuleFinding, type RuleSubject } from './rule.ts';

interface Unwanted {
  readonly path: RegExp;
  readonly severity: RuleFinding['severity'];
  readonly title: string;
  readonly body: string;
}

const IGNORE_IT = 'Remove it from the change and add it to .gitignore.';

const UNWANTED: readonly Unwanted[] = [
  {
    path: /(?:^|\/)\.env(?:\.(?!example|sample|template|dist|defaults?|test|ci|schema|vault)[\w.-]+)?$/i,
    severity: 'major',
    title: 'Environment file',
    body:
      `Files like this hold secrets sooner or later. ${IGNORE_IT} Commit an example without ` +
      'values instead.',
  },
  {
    path: /(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|[^/]+\.(?:pfx|p12|jks|keystore|kdbx|ppk)|\.netrc|\.pgpass|\.htpasswd)$|(?:^|\/)\.(?:aws\/credentials|ssh\/[^/]+|kube\/config)$/i,
    severity: 'critical',
    title: 'Private key or credentials file',
    body:
      'This kind of file opens doors. Remove it, and replace what it holds, because the ' +
      'history keeps it.',
  },
  {
    path: /(?:^|\/)(?:node_modules|bower_components|\.venv|venv|__pycache__|\.tox|\.gradle|\.terraform)\//,
    severity: 'major',
    title: 'Installed or cached files',
    body: `These files come from a package manager or a cache. ${IGNORE_IT}`,
  },
  {
    path: /\.(?:pyc|pyo|class|o|obj|a|lo|elc|beam)$|(?:^|\/)[^/]+\.(?:dSYM|egg-info)\//,
    severity: 'minor',
    title: 'Build output',
    body: `This file is made from others. ${IGNORE_IT}`,
  },
  {
    path: /(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini|\.idea\/workspace\.xml|npm-debug\.log|yarn-error\.log|[^/]+\.(?:swp|swo|orig|rej|bak|tmp))$|(?:^|\/)core\.\d+$/,
    severity: 'minor',
    title: 'Left by a tool',
    body: `An editor, a file manager or a crash left this file. ${IGNORE_IT}`,
  },
];

/** Past this a binary makes every clone slow, for ever. */
const BIG_BINARY_BYTES = 1024 * 1024;

/** New files that a repository is the wrong place for. */
export const unwantedFile: ReviewRule = {
  name: 'unwanted-file',
  summary: 'A file is added that should not be in git.',
  start: perFile(function* (subject) {
    const { file, kind } = subject;
    const isNew = file.change === 'added' || file.change === 'copied' || file.change === 'renamed';
    if (!isNew || file.part > 0 || file.isSubmodule) return;
    const unwanted = UNWANTED.find(({ path }) => path.test(file.path));
    // Test data may be anything, keys that open nothing included.
    if (unwanted !== undefined && !(kind.isTest || kind.isDocumentation)) {
      yield finding(unwanted);
    } else if (isBigBinary(subject)) {
      const sizeMiB = ((file.binarySizeBytes ?? 0) / (1024 * 1024)).toFixed(1);
      yield finding({
        severity: 'minor',
        title: 'Big binary file',
        body:
          `It adds ${sizeMiB} MiB (compressed) to every clone. Keep it in a release, a ` +
          'package or large-file storage.',
      });
    }
  }),
};

function finding({ severity, title, body }: Omit<Unwanted, 'path'>): RuleFinding {
  return { startLine: 1, severity, category: 'maintainability', title, body };
}

function isBigBinary({ file }: RuleSubject): boolean {
  return file.isBinary && (file.binarySizeBytes ?? 0) > BIG_BINARY_BYTES;
}
