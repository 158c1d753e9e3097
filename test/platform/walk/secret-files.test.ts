import { expect, it } from 'vitest';
import { isSecretPath } from '../../../src/platform/walk/secret-files.ts';

it.each([
  '.env',
  'a/.env.production',
  '.envrc',
  'prod.env',
  'server.pem',
  'tls/server.KEY',
  'id_rsa',
  'id_ed25519_sk',
  'id_rsa.bak',
  '.npmrc',
  '.netrc',
  '_netrc',
  '.aws/config',
  'home/.ssh/config',
  'kubeconfig',
  'dev.kubeconfig',
  '.kube/config',
  'vault.kdbx',
  'store.jks',
  'terraform.tfstate',
  '.git-credentials',
  '.pypirc',
  '.docker/config.json',
  '.pgpass',
])('%s holds secrets', (path) => {
  expect(isSecretPath(path)).toBe(true);
});

it.each([
  '.env.example',
  'app/.env.sample',
  'environment.ts',
  'src/env.ts',
  'id_generator.ts',
  'id_rsa.pub',
  'keyboard.ts',
  'docs/pem.md',
  'src/ssh/client.ts',
  'config.json',
  'npmrc.md',
])('%s does not', (path) => {
  expect(isSecretPath(path)).toBe(false);
});
