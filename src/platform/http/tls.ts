/** Trust for https: the built-in authorities, plus those that the environment names. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SecureContext } from 'node:tls';
import type { Environment } from '../env.ts';
import { errorMessage, ZekeError } from '../errors.ts';

/**
 * A context that trusts Node's own authorities and those in NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and
 * SSL_CERT_DIR; undefined where none is set, so that Node's default context is used. Built once per
 * client, because parsing all authorities takes tens of milliseconds. Throws a ZekeError for a file
 * that is named but cannot be read.
 */
export async function trustFromEnvironment(env: Environment): Promise<SecureContext | undefined> {
  const extra = [
    ...certificateFile('NODE_EXTRA_CA_CERTS', env),
    ...certificateFile('SSL_CERT_FILE', env),
    ...certificateFolder(env),
  ];
  if (extra.length === 0) return undefined;
  const { createSecureContext, rootCertificates } = await import('node:tls');
  try {
    return createSecureContext({ ca: [...rootCertificates, ...extra] });
  } catch (error) {
    throw new ZekeError('config', `A certificate cannot be used: ${errorMessage(error)}`, {
      hint: 'NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and SSL_CERT_DIR must name PEM certificates.',
      cause: error,
    });
  }
}

function certificateFile(variable: string, env: Environment): readonly string[] {
  const path = env[variable];
  return path === undefined ? [] : [readCertificates(path, variable)];
}

function certificateFolder(env: Environment): readonly string[] {
  const folder = env.SSL_CERT_DIR;
  if (folder === undefined) return [];
  try {
    return readdirSync(folder)
      .filter((name) => /\.(?:pem|crt|cer|0)$/.test(name))
      .map((name) => readCertificates(join(folder, name), 'SSL_CERT_DIR'));
  } catch (error) {
    if (error instanceof ZekeError) throw error;
    throw unreadable('SSL_CERT_DIR', folder, error);
  }
}

function readCertificates(path: string, variable: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(variable, path, error);
  }
}

function unreadable(variable: string, path: string, cause: unknown): ZekeError {
  const message = `${variable} names ${path}, which cannot be read: ${errorMessage(cause)}`;
  return new ZekeError('config', message, { hint: `Correct or unset ${variable}.`, cause });
}
