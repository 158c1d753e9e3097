import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { setTomlValue, unsetTomlValue } from '../../../src/platform/config/toml-edit.ts';

/** A file as people write them: every way of writing a key, comments everywhere. */
const LIVED_IN = `# My settings, do not lose this line.
# Second line of the heading.

model   =   "anthropic/claude-sonnet-5"  # the good one
review.fail_on = 'minor' # dotted
review.exclude = [ # why:
  "dist/**",   # built
  "*.lock",    # generated
]

# Hosts
[providers."lab"] # quoted
  base_url = "https://llm.lab.example/v1"
  # key: zeke auth add lab
  api_key_env = "LAB_KEY"

[network]
connect_timeout_ms = 5_000 # five seconds

[local]
tiny = { path = "/models/tiny.gguf", context_tokens = 2048 } # inline
# The end.
`;

const comments = (text: string): string[] =>
  (text.match(/#[^\n\r]*/g) ?? []).map((c) => c.trimEnd());

describe('setting a value', () => {
  test('changes that value alone', () => {
    const after = setTomlValue(LIVED_IN, ['model'], 'ollama/qwen3');
    expect(after).toBe(LIVED_IN.replace('"anthropic/claude-sonnet-5"', '"ollama/qwen3"'));
  });

  test.each([
    [['review', 'fail_on'], 'major'],
    [
      ['review', 'exclude'],
      ['a', 'b'],
    ],
    [['review', 'concurrency'], 2],
    [['providers', 'lab', 'base_url'], 'https://other.example'],
    [['providers', 'lab', 'family'], 'ollama'],
    [['providers', 'new', 'base_url'], 'https://new.example'],
    [['network', 'connect_timeout_ms'], 1],
    [['network', 'max_retries'], 0],
    [['local', 'tiny', 'context_tokens'], 4096],
    [['local', 'other', 'path'], '/x.gguf'],
    [['secrets', 'on_secret'], 'refuse'],
    [['offline'], true],
    [['max_cost_usd'], 0.25],
  ])('%j keeps every comment and every other value', (path, value) => {
    for (const before of [LIVED_IN, LIVED_IN.replaceAll('\n', '\r\n')]) {
      const after = setTomlValue(before, path, value);
      const expected = structuredClone(parse(before)) as Record<string, unknown>;
      put(expected, path, value);
      expect(parse(after)).toEqual(expected);
      expect(comments(after).sort()).toEqual(comments(before).sort());
      expect(after.includes('\r\n')).toBe(before.includes('\r\n'));
      expect(/[^\r]\n/.test(after)).toBe(/[^\r]\n/.test(before));
    }
  });

  test('setting and unsetting a new key gives the same text', () => {
    for (const path of [
      ['network', 'max_retries'],
      ['review', 'concurrency'],
    ]) {
      expect(unsetTomlValue(setTomlValue(LIVED_IN, path, 1), path)).toBe(LIVED_IN);
    }
  });

  test.each([
    ['', 'model = "a/b"\n'],
    ['# heading\n', 'model = "a/b"\n\n# heading\n'],
    ['# heading\n\n[review]\n', '# heading\n\nmodel = "a/b"\n\n[review]\n'],
    ['[review]', 'model = "a/b"\n\n[review]'],
    ['offline = true', 'offline = true\nmodel = "a/b"\n'],
  ])('a top-level key into %j', (before, after) => {
    expect(setTomlValue(before, ['model'], 'a/b')).toBe(after);
  });

  test('an empty inline table', () => {
    expect(setTomlValue('review = {} # c\n', ['review', 'fail_on'], 'info')).toBe(
      'review = { fail_on = "info" } # c\n',
    );
  });

  test('hostile texts are quoted', () => {
    for (const value of ['a"b', 'a\\b', 'a\nb = 1', '\x7f', '\u0000', 'ü…', '#']) {
      expect(parse(setTomlValue('', ['model'], value))).toEqual({ model: value });
    }
  });

  test('names with dots stay one name', () => {
    const text = setTomlValue('', ['local', 'qwen2.5', 'path'], '/x');
    expect(text).toBe('[local."qwen2.5"]\npath = "/x"\n');
  });
});

describe('removing a value', () => {
  test.each([
    [['model']],
    [['review', 'exclude']],
    [['local', 'tiny', 'context_tokens']],
    [['local', 'tiny', 'path']],
    [['providers', 'lab']],
    [['local', 'tiny']],
    [['network', 'connect_timeout_ms']],
  ])('%j keeps every comment and every other value', (path) => {
    const after = unsetTomlValue(LIVED_IN, path);
    expect(leaves(parse(after))).toEqual(
      leaves(parse(LIVED_IN)).filter((leaf) => !leaf.startsWith(path.join('.'))),
    );
    expect(comments(after)).toEqual(comments(LIVED_IN));
  });

  test('what is not there changes nothing', () => {
    expect(unsetTomlValue(LIVED_IN, ['offline'])).toBe(LIVED_IN);
  });
});

function put(root: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = root;
  for (const part of path.slice(0, -1)) {
    at[part] ??= {};
    at = at[part] as Record<string, unknown>;
  }
  at[path.at(-1) ?? ''] = value;
}

function leaves(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${path}=${JSON.stringify(value)}`];
  }
  return Object.entries(value).flatMap(([key, child]) =>
    leaves(child, path === '' ? key : `${path}.${key}`),
  );
}
