import { describe, expect, it } from 'vitest';
import { parseDiff } from '../../../../src/agent/review/diff/diff-parser.ts';
import type { Finding } from '../../../../src/agent/review/finding.ts';
import { RULES, startRules } from '../../../../src/agent/review/rules/registry.ts';
import { sampleOf, seededRandom } from '../../../helpers/regex-sample.ts';

/** Lines with `+`, `-` or a blank in front, as the only hunk of one file. */
function diffOf(path: string, lines: readonly string[], header = ''): string {
  const old = lines.filter((line) => !line.startsWith('+')).length;
  const now = lines.filter((line) => !line.startsWith('-')).length;
  const hunk = lines.length === 0 ? '' : `@@ -1,${old} +1,${now} @@\n${lines.join('\n')}\n`;
  return `diff --git a/${path} b/${path}\n${header}--- a/${path}\n+++ b/${path}\n${hunk}`;
}

async function review(...diffs: readonly string[]): Promise<readonly Finding[]> {
  const rules = startRules();
  const findings: Finding[] = [];
  for await (const file of parseDiff(diffs)) findings.push(...rules.visit(file));
  return [...findings, ...rules.finish()];
}

/** `rule severity line` of every finding. */
async function told(path: string, ...lines: readonly string[]): Promise<readonly string[]> {
  const findings = await review(diffOf(path, lines));
  return findings.map(({ rule, severity, startLine }) => `${rule} ${severity} ${startLine}`);
}

const token = sampleOf('ghp_[0-9A-Za-z]{36}', seededRandom(3));

describe('the registry', () => {
  it('has a name and a sentence for every rule', () => {
    expect(new Set(RULES.map((rule) => rule.name)).size).toBe(12);
    for (const { name, summary } of RULES) {
      expect(name).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
      expect(summary).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('looks at added lines only', async () => {
    const lines = ['-const a = 1;', ` const t = "${token}";`, ' debugger;', '+const b = 2;'];
    expect(await told('src/a.ts', ...lines)).toEqual([]);
  });

  it('takes moved and indented code for old code', async () => {
    const lines = ['-debugger;', '-// TODO: later', '+  debugger;', '+  // TODO: later'];
    expect(await told('src/a.ts', ...lines)).toEqual([]);
  });

  it('has nothing to say about deleted files', async () => {
    const diff = diffOf('src/a.ts', ['-debugger;'], 'deleted file mode 100644\n');
    expect(await review(diff)).toEqual([]);
  });
});

describe('leaked-secret', () => {
  it('names the line and never the secret', async () => {
    const [finding, ...more] = await review(diffOf('src/a.ts', [' a', ' b', `+t = "${token}"`]));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ rule: 'leaked-secret', severity: 'critical', startLine: 3 });
    expect(JSON.stringify(finding)).not.toContain(token);
  });

  it('covers the lines of a key', async () => {
    const body = Array.from({ length: 5 }, (_, index) =>
      sampleOf('[0-9A-Za-z+/]{64}', seededRandom(index)),
    );
    const key = ['-----BEGIN PRIVATE KEY-----', ...body, '-----END PRIVATE KEY-----'];
    const lines = [' a', ...key.map((line) => `+${line}`)];
    const [finding] = await review(diffOf('deploy/key.txt.erb', lines));
    expect(finding).toMatchObject({ startLine: 2, endLine: 8 });
    expect(await told('test/fixtures/key.pem', ...lines)).toEqual(['leaked-secret info 2']);
  });

  it('is easy on made-up secrets in tests and docs', async () => {
    const line = `+password = "${sampleOf('(?:[a-z][0-9][A-Z]){6}', seededRandom(1))}"`;
    expect(await told('src/a.py', line)).toEqual(['leaked-secret critical 1']);
    expect(await told('tests/test_a.py', line)).toEqual([]);
    expect(await told('docs/a.md', line)).toEqual([]);
  });
});

describe('conflict-marker', () => {
  const CONFLICT = ['+<<<<<<< HEAD', '+a', '+=======', '+b', '+>>>>>>> side'];
  it('tells one conflict once', async () => {
    const [finding, ...more] = await review(diffOf('src/a.ts', [' x', ...CONFLICT]));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: 'critical', startLine: 2, endLine: 6 });
  });
  it('leaves headings and arrows alone', async () => {
    expect(await told('docs/a.rst', '+Title', '+=======', '+>>>>>>>> quoted')).toEqual([]);
    expect(await told('src/a.ts', '+// ======= part', '+<<<<<<<<', '+x >>>>>>> 2')).toEqual([]);
  });
});

describe('debugging-leftover', () => {
  it.each([
    ['src/a.ts', 'debugger;', 'major'],
    ['src/a.ts', '  console.log(user)', 'minor'],
    ['app/a.py', '    breakpoint()', 'major'],
    ['app/a.py', '    import pdb; pdb.set_trace()', 'major'],
    ['app/a.rb', '  binding.pry', 'major'],
    ['src/a.rs', '  let x = dbg!(y);', 'minor'],
    ['src/a.php', '  var_dump($x);', 'minor'],
    ['src/A.java', '  e.printStackTrace();', 'minor'],
  ])('%s: %s', async (path, line, severity) => {
    expect(await told(path, `+${line}`)).toEqual([`debugging-leftover ${severity} 1`]);
  });
  it.each([
    ['src/a.ts', '// console.log(user)'],
    ['src/a.ts', 'const text = "console.log(1)";'],
    ['src/a.ts', 'this.console.log(1)'],
    ['src/a.ts', '/* debugger; */'],
    ['scripts/a.ts', 'console.log(1)'],
    ['src/a.test.ts', 'console.log(1)'],
    ['README.md', 'console.log(1)'],
    ['dist/a.js', 'debugger;'],
    ['vendor/a.js', 'debugger;'],
  ])('not %s: %s', async (path, line) => {
    expect(await told(path, `+${line}`)).toEqual([]);
  });
  it('does not mind printing in a file that prints', async () => {
    expect(await told('src/a.ts', ' console.log(1)', '+console.log(2)')).toEqual([]);
  });
});

describe('empty-catch', () => {
  it.each([
    ['src/a.ts', ['+try { a() } catch {}']],
    ['src/a.ts', ['+try {', '+} catch (error) {', '+}']],
    ['src/a.ts', ['+await a().catch(() => {});']],
    ['src/A.java', ['+} catch (IOException e) {', '+', '+}']],
    ['app/a.py', ['+try:', '+  a()', '+except Exception:', '+  pass']],
    ['src/a.go', ['+if err != nil {', '+}']],
    ['app/a.rb', ['+rescue StandardError', '+end']],
  ])('%s %j', async (path, lines) => {
    const findings = await told(path, ...lines);
    expect(findings.map((finding) => finding.split(' ')[0])).toEqual(['empty-catch']);
  });
  it.each([
    ['src/a.ts', ['+try { a() } catch { /* the file may be gone */ }']],
    ['src/a.ts', ['+} catch (error) {', '+  // The file may be gone.', '+}']],
    ['src/a.ts', ['+} catch (error) {', '+  report(error);', '+}']],
    ['src/a.ts', [' } catch {', ' }', '+a();']],
    ['app/a.py', ['+except KeyError:', '+  value = None']],
    ['src/a.test.ts', ['+try { a() } catch {}']],
  ])('not %s %j', async (path, lines) => {
    expect(await told(path, ...lines)).toEqual([]);
  });
});

describe('shell-from-string', () => {
  it.each([
    ['src/a.ts', 'execSync(`rm -rf ${folder}`);'],
    ['src/a.ts', "child_process.exec('ls ' + folder, done);"],
    ['src/a.ts', 'spawn(`ls ${x}`, { shell: true });'],
    ['app/a.py', 'os.system(f"rm {path}")'],
    ['app/a.py', 'subprocess.run("ls %s" % path, shell=True)'],
    ['app/a.rb', 'system("rm #{path}")'],
    ['src/a.go', 'exec.Command("sh", "-c", "ls "+path)'],
    ['src/a.php', 'shell_exec("ls $path");'],
  ])('%s: %s', async (path, line) => {
    expect(await told(path, `+${line}`)).toEqual(['shell-from-string major 1']);
  });
  it.each([
    ['src/a.ts', "execSync('git status');"],
    ['src/a.ts', 'const m = pattern.exec(`${a}`);'],
    ['src/a.ts', 'execFile("ls", [folder]);'],
    ['app/a.py', 'subprocess.run(["ls", path])'],
    ['src/a.go', 'exec.Command("ls", path)'],
  ])('not %s: %s', async (path, line) => {
    expect(await told(path, `+${line}`)).toEqual([]);
  });
});

describe('sql-from-string', () => {
  it.each([
    ['src/a.ts', 'db.query(`SELECT * FROM users WHERE id = ${id}`);'],
    ['src/a.ts', 'const q = "DELETE FROM users WHERE id = " + id;'],
    ['src/a.ts', 'db.query(`select * from users where id = ${id}`);'],
    ['app/a.py', 'cursor.execute(f"UPDATE users SET name = {name}")'],
    ['app/a.py', 'cursor.execute("SELECT a FROM b WHERE c = %s" % c)'],
    ['src/a.go', 'db.Query(fmt.Sprintf("SELECT a FROM b WHERE c = %s", c))'],
    ['src/A.java', 'String q = "INSERT INTO a VALUES (" + value + ")";'],
    ['src/a.php', '$db->query("SELECT * FROM users WHERE id = $id");'],
  ])('%s: %s', async (path, line) => {
    expect(await told(path, `+${line}`)).toEqual(['sql-from-string major 1']);
  });
  it.each([
    ['src/a.ts', 'db.query("SELECT * FROM users WHERE id = ?", [id]);'],
    ['src/a.ts', 'sql`SELECT * FROM users WHERE id = ${id}`;'],
    ['src/a.ts', 'db.query(`SELECT * FROM ${TABLE}`);'],
    ['src/a.ts', 'throw new Error(`Select a file from ${folder}`);'],
    ['app/a.py', 'cursor.execute("SELECT a FROM b WHERE c = %s", (c,))'],
  ])('not %s: %s', async (path, line) => {
    expect(await told(path, `+${line}`)).toEqual([]);
  });
});

describe('disabled-test', () => {
  it.each([
    ['src/a.test.ts', "it.only('x', () => {});", 'major'],
    ['src/a.test.ts', "describe.skip('x', () => {});", 'minor'],
    ['src/a.test.ts', "xit('x', () => {}); // flaky on Windows", 'info'],
    ['tests/test_a.py', '@pytest.mark.skip', 'minor'],
    ['tests/test_a.py', '@pytest.mark.skip(reason="needs a network")', 'info'],
    ['src/test/java/ATest.java', '@Disabled', 'minor'],
    ['src/a.rs', '#[ignore]', 'minor'],
  ])('%s: %s', async (path, line, severity) => {
    expect(await told(path, `+${line}`)).toEqual([`disabled-test ${severity} 1`]);
  });
  it.each([
    ['src/a.ts', 'list.skip(3);'],
    ['src/a.test.ts', "const text = 'it.only(x)';"],
    ['src/a.test.ts', 'stream.skip(1)'],
    ['tests/test_a.py', '@pytest.mark.skipif(windows)'],
  ])('not %s: %s', async (path, line) => {
    expect(await told(path, `+${line}`)).toEqual([]);
  });
});

describe('new-todo', () => {
  it('reads comments of every kind and nothing else', async () => {
    expect(await told('src/a.ts', '+// TODO: later')).toEqual(['new-todo info 1']);
    expect(await told('src/a.ts', '+/* a', '+ * FIXME this', '+ */')).toEqual(['new-todo minor 2']);
    expect(await told('app/a.py', '+x = 1  # XXX odd')).toEqual(['new-todo info 1']);
    expect(await told('src/a.ts', '+const TODO = "TODO: x";')).toEqual([]);
    expect(await told('docs/todo.md', '+TODO: write')).toEqual([]);
  });
});

describe('public-change-without-test', () => {
  const CHANGE = diffOf('src/a.ts', [
    '-export function parse(text: string) {',
    '+export function parse(text: string, strict: boolean) {',
  ]);
  it('speaks when no test changes', async () => {
    const [finding, ...more] = await review(CHANGE);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ rule: 'public-change-without-test', path: 'src/a.ts' });
    expect(finding?.body).toContain('parse');
  });
  it('is silent when one does, wherever it stands in the diff', async () => {
    const test = diffOf('test/a.test.ts', ['+it("parses strictly", () => {});']);
    expect(await review(CHANGE, test)).toEqual([]);
    expect(await review(test, CHANGE)).toEqual([]);
  });
  it('sees a changed body, under its own declaration or the one that the hunk names', async () => {
    const body = ['-  return text.trim();', '+  return text.trim().toLowerCase();'];
    const [near] = await review(diffOf('src/a.ts', [' export function parse(text) {', ...body]));
    expect(near).toMatchObject({ rule: 'public-change-without-test', startLine: 2 });
    expect(near?.body).toContain('parse');
    const far = diffOf('src/a.ts', body).replace(/^(@@.*@@)$/m, '$1 export function parse(text) {');
    expect((await review(far)).map((finding) => finding.rule)).toEqual([near?.rule]);
    const after = [' export function parse(text) {', ' }', ' function own() {', ...body];
    expect(await review(diffOf('src/a.ts', after))).toEqual([]);
    const comment = [' export function parse(text) {', '+  // Why it is so.'];
    expect(await review(diffOf('src/a.ts', comment))).toEqual([]);
  });
  it('is silent about new functions and private ones', async () => {
    expect(await told('src/a.ts', '+export function parse() {}')).toEqual([]);
    expect(await told('src/a.ts', '+export function parse() {', '+  return 1;', '+}')).toEqual([]);
    expect(await told('src/a.ts', '-function f(a) {', '+function f(a, b) {')).toEqual([]);
  });
});

describe('dependency-added', () => {
  it.each([
    ['package.json', [' "dependencies": {', '+    "left-pad": "^1.0.0",', ' }'], 'left-pad'],
    ['Cargo.toml', [' [dependencies]', '+serde = "1"'], 'serde'],
    ['Cargo.toml', ['+[dependencies.bstr]', '+version = "1"'], 'bstr'],
    ['go.mod', [' require (', '+\tgithub.com/a/b v1.2.3', ' )'], 'github.com/a/b'],
    ['pyproject.toml', [' dependencies = [', '+  "httpx>=0.27",', ' ]'], 'httpx'],
    ['requirements-dev.txt', ['+pytest==8.0.0'], 'pytest'],
    ['Gemfile', ["+gem 'rails', '~> 7'"], 'rails'],
    ['pom.xml', [' <dependency>', '+  <artifactId>guava</artifactId>'], 'guava'],
    ['build.gradle', ["+    implementation 'com.a:b:1.0'"], 'com.a:b'],
    ['composer.json', [' "require": {', '+    "monolog/monolog": "^3.0"'], 'monolog/monolog'],
  ])('%s', async (path, lines, name) => {
    const findings = await review(diffOf(path, lines));
    expect(findings.map((finding) => finding.title)).toEqual([`New dependency: ${name}`]);
  });
  it('does not mind new versions, other fields and indirect modules', async () => {
    const lines = [' "dependencies": {', '-  "a": "1.0.0",', '+  "a": "1.1.0",', ' }'];
    expect(await told('package.json', ...lines)).toEqual([]);
    expect(await told('package.json', ' "scripts": {', '+  "build": "tsc",', ' }')).toEqual([]);
    expect(await told('go.mod', '+\tgithub.com/a/b v1.2.3 // indirect')).toEqual([]);
  });
});

describe('long-function', () => {
  const body = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `+  step${index}();`);
  it('counts the whole function', async () => {
    const long = ['+export function all() {', ...body(120), '+}', '+after();'];
    const [finding] = await review(diffOf('src/a.ts', long));
    expect(finding).toMatchObject({ rule: 'long-function', startLine: 1 });
    expect(finding?.body).toContain('122 lines');
    expect(await told('src/a.ts', '+export function some() {', ...body(60), '+}')).toEqual([]);
  });
  it('follows indentation in Python', async () => {
    const long = ['+def all():', ...body(120), '+', '+x = 1'];
    expect(await told('app/a.py', ...long)).toEqual(['long-function info 1']);
  });
});

describe('unwanted-file', () => {
  const NEW = 'new file mode 100644\n';
  it.each([
    ['.env', 'major'],
    ['config/.env.production', 'major'],
    ['keys/id_rsa', 'critical'],
    ['store.jks', 'critical'],
    ['node_modules/a/index.js', 'major'],
    ['.DS_Store', 'minor'],
    ['app/__pycache__/a.pyc', 'major'],
    ['a.orig', 'minor'],
  ])('%s', async (path, severity) => {
    const findings = await review(diffOf(path, [], NEW));
    expect(findings.map((finding) => `${finding.rule} ${finding.severity}`)).toEqual([
      `unwanted-file ${severity}`,
    ]);
  });
  it.each(['.env.example', 'src/env.ts', 'test/fixtures/id_rsa', 'a.o.ts'])(
    'not %s',
    async (path) => {
      expect(await review(diffOf(path, [], NEW))).toEqual([]);
    },
  );
  it('weighs new binaries', async () => {
    const binary = (size: number): string =>
      `diff --git a/a.bin b/a.bin\n${NEW}index 0..1\nGIT binary patch\nliteral ${size}\nzcmZ\n\n`;
    expect(await review(binary(3_000_000))).toMatchObject([{ title: 'Big binary file' }]);
    expect(await review(binary(3000))).toEqual([]);
  });
});
