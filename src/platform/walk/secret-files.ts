/** Which files hold secrets by their very name. They are never listed, searched or read for a model. */

/** Folders that hold keys and tokens. */
const SECRET_FOLDERS = new Set(['.ssh', '.aws', '.gnupg', '.kube', '.azure', '.password-store']);

const SECRET_NAMES = new Set([
  '.npmrc',
  '.yarnrc',
  '.netrc',
  '_netrc',
  '.pypirc',
  '.pgpass',
  '.htpasswd',
  '.git-credentials',
  '.dockercfg',
  '.dockerconfigjson',
  '.vault-token',
  '.terraformrc',
  '.s3cfg',
  '.boto',
  '.my.cnf',
  'kubeconfig',
]);

const SECRET_PATTERNS: readonly RegExp[] = [
  // `.env.example` and its like are made to be shared.
  /^\.env(?!.*\.?(?:example|sample|template|dist)$)/,
  /\.env$/,
  /^id_[a-z0-9_]+(?:\.(?:bak|old|key|pem|ppk))?$/,
  /\.(?:pem|key|p12|pfx|pkcs12|jks|keystore|kdbx?|ppk|asc|gpg|tfstate|tfvars|kubeconfig|ovpn)$/,
];

/** True for a path (relative, with `/`) whose name says that it holds secrets. */
export function isSecretPath(path: string): boolean {
  const segments = path.toLowerCase().split('/');
  const name = segments.pop() ?? '';
  return (
    SECRET_NAMES.has(name) ||
    SECRET_PATTERNS.some((pattern) => pattern.test(name)) ||
    segments.some((segment) => SECRET_FOLDERS.has(segment)) ||
    /(?:^|\/)\.docker\/config\.json$/i.test(path)
  );
}

/** Nobody reads more in a line. */
const MAX_NAMES = 10;

/** A file in a diff; `oldPath` where it was called otherwise before. */
export interface NamedChange {
  readonly path: string;
  readonly oldPath?: string;
}

/** True where either name says so: what was renamed holds the same lines. */
export function isSecretChange({ path, oldPath = path }: NamedChange): boolean {
  return isSecretPath(path) || isSecretPath(oldPath);
}

/** What people are told of changes that a model was not shown. */
export function describeHidden(changes: readonly NamedChange[]): string {
  const names = changes
    .slice(0, MAX_NAMES)
    .map(({ path, oldPath }) => (oldPath === undefined ? path : `${path} (was ${oldPath})`));
  const more = changes.length - names.length;
  const rest = more > 0 ? ` and ${more} more` : '';
  return `Not shown to the model, because files of this name hold secrets: ${names.join(', ')}${rest}.`;
}
