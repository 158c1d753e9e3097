/** The only reader of process.env. Everything else gets this plain value passed in. */

/** Environment variables by name; an empty string counts as not set. */
export type Environment = { readonly [name: string]: string | undefined };

/** The environment of this process, frozen. Empty values are left out. */
export function readEnvironment(): Environment {
  const entries = Object.entries(process.env).filter(([, value]) => value !== '');
  return Object.freeze(Object.fromEntries(entries));
}

/** Names of variables that hold a secret; children never receive them. */
const SECRET_NAME = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)(?:_|$)/i;

/** The environment for a child process: without anything that looks like a key. */
export function childEnvironment(env: Environment): Record<string, string> {
  const entries = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !SECRET_NAME.test(entry[0]),
  );
  return Object.fromEntries(entries);
}
