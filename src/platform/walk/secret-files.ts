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
