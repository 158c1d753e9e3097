import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { findSecrets } from '../../../src/platform/secrets/find-secrets.ts';
import { sampleOf, seededRandom } from '../../helpers/regex-sample.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SHARED_RULES = join(ROOT, '..', 'shared', 'security', 'gitleaks.toml');

function rulesIn(text: string): string[] {
  return findSecrets(text).map((match) => match.rule);
}
function secretsIn(text: string): string[] {
  return findSecrets(text).map(({ start, end }) => text.slice(start, end));
}
const random = seededRandom(7);
/** A made-up secret: none of these ever opened anything, and none stands in this file. */
function made(pattern: string): string {
  return sampleOf(pattern, random);
}

describe('tokens with a vendor prefix', () => {
  it.each([
    ['anthropic-key', 'sk-ant-api03-[A-Za-z0-9_-]{93}AA'],
    ['anthropic-key', 'sk-ant-admin01-[A-Za-z0-9_-]{93}AA'],
    ['anthropic-key', 'sk-ant-oat01-[A-Za-z0-9_-]{93}AA'],
    ['openai-key', 'sk-proj-[A-Za-z0-9_-]{74}T3BlbkFJ[A-Za-z0-9_-]{74}'],
    ['openrouter-key', 'sk-or-v1-[0-9a-f]{64}'],
    ['model-host-key', 'sk-[0-9a-f]{32}'],
    ['groq-key', 'gsk_[A-Za-z0-9]{52}'],
    ['xai-key', 'xai-[A-Za-z0-9]{80}'],
    ['google-api-key', 'AIza[0-9A-Za-z]{35}'],
    ['github-token', 'ghp_[0-9A-Za-z]{36}'],
    ['github-token', 'gho_[0-9A-Za-z]{36}'],
    ['github-token', 'ghu_[0-9A-Za-z]{36}'],
    ['github-token', 'ghs_[0-9A-Za-z]{36}'],
    ['github-token', 'github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}'],
    ['huggingface-token', 'hf_[A-Za-z]{34}'],
    ['perplexity-key', 'pplx-[0-9A-Za-z]{48}'],
    ['aws-access-key', 'AKIA[A-Z]{10}7[A-Z2-7]{5}'],
    ['aws-access-key', 'ASIA[A-Z]{10}7[A-Z2-7]{5}'],
    ['stripe-key', 'sk_live_[0-9A-Za-z]{24}'],
    ['slack-token', 'xoxb-[0-9]{12}-[0-9]{12}-[0-9A-Za-z]{24}'],
    ['jwt', 'eyJ[0-9A-Za-z]{30}\\.eyJ[0-9A-Za-z]{60}\\.[0-9A-Za-z]{43}'],
  ])('finds %s: %s', (rule, pattern) => {
    const secret = made(pattern);
    for (const text of [secret, `key = "${secret}"`, `{"k":"${secret}"}`, `x ${secret}\n`]) {
      expect(rulesIn(text)).toEqual([rule]);
      expect(secretsIn(text)).toEqual([secret]);
    }
  });

  it('does not find a prefix inside a longer word', () => {
    const secret = made('ghp_[0-9A-Za-z]{36}');
    expect(rulesIn(`x${secret}`)).toEqual([]);
  });
});

describe('secrets in formats', () => {
  it('finds private keys, whole', () => {
    const body = Array.from({ length: 12 }, () => made('[0-9A-Za-z+/]{64}')).join('\n');
    for (const kind of ['RSA ', 'EC ', 'OPENSSH ', 'ENCRYPTED ', '']) {
      const key = `-----BEGIN ${kind}PRIVATE KEY-----\n${body}\n-----END ${kind}PRIVATE KEY-----`;
      expect(secretsIn(`a\n${key}\nb`)).toEqual([key]);
    }
    expect(rulesIn(`-----BEGIN PRIVATE KEY-----\n${body}`)).toEqual(['private-key']);
    expect(rulesIn('-----BEGIN PUBLIC KEY-----\nabc')).toEqual([]);
    expect(rulesIn('if (text.includes("-----BEGIN PRIVATE KEY-----"))')).toEqual([]);
  });

  it('finds passwords in URLs of real hosts', () => {
    const password = made('[a-z]{3}[0-9]{2}[A-Z]{3}[0-9]{2}[a-z]{3}');
    expect(secretsIn(`postgres://app:${password}@db.acme.io:5432/app`)).toEqual([password]);
    for (const harmless of [
      'postgres://postgres:postgres@localhost:5432/app',
      'https://user:password@acme.io/',
      'https://user:${PASSWORD}@acme.io/',
      'https://user:<password>@acme.io/',
      'amqp://guest:guest@rabbit:5672',
      'https://example.com:8080/a@b',
      'git+ssh://git@github.com:org/repo.git',
    ]) {
      expect(rulesIn(harmless)).toEqual([]);
    }
  });

  it('finds passwords in URLs that somebody thought of, where the host is a real one', () => {
    const chosen = `hunter2${'horse'}`;
    const letters = `brown${'foxes'}`;
    for (const [text, password] of [
      [`postgres://app:${chosen}@db:5432/app`, chosen],
      [`redis://:${chosen}@cache.acme.io:6379/0`, chosen],
      [`mongodb+srv://app:${letters}@cluster0.ab1cd.mongodb.net/app`, letters],
      [`DATABASE_URL=mysql://app:${chosen}@10-0-0-3.acme.io/app`, chosen],
      [`git clone https://ci:${letters}@git.acme.io/app.git`, letters],
      [`amqps://app:fox${'9!'}@mq.acme.io`, `fox${'9!'}`],
    ] as const) {
      expect(secretsIn(text), text).toEqual([password]);
    }
    for (const harmless of [
      `postgres://app:${chosen}@localhost:5432/app`,
      `postgres://app:${chosen}@db.example.com:5432/app`,
      'postgres://app:app@db.acme.io/app',
      'postgres://user:pass@host/db',
      'postgres://${DB_USER}:${DB_PASSWORD}@db.acme.io/app',
      'postgres://user:********@db.acme.io/app',
      'docker://alpine:3.18.4@sha256:abcdef',
      'redis://:changeme@cache.acme.io',
      'npm://left-pad:1.3.0@registry.acme.io',
      'http://:@acme.io/',
    ]) {
      expect(rulesIn(harmless), harmless).toEqual([]);
    }
  });

  it('finds passwords that somebody thought of, beside a name that says so', () => {
    const chosen = `hunter2${'horse'}`;
    for (const text of [
      `password = "${chosen}"`,
      `const dbPassword = '${chosen}';`,
      `"password": "${chosen}",`,
      `'passwd' => '${chosen}',`,
      `pwd := "${chosen}"`,
      `connect({ user: 'app', password: \`${chosen}\` })`,
      `DB_PASSWORD=${chosen}`,
      `A=1\nDB_PASS=${chosen}\r\nB=2`,
      `  export PGPASSWORD=${chosen}`,
      `spring.datasource.password=${chosen}\n`,
    ]) {
      expect(secretsIn(text), text).toEqual([chosen]);
    }
    expect(secretsIn(`db:\n  password: ${chosen}!\n`)).toEqual([`${chosen}!`]);
    for (const line of [
      'password: "Passwort vergessen?"',
      'password: string',
      'password: Base64String',
      'password = input1value',
      'password=input1value, user=name',
      'f(password=input1value)',
      'password: user.credentials2.text',
      'PASSWORD = "E1001_WRONG"',
      'invalidPassword: "err8or-weakness"',
      'password: "auth.errors.pwd2"',
      'password: "${PASSWORD_2}"',
      'password: "<your-pw-1here>"',
      'password = "example123horse"',
      'password = "hunter12345"',
      'password = "********"',
      'password = ""',
      `passwordHint = "${chosen}"`,
      `if (password == "${chosen}")`,
      'password_field: field1horse',
    ]) {
      expect(rulesIn(line), line).toEqual([]);
    }
  });

  it('finds lines of .env files', () => {
    const password = made('[a-z]{3}[0-9]{2}![A-Z]{3}');
    expect(secretsIn(`HOST=a\nDB_PASSWORD=${password}\nexport PORT=1`)).toEqual([password]);
    expect(secretsIn(`export API_TOKEN=${made('[0-9a-f]{40}')}`)).toHaveLength(1);
    for (const line of [
      'DB_PASSWORD=',
      'DB_PASSWORD=changeme',
      'DB_PASSWORD=$PASS',
      'TOKEN_FILE=/run/x1y2z3',
    ]) {
      expect(rulesIn(line)).toEqual([]);
    }
  });

  it('finds what is named as a secret', () => {
    const value = made('[0-9a-z]{8}[0-9][A-Z][0-9a-z]{10}[0-9]{3}');
    for (const text of [
      `const apiKey = '${value}';`,
      `"client_secret": "${value}"`,
      `access_token: ${value}`,
      `setApiKey("${value}")`,
      `x-api-key: ${value}`,
      `Authorization: Bearer ${value}${value}`,
      `curl -u admin:${value} https://acme.io`,
      `<add key="ClearTextPassword" value="${value}" />`,
    ]) {
      expect(secretsIn(text), text).toHaveLength(1);
    }
  });
});

describe('what is no secret', () => {
  it.each([
    'const key = "sk-...";',
    'OPENAI_API_KEY=sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'api_key = "your-api-key"',
    'apiKey: process.env.API_KEY_PRODUCTION2',
    'aws_access_key_id = AKIAIOSFODNN7EXAMPLE',
    'token: string;',
    'const token = getTokenFromStore2();',
    'password = "correct horse battery staple"',
    'secret: ${{ secrets.DEPLOY_TOKEN_V2 }}',
    '"integrity": "sha512-Iql5S0WJqvJ4XxBCHXnqWcNUFz+F5nGJwkkS5HfJDzcSLX3XWVpXhG0B0mGuJ9ZNBQBx8x5XU0Q5eHXZlcmRlQ=="',
    'commit 3f786850e387550fdab836ed7e6dc881de23001b',
    'id: 123e4567-e89b-12d3-a456-426614174000',
    'github.com/acme/token v0.0.0-20240416174822-0da2a6a1bbc8',
    'src/token.ts: 3f786850e387550fdab836ed7e6dc881de23001b',
    'publicKey = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8n1"',
    'csrfToken: "8f7d6c5b4a39281706f5e4d3c2b1a099"',
    'tokenizer = "cl100k_base_v2_2024"',
  ])('%s', (text) => {
    expect(rulesIn(text)).toEqual([]);
  });

  it('is nowhere in the source of this project and of its packages', () => {
    const found: string[] = [];
    let fileCount = 0;
    for (const path of sourceFiles(ROOT, 0)) {
      fileCount += 1;
      const text = readFileSync(path, 'utf8');
      for (const { rule, start } of findSecrets(text)) {
        // Published test vectors and documented samples are kept out by name, nothing else is.
        found.push(`${rule} ${path.slice(ROOT.length)} ${text.slice(start - 20, start)}`);
      }
    }
    expect(fileCount).toBeGreaterThan(500);
    expect(found).toEqual([]);
  });
});

/** Source, settings and lock files of this project and of the packages it uses. */
function* sourceFiles(folder: string, depth: number): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // Caches hold copies of anything; compiled output repeats its source.
    if (entry.name.startsWith('.') || entry.name === 'dist' || entry.isSymbolicLink()) continue;
    if (entry.isDirectory() && depth < 8) yield* sourceFiles(path, depth + 1);
    else if (/\.(?:ts|tsx|js|mjs|json|md|toml|ya?ml)$/.test(entry.name)) yield path;
  }
}

interface SharedRule {
  readonly id: string;
  readonly regex?: string;
}

describe.skipIf(!existsSync(SHARED_RULES))(
  'other people’s rules (shared data absent when skipped)',
  () => {
    const NAME_END = String.raw`(?:[ \t\w.-]{0,20})[\s'"]{0,3}`;
    const ASSIGNED = String.raw`(?:=|>|:{1,3}=|\|\||:|=>|\?=|,)[\x60'"\s=]{0,5}`;
    const END = String.raw`(?:[\x60'"\s;]|\\[nr]|$)`;
    const SAMPLES = 20;

    /** The rule's pattern with its loose parts as people write them: `ACME_API_KEY="…"`. */
    function typical(regex: string): string {
      return regex
        .replaceAll(String.raw`[\w.-]{0,50}?`, '')
        .replaceAll(NAME_END, '_API_KEY')
        .replaceAll(ASSIGNED, '="')
        .replaceAll(END, '"');
    }

    it('are matched for nine in ten of the services they know', () => {
      const { rules } = parse(readFileSync(SHARED_RULES, 'utf8')) as unknown as {
        rules: readonly SharedRule[];
      };
      const withPattern = rules.filter((rule) => rule.regex !== undefined);
      const missed = withPattern.filter(({ regex = '' }) => {
        let hits = 0;
        for (let seed = 1; seed <= SAMPLES; seed += 1) {
          const sample = sampleOf(typical(regex), seededRandom(seed));
          if (findSecrets(` ${sample} `).length > 0) hits += 1;
        }
        // A random sample may lack digits; a real token has the same chance.
        return hits < SAMPLES * 0.8;
      });
      const coverage = 1 - missed.length / withPattern.length;
      const names = missed.map((rule) => rule.id).join(', ');
      expect(coverage, `missed: ${names}`).toBeGreaterThan(0.94);
    });
  },
);

describe('hostile text', () => {
  const SIZE = 1_000_000;
  it.each([
    ['prefixes', 'ghp_'],
    ['nested prefixes', 'sk-ant-api03-'],
    ['dots', 'ey.'],
    ['jwt heads', 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpX.'],
    ['key marks', '-----BEGIN PRIVATE KEY-----'],
    ['key marks with bodies', `-----BEGIN PRIVATE KEY-----\n${'A1b2'.repeat(40)}`],
    ['URL heads', 'a://b:'],
    ['URL words', 'aaaa1:'],
    ['URLs with passwords', 'a://b:c1d2e3f4@'],
    ['lines of passwords', 'password=a1b2c3d4\n'],
    ['indented passwords', '                 password: '],
    ['names', 'password'],
    ['assignments', 'token='],
    ['quotes', 'secret="'],
    ['one word', 'a'],
    ['hex', '0123456789abcdef'],
    ['curls', 'curl -u a:'],
    ['headers', 'authorization: bearer '],
    ['XML', '<add key="Password" '],
    ['YAML', 'kind: Secret\ndata:\n  a: '],
    ['bars', '1234567890123456|'],
    ['azure marks', 'abc1Q~'],
    ['spaces', 'key =            '],
  ])('of %s takes no longer than other text of its length', (_, unit) => {
    // A quadratic step would take minutes; the limit of the test is what fails then.
    const text = unit.repeat(Math.ceil(SIZE / unit.length));
    expect(Array.isArray(findSecrets(text))).toBe(true);
  });
});
