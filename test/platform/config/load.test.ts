import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LoadConfigInput, loadConfig } from '../../../src/platform/config/load.ts';
import { ZekeError } from '../../../src/platform/errors.ts';

let dir: string;
let input: LoadConfigInput;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'zeke-config-'));
  mkdirSync(join(dir, 'config'));
  mkdirSync(join(dir, 'project', '.zeke'), { recursive: true });
  const paths = { configDir: join(dir, 'config'), stateDir: dir, cacheDir: dir, runtimeDir: dir };
  input = { paths, env: {}, root: join(dir, 'project') };
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const writeUser = (text: string): void => writeFileSync(join(dir, 'config/config.toml'), text);
const writeProject = (text: string): void =>
  writeFileSync(join(dir, 'project/.zeke/config.toml'), text);

async function refusal(over: Partial<LoadConfigInput> = {}): Promise<ZekeError> {
  const error = await loadConfig({ ...input, ...over }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ZekeError);
  return error as ZekeError;
}

describe('where values come from', () => {
  test('nothing is set: the defaults', async () => {
    const { config, settings, warnings } = await loadConfig(input);
    expect(config.model).toBeUndefined();
    expect(config.offline).toBe(false);
    expect(config.review.failOn).toBe('major');
    expect(config.secrets.onSecret).toBe('redact');
    expect(config.providers).toEqual({});
    expect(warnings).toEqual([]);
    expect(settings.every((setting) => setting.source === 'default')).toBe(true);
  });

  test('user file, project file, environment, option: later ones win', async () => {
    writeUser('model = "a/user"\nmax_cost_usd = 2\nreview.fail_on = "info"\n');
    writeProject('[review]\nfail_on = "critical"\nexclude = ["dist/**"]\n');
    const { config, settings } = await loadConfig({
      ...input,
      env: { ZEKE_MODEL: 'b/environment', ZEKE_OFFLINE: '1' },
      flags: { model: 'c/flag' },
    });
    expect(config.model).toBe('c/flag');
    expect(config.maxCostUsd).toBe(2);
    expect(config.offline).toBe(true);
    expect(config.review.failOn).toBe('critical');
    expect(config.review.exclude).toEqual(['dist/**']);
    const where = Object.fromEntries(settings.map(({ key, where: place }) => [key, place]));
    expect(where.model).toBe('--model');
    expect(where.max_cost_usd).toBe(join(dir, 'config/config.toml'));
    expect(where['review.fail_on']).toBe(join(dir, 'project/.zeke/config.toml'));
    expect(where.offline).toBe('ZEKE_OFFLINE');
  });

  test('providers and local models of the user', async () => {
    writeUser(
      '[providers.lab]\nbase_url = "https://h/v1"\n[providers.openai]\napi_key_env = "MY"\n' +
        '[local."q.5"]\npath = "~/q.gguf"\ncontext_tokens = 512\n',
    );
    const { config } = await loadConfig({ ...input, env: { HOME: '/home/me' } });
    expect(config.providers.lab).toMatchObject({ family: 'openai-chat', apiKeyEnv: undefined });
    expect(config.providers.openai).toMatchObject({
      baseUrl: 'https://api.openai.com/v1',
      apiKeyEnv: 'MY',
    });
    expect(config.local['q.5']).toEqual({ path: '/home/me/q.gguf', contextTokens: 512 });
  });

  test('the value is frozen all the way down', async () => {
    writeUser('review.exclude = ["a"]');
    const { config } = await loadConfig(input);
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.review.exclude)).toBe(true);
  });

  test('a .env file beside the project is never read', async () => {
    writeFileSync(join(dir, 'project/.env'), 'ZEKE_MODEL=evil/model\nOPENAI_BASE_URL=http://e\n');
    const { config } = await loadConfig(input);
    expect(config.model).toBeUndefined();
    expect(config.providers).toEqual({});
  });

  test('unencrypted hosts are warned about, this machine is not', async () => {
    writeUser(
      '[providers.a]\nbase_url = "http://gpu.lan/v1"\nallow_plain_http = true\n' +
        '[providers.b]\nbase_url = "http://127.0.0.1:8080"\n',
    );
    const { warnings } = await loadConfig(input);
    expect(warnings).toEqual(['Requests to a go to gpu.lan without encryption (http).']);
  });
});

describe('mistakes in the user’s file', () => {
  test.each([
    ['model = "a/b"\nofline = true', '2:1: unknown key ofline; the nearest is offline.'],
    ['[reviw]\nfail_on = "x"', '1:2: unknown key reviw; the nearest is review.'],
    [
      '[review]\n  fail-on = "x"',
      '2:3: unknown key review.fail-on; the nearest is review.fail_on.',
    ],
    [
      'review = { failon = "x" }',
      '1:12: unknown key review.failon; the nearest is review.fail_on.',
    ],
    ['review = 3', '1:1: review must be a table.'],
    ['a = 1\nmodel = = 3', '2:9: not valid TOML: invalid value.'],
    ['offline = "yes"', '1:1: offline must be true or false.'],
    ['network.max_retries = 1.5', '1:9: network.max_retries must be a whole number from 0 to 10.'],
    ['max_cost_usd = -1', '1:1: max_cost_usd must be a number of at least 0.'],
    ['max_cost_usd = nan', '1:1: max_cost_usd must be a number of at least 0.'],
    ['model = "a b"', '1:1: model must be provider/model, such as ollama/qwen3.'],
    ['model = 2026-01-01', '1:1: model must be a text in quotes.'],
    ['[providers.x]\nbase_url = "ftp://h"', '2:1: providers.x.base_url must begin with https://.'],
    ['[providers."a b"]\nbase_url = "https://h"', '1:12: providers."a b" may only be named'],
    [
      '[providers.__proto__]\nbase_url = "https://h"',
      '1:12: providers.__proto__ may only be named',
    ],
    ['[local.a]\ncontext_tokens = 512', 'local.a.path is missing: which GGUF file is it?'],
    ['[providers.a]\nfamily = "ollama"', 'providers.a.base_url is missing'],
    ['review.exclude = "dist"', '1:8: review.exclude must be a list of texts'],
    ['review.fail_on = "majr"', 'the nearest to what is there is "major".'],
  ])('%j', async (text, part) => {
    writeUser(text);
    const error = await refusal();
    expect(error.kind).toBe('config');
    expect(error.message).toContain(join(dir, 'config/config.toml'));
    expect(error.message).toContain(part);
  });

  test('a key pasted into the file is not repeated', async () => {
    writeUser('[providers.lab]\napi_key = "sk-very-secret"\n');
    const misplaced = await refusal();
    expect(misplaced.hint).toContain('zeke auth add');
    writeUser('[providers.lab]\napi_key_env = "sk-very-secret"\n');
    const confused = await refusal();
    expect(confused.message).toContain('not a key');
    expect(misplaced.message + confused.message).not.toContain('very-secret');
  });

  test('a user name and password in an address are not repeated', async () => {
    writeUser('[providers.lab]\nbase_url = "https://me:hunter2@h"\n');
    expect((await refusal()).message).not.toContain('hunter2');
  });

  test('something that is no file', async () => {
    mkdirSync(join(dir, 'config/config.toml'));
    expect((await refusal()).message).toContain('is no settings file');
  });

  test('a file that may not be read', async ({ skip }) => {
    if (process.getuid?.() === 0) skip('the superuser may read everything');
    writeUser('model = "a/b"');
    chmodSync(join(dir, 'config/config.toml'), 0);
    expect((await refusal()).kind).toBe('permission');
  });
});

describe('a hostile project', () => {
  test.each([
    ['model = "evil/model"', 'model'],
    ['max_cost_usd = 1000', 'max_cost_usd'],
    ['[providers.openai]\nbase_url = "https://evil.example"', 'providers.openai.base_url'],
    ['providers.openai.base_url = "https://evil.example"', 'providers.openai.base_url'],
    ['providers = { openai = { base_url = "https://e" } }', 'providers.openai.base_url'],
    ['[providers.openai]\napi_key_env = "AWS_SECRET_ACCESS_KEY"', 'providers.openai.api_key_env'],
    ['[providers.a]\nallow_plain_http = true', 'providers.a.allow_plain_http'],
    ['[local.x]\npath = "/etc/passwd"', 'local.x.path'],
    ['[network]\nmax_retries = 10', 'network.max_retries'],
    ['[context]\nbudget_tokens = 1000000', 'context.budget_tokens'],
    ['offline = false', 'offline (other than true)'],
    ['[secrets]\non_secret = "redact"', 'secrets.on_secret (other than refuse)'],
    ['approvals.edit = "allow"', 'approvals.edit (other than deny)'],
    ['approvals.edit = "ask"', 'approvals.edit (other than deny)'],
    ['[approvals]\ncommand = "allow"', 'approvals.command (other than deny)'],
    ['approvals.allowed_commands = ["rm *"]', 'approvals.allowed_commands'],
    ['compact.auto = true', 'compact.auto'],
  ])('may not set %j', async (text, key) => {
    writeProject(text);
    const error = await refusal();
    expect(error.kind).toBe('config');
    expect(error.message).toContain(`a project may not set ${key}; only your own config file can.`);
    expect(error.message).toMatch(/\.zeke\/config\.toml:\d+:\d+: /);
  });

  test('may tighten', async () => {
    writeProject('offline = true\nsecrets.on_secret = "refuse"\napprovals.command = "deny"\n');
    const { config } = await loadConfig(input);
    expect(config.offline).toBe(true);
    expect(config.approvals).toEqual({ edit: 'ask', command: 'deny', allowedCommands: [] });
    expect(config.secrets.onSecret).toBe('refuse');
  });
});

describe('mistakes in the environment and the options', () => {
  test.each([
    ['ZEKE_MODEL', 'a b', 'config'],
    ['ZEKE_OFFLINE', 'maybe', 'config'],
  ])('%s=%s', async (name, value, kind) => {
    const error = await refusal({ env: { [name]: value } });
    expect(error.kind).toBe(kind);
    expect(error.message).toContain(`The environment variable ${name}`);
  });

  test.each([
    [{ maxCostUsd: Number.NaN }, '--max-cost'],
    [{ maxCostUsd: -1 }, '--max-cost'],
    [{ model: '' }, '--model'],
    [{ reasoningEffort: 'lots' }, '--reasoning'],
  ])('%j', async (flags, option) => {
    const error = await refusal({ flags });
    expect(error.kind).toBe('usage');
    expect(error.message).toContain(option);
  });
});
