import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createGitRepository, type GitRepository } from '../helpers/git-repository.ts';
import {
  type Answer,
  type ModelServer,
  sseChunk,
  startModelServer,
  streamText,
} from '../helpers/model-server.ts';
import { sampleOf, seededRandom } from '../helpers/regex-sample.ts';
import { readSpending } from '../helpers/spending.ts';
import { createTestHome, runZeke, type TestHome, ZEKE, type ZekeResult } from '../helpers/zeke.ts';

const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});
function home(): TestHome {
  const made = createTestHome();
  cleanups.push(() => made.remove());
  return made;
}
function repository(): GitRepository {
  const made = createGitRepository();
  cleanups.push(() => made.remove());
  return made;
}
async function server(answer: Answer): Promise<ModelServer> {
  const made = await startModelServer(answer);
  cleanups.push(() => made.close());
  return made;
}

/** Runs `zeke review` in a repository; with a model where a server is given. */
function review(
  repo: GitRepository,
  args: readonly string[],
  options: { model?: ModelServer; input?: string; home?: TestHome } = {},
): Promise<ZekeResult> {
  const { model } = options;
  const who = model === undefined ? 'builtin' : 'openai/test-model';
  return runZeke({
    home: options.home ?? home(),
    cwd: repo.root,
    args: ['review', '--model', who, ...args],
    env:
      model === undefined ? {} : { OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: 'test-key-1' },
    ...(options.input === undefined ? {} : { input: options.input }),
  });
}

const OLD = 'function start(env) {\n  const port = 80;\n  listen(port);\n}\n';
const NEW = 'function start(env) {\n  const port = env.PORT;\n  debugger;\n  listen(port);\n}\n';

function changed(): GitRepository {
  const repo = repository();
  repo.write('src/app.js', OLD);
  repo.commit();
  repo.write('src/app.js', NEW);
  return repo;
}

interface JsonReport {
  readonly findings: readonly { path: string; startLine: number; title: string; rule?: string }[];
  readonly summary: string;
  readonly usage: { readonly inputTokens: number };
}
const read = (result: ZekeResult): JsonReport => JSON.parse(result.stdout) as JsonReport;
function places(result: ZekeResult): readonly string[] {
  return read(result).findings.map(
    ({ path, startLine, rule, title }) => `${path}:${startLine} ${rule ?? title}`,
  );
}

const EMPTY_ANSWER = '{"findings":[],"summary":""}';

/** Every way in which a file that holds secrets by its name can be in a staged change. */
function repositoryOfSecrets(): GitRepository {
  const repo = repository();
  const text = (what: string, last = '') => {
    const rows = Array.from({ length: 12 }, (_, row) => `${what} ${row}`);
    return [...rows, 'of-no-pattern', last, ''].join('\n');
  };
  repo.write('.env', text('changed'));
  repo.write('old.pem', text('renamed'));
  repo.write('plain.txt', text('renamed to a secret name'));
  repo.write('id_rsa', text('deleted'));
  repo.write('src/app.js', 'let port = 1;\n');
  repo.commit();
  repo.git('mv', 'old.pem', 'harmless.txt');
  repo.git('mv', 'plain.txt', '.netrc');
  repo.git('rm', '-q', 'id_rsa');
  repo.write('.env', text('changed', 'now'));
  repo.write('harmless.txt', text('renamed', 'now'));
  repo.write('.netrc', text('renamed to a secret name', 'now'));
  repo.write('new.key', text('new', `token=${sampleOf('ghp_[0-9A-Za-z]{36}', seededRandom(5))}`));
  repo.write('src/app.js', 'let port = 2;\n');
  repo.git('add', '-A');
  return repo;
}

describe('where the diff comes from', () => {
  it('a pipe, the index, a base, a range and a file give the same findings', async () => {
    const repo = changed();
    const expected = ['src/app.js:3 debugging-leftover'];
    const diff = repo.git('diff');
    expect(places(await review(repo, ['--format', 'json'], { input: diff }))).toEqual(expected);
    writeFileSync(join(repo.root, 'pr.diff'), diff);
    expect(places(await review(repo, ['--format', 'json', '--pr-file', 'pr.diff']))).toEqual(
      expected,
    );
    repo.git('add', 'src');
    expect(places(await review(repo, ['--format', 'json', '--staged']))).toEqual(expected);
    repo.git('checkout', '-q', '-b', 'side');
    repo.commit();
    expect(places(await review(repo, ['--format', 'json', '--base', 'main']))).toEqual(expected);
    expect(places(await review(repo, ['--format', 'json', 'main..HEAD']))).toEqual(expected);
    expect(places(await review(repo, ['--format', 'json', 'HEAD']))).toEqual(expected);
  });

  it('refuses what is no diff, no commit, and two sources at once', async () => {
    const repo = changed();
    const noDiff = await review(repo, [], { input: 'hello\n' });
    expect(noDiff).toMatchObject({ code: 2, stdout: '' });
    expect(noDiff.stderr).toContain('not a diff');
    const noCommit = await review(repo, ['--base', 'nowhere']);
    expect(noCommit.code).toBe(2);
    expect(noCommit.stderr).toContain('"nowhere" is no commit');
    expect((await review(repo, ['--staged', '--base', 'main'])).code).toBe(2);
    expect((await review(repo, ['--base', '--output=/tmp/x'])).code).toBe(2);
    expect((await review(repo, ['--pr-file', 'none.diff'])).stderr).toContain('no such file');
    expect((await review(repo, ['--concurrency', '0'], { input: '' })).code).toBe(2);
  });

  it('has nothing to say about an empty diff', async () => {
    const result = await review(changed(), [], { input: '' });
    expect(result).toMatchObject({ code: 0, stdout: '' });
    expect(result.stderr).toContain('Nothing to review');
  });
});

describe('what comes out', () => {
  it('ends with 1 only for findings at or over --fail-on', async () => {
    const repo = changed();
    const input = repo.git('diff');
    expect((await review(repo, [], { input })).code).toBe(1);
    expect((await review(repo, ['--fail-on', 'critical'], { input })).code).toBe(0);
    expect((await review(repo, ['--fail-on', 'never'], { input })).code).toBe(0);
  });

  it('names files from where it runs, for an editor that is started there', async () => {
    const repo = changed();
    repo.write('lib/b.js', 'start();\ndebugger;\n');
    const run = (input: string) =>
      runZeke({
        home: home(),
        cwd: join(repo.root, 'src'),
        args: ['review', '--model', 'builtin', '--fail-on', 'never', '-f', 'quickfix'],
        input,
      });
    repo.git('add', '-N', 'lib/b.js');
    const [lib, app] = (await run(repo.git('diff'))).stdout.split('\n');
    expect(lib).toMatch(/^\.\.\/lib\/b\.js:2:1: /);
    expect(app).toMatch(/^app\.js:3:1: /);
    const { stdout } = await run(repo.git('-C', 'src', 'diff', '--relative'));
    expect(stdout).toMatch(/^app\.js:3:1: /);
  });

  it('hides by severity and path', async () => {
    const repo = changed();
    const input = repo.git('diff');
    for (const args of [
      ['--severity', 'critical'],
      ['--exclude', 'src/'],
      ['--include', '*.ts'],
    ]) {
      const result = await review(repo, ['--format', 'quickfix', ...args], { input });
      expect(result.stdout, args.join(' ')).toBe('');
    }
    const shown = await review(repo, ['--format', 'quickfix', '--include', '*.js'], { input });
    expect(shown.stdout).toMatch(/^src\/app\.js:3:1: major: /);
  });

  it('keeps quiet about a baseline, after lines have moved', async () => {
    const repo = changed();
    const written = await review(repo, ['--write-baseline', 'known.json'], {
      input: repo.git('diff'),
    });
    expect(written.code).toBe(0);
    repo.write('src/app.js', `// One more line.\n${NEW}`);
    const input = repo.git('diff', '--', 'src');
    const quiet = await review(repo, ['--baseline', 'known.json', '--format', 'json'], { input });
    expect(places(quiet)).toEqual([]);
    expect(quiet.code).toBe(0);
    repo.write('src/app.js', `debugger;\n${NEW}`);
    const loud = await review(repo, ['--baseline', 'known.json', '--format', 'json'], {
      input: repo.git('diff', '--', 'src'),
    });
    expect(places(loud)).toHaveLength(1);
  });
});

const FINDING = {
  path: 'src/app.js',
  startLine: 2,
  endLine: 2,
  severity: 'minor',
  category: 'bug',
  title: 'The port may be missing',
  body: 'Give it a default.',
  code: 'const port = env.PORT;',
};
const reply = (...findings: readonly object[]) =>
  JSON.stringify({ findings, summary: 'A change.' });
const answering =
  (...texts: readonly string[]): Answer =>
  (response, _, index) =>
    streamText(response, [texts[Math.min(index, texts.length - 1)] ?? '']);

describe('with a model', () => {
  it('merges its findings with those of the rules', async () => {
    const model = await server(answering(reply(FINDING)));
    const repo = changed();
    const test = home();
    const input = repo.git('diff');
    const result = await review(repo, ['--format', 'json'], { model, home: test, input });
    expect(places(result)).toEqual([
      'src/app.js:2 The port may be missing',
      'src/app.js:3 debugging-leftover',
    ]);
    expect(readSpending(test)).toMatchObject([{ purpose: 'review', inputTokens: 11 }]);
    expect(read(result).usage.inputTokens).toBe(11);
    expect(read(result).summary).toContain('A change.');
    const [request] = model.requests;
    expect(request?.body).toContain('+     2    const port = env.PORT;');
  });

  it('shows no finding at a wrong place', async () => {
    const wrong = [
      { ...FINDING, startLine: 400, endLine: 410, title: 'Moved to its code' },
      { ...FINDING, path: 'src/other.js', title: 'No such file' },
      { ...FINDING, code: 'nothing like this', title: 'No such code' },
      { ...FINDING, startLine: 77, endLine: 77, code: '', title: 'No such line' },
    ];
    const model = await server(answering(reply(...wrong)));
    const repo = changed();
    const result = await review(repo, ['--format', 'json'], { model, input: repo.git('diff') });
    expect(places(result)[0]).toBe('src/app.js:2 Moved to its code');
    expect(places(result)).toHaveLength(2);
    expect(result.stderr).toContain('3 of the model');
  });

  it('says when an answer is no review, and keeps the rules', async () => {
    const model = await server(answering('LGTM!'));
    const repo = changed();
    const result = await review(repo, ['--format', 'json'], { model, input: repo.git('diff') });
    expect(places(result)).toEqual(['src/app.js:3 debugging-leftover']);
    expect(result.stderr).toContain('no list of findings');
  });

  it('prints the findings of the rules when the host fails, and ends with 3', async () => {
    const model = await server((response) => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end('{"error":{"message":"broken \\u001b[2J"}}');
    });
    const repo = changed();
    const test = home();
    mkdirSync(join(test.dir, 'config'), { recursive: true });
    writeFileSync(join(test.dir, 'config', 'config.toml'), '[network]\nmax_retries = 0\n');
    const result = await review(repo, ['--format', 'json'], {
      model,
      home: test,
      input: repo.git('diff'),
    });
    expect(places(result)).toEqual(['src/app.js:3 debugging-leftover']);
    expect(result.code).toBe(3);
    expect(result.stderr).not.toContain('\x1b');
  });

  it('lets no escape sequence of the model through', async () => {
    const hostile = '\x1b]0;owned\x07\x1b[2J\x9b31m\u202e';
    const model = await server(
      answering(reply({ ...FINDING, title: `T${hostile}`, body: `B${hostile}`, patch: hostile })),
    );
    const repo = changed();
    for (const format of ['text', 'markdown', 'json', 'sarif', 'quickfix', 'github']) {
      const input = repo.git('diff');
      const { stdout, stderr } = await review(repo, ['--format', format], { model, input });
      expect(stdout + stderr, format).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]/);
    }
  });

  it('shows the model no line of a file that holds secrets by its name, the rules do read it', async () => {
    const repo = repositoryOfSecrets();
    const model = await server((response) => streamText(response, [EMPTY_ANSWER]));
    const diff = repo.git('diff', '--cached');
    const asked = [
      await review(repo, ['--staged', '-f', 'json'], { model }),
      await review(repo, ['--base', 'main', '-f', 'json'], { model }),
      await review(repo, ['-f', 'json'], { model, input: diff }),
    ];
    for (const result of asked) {
      expect(result.stderr).toContain(
        'Not shown to the model, because files of this name hold secrets: ',
      );
      for (const name of ['.env', '.netrc (was plain.txt)', 'harmless.txt (was old.pem)']) {
        expect(result.stderr).toContain(name);
      }
      expect(places(result)).toEqual(
        expect.arrayContaining(['.netrc:1 unwanted-file', 'new.key:14 leaked-secret']),
      );
    }
    const sent = model.requests.map(({ body }) => body);
    expect(sent).toHaveLength(3);
    for (const body of sent) {
      expect(body).toContain('let port = 2;');
      expect(body).not.toContain('of-no-pattern');
    }
  });

  it.each(['text', 'json', 'sarif', 'quickfix', 'github', 'markdown'])(
    'prints no secret that it finds, as %s',
    async (format) => {
      const repo = repositoryOfSecrets();
      const { stdout, stderr } = await review(repo, ['--staged', '-f', format]);
      expect(stdout).toContain('new.key');
      expect(stdout + stderr).not.toMatch(/of-no-pattern|ghp_/);
    },
  );

  it('sends placeholders instead of secrets', async () => {
    const secret = sampleOf('ghp_[0-9A-Za-z]{36}', seededRandom(9));
    const model = await server(answering(reply()));
    const repo = changed();
    repo.write('src/app.js', `${NEW}const t = "${secret}";\n`);
    const result = await review(repo, ['--format', 'json'], { model, input: repo.git('diff') });
    expect(model.requests[0]?.body).toContain('[secret:github-token:1]');
    expect(JSON.stringify(model.requests)).not.toContain(secret);
    expect(result.stdout + result.stderr).not.toContain(secret);
    expect(result.stderr).toContain('Held back before sending: github-token');
  });

  it('splits a large diff, asks a few at a time and keeps one of each finding', async () => {
    let underWay = 0;
    let most = 0;
    const areThree = Promise.withResolvers<void>();
    const model = await server((response, request) => {
      underWay += 1;
      most = Math.max(most, underWay);
      if (underWay === 3) areThree.resolve();
      const path = /file \\?"(src\/f\d+\.js)/.exec(request.body)?.[1] ?? '';
      const same = {
        ...FINDING,
        path,
        startLine: 1,
        endLine: 1,
        code: 'const value0 = compute(0);',
      };
      const answer = () => {
        underWay -= 1;
        streamText(response, [reply(same, { ...same, title: 'The port may well be missing' })]);
      };
      // Time for one more to come than may.
      void areThree.promise.then(() => setTimeout(answer, 30));
    });
    const repo = repository();
    repo.write('README.md', 'x');
    repo.commit();
    const body = Array.from({ length: 900 }, (_, i) => `const value${i} = compute(${i});`).join(
      '\n',
    );
    for (let index = 0; index < 8; index += 1) repo.write(`src/f${index}.js`, `${body}\n`);
    repo.git('add', '-A');
    const args = ['--format', 'json', '--staged', '--concurrency', '3'];
    const result = await review(repo, args, { model });
    expect(model.requests.length).toBeGreaterThan(7);
    expect(most).toBe(3);
    const titles = read(result).findings.filter((finding) => finding.rule === undefined);
    expect(new Set(titles.map((finding) => finding.path)).size).toBe(titles.length);
  });

  it("reads the project's rules as data", async () => {
    const model = await server(answering(reply()));
    const repo = changed();
    repo.write('.zeke/review.md', 'Ports come from one place.');
    repo.write('AGENTS.md', 'General words.');
    await review(repo, [], { model, input: repo.git('diff') });
    expect(model.requests[0]?.body).toContain('Ports come from one place.');
    expect(model.requests[0]?.body).not.toContain('General words.');
  });

  it('ends with 130 on Ctrl+C while the model answers', async () => {
    const asked = Promise.withResolvers<void>();
    const model = await server((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseChunk({ role: 'assistant', content: '' }));
      asked.resolve();
    });
    const repo = changed();
    const test = home();
    const child = spawn(process.execPath, [ZEKE, 'review', '--model', 'openai/test-model'], {
      cwd: repo.root,
      env: { ...test.env, OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: 'k' },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin.end(repo.git('diff'));
    await asked.promise;
    child.kill('SIGINT');
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(code).toBe(130);
  });
});

describe('a diff of 100 MB', () => {
  it('streams through within bounded memory', async () => {
    const test = home();
    const report = join(test.dir, 'usage.json');
    const hook = join(test.dir, 'hook.mjs');
    writeFileSync(
      hook,
      `import { writeFileSync } from 'node:fs';
process.on('exit', () => writeFileSync(${JSON.stringify(report)}, String(process.resourceUsage().maxRSS)));`,
    );
    const child = spawn(
      process.execPath,
      ['--import', hook, ZEKE, 'review', '--model', 'builtin'],
      {
        cwd: test.project,
        env: test.env,
        stdio: ['pipe', 'ignore', 'inherit'],
      },
    );
    const lines = Array.from(
      { length: 4000 },
      (_, i) => `+  const value${i} = compute(${i}, "a");`,
    );
    const hunk = `@@ -0,0 +1,${lines.length} @@\n${lines.join('\n')}\n`;
    let sizeBytes = 0;
    for (let index = 0; sizeBytes < 100_000_000; index += 1) {
      const path = `src/file${index}.ts`;
      const text = `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n${hunk}`;
      sizeBytes += text.length;
      if (!child.stdin.write(text))
        await new Promise((resolve) => child.stdin.once('drain', resolve));
    }
    child.stdin.end();
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    const peakMiB = Number(readFileSync(report, 'utf8')) / 1024;
    // The aim is 200 MiB; machines differ, and holding the diff would take three times as much.
    expect(peakMiB).toBeLessThan(256);
  });
});
