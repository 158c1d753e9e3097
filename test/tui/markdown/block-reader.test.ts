/** One rich document as it is written to the terminal, escape sequences and all. */
import { expect, test } from 'vitest';
import { Highlighter } from '../../../src/tui/highlight/highlighter.ts';
import { MarkdownText } from '../../../src/tui/markdown/markdown-text.ts';
import { encodeLine, type Line } from '../../../src/tui/styled-text.ts';
import { parseHex } from '../../../src/tui/theme/colour.ts';
import { THEMES } from '../../../src/tui/theme/palettes.ts';
import { chooseTheme, type Theme } from '../../../src/tui/theme/theme.ts';

const highlighter = new Highlighter();
await highlighter.load();

const DOCUMENT = `# Why the *login* test fails

The token is read **before** it is written; see \`src/login.ts\` and
[the issue](https://example.org/issues/7). ~~A race.~~ <b>Not HTML</b> &amp; not hidden[^1].

## What to do

1. Wait for the write:

   \`\`\`ts
   // The order matters.
   export async function login(user: User): Promise<void> {
     await store.set('token', \`\${user.id}-\${Date.now()}\`); /* 日本語 */
     return user.isNew ? greet(user, { retries: 3 }) : undefined;
   }
   \`\`\`
2. Run it again
   - [x] locally
   - [ ] on the server

> The store is *eventually* consistent.
> > Nested: \`sync()\` returns at once.

| File | Lines | Beschreibung | 漢字 |
|:-----|------:|:------------:|------|
| \`login.ts\` | 12 | der **Fehler** beim Schreiben | 登録 |
| store.ts | 1204 | a \\| b | 👩‍💻 |

\`\`\`diff
--- a/src/login.ts
+++ b/src/login.ts
@@ -1,2 +1,2 @@
 const store = open();
-store.set('token', token);
+await store.set('token', token);
\`\`\`

\`\`\`py
@cached
def total(xs: list[int]) -> int:
    """Adds."""
    return sum(x for x in xs if x > 0x10)  # all
\`\`\`

\`\`\`json
{"name": "zeke", "tags": ["a", null, true], "size": 1.5e3}
\`\`\`

\`\`\`sh
for f in *.log; do grep -c "$USER" "$f" | sort -n; done # count
\`\`\`

\`\`\`unheard-of
plain as it is
\`\`\`

***

[^1]: A note stays where it is.`;

const TRUE = { TERM: 'xterm-256color', COLORTERM: 'truecolor' };
const DARK = parseHex('#1e1e1e');
const LIGHT = parseHex('#ffffff');

function draw(theme: Theme, columns: number): string {
  const text = new MarkdownText(() => ({ theme, columns, highlighter }));
  text.push(DOCUMENT);
  const lines: readonly Line[] = text.end();
  return `${lines.map(encodeLine).join('\n').replaceAll('\x1b', '␛').trim()}\n`;
}

const LOOKS: readonly (readonly [string, Theme])[] = [
  ...THEMES.flatMap(({ name, palette }) =>
    palette === undefined ? [] : [[name, chooseTheme(TRUE, name)] as const],
  ),
  ['contrast-dark', chooseTheme(TRUE, 'contrast', DARK)],
  ['contrast-light', chooseTheme(TRUE, 'contrast', LIGHT)],
  ['night-256', chooseTheme({ TERM: 'xterm-256color' }, 'night')],
  ['terminal', chooseTheme(TRUE, 'terminal')],
  ['no-colour', chooseTheme({ ...TRUE, NO_COLOR: '1' }, 'night')],
];

test.each(LOOKS)('%s at 80 columns', async (name, theme) => {
  await expect(draw(theme, 80)).toMatchFileSnapshot(`__snapshots__/${name}-80.txt`);
});

test.each([40, 200])('night at %i columns', async (columns) => {
  const theme = chooseTheme(TRUE, 'night');
  await expect(draw(theme, columns)).toMatchFileSnapshot(`__snapshots__/night-${columns}.txt`);
});

test('the text is the same in every theme', () => {
  const plain = (text: string) => text.replace(/␛\[[\d;]*m/g, '');
  const texts = new Set(LOOKS.map(([, theme]) => plain(draw(theme, 80))));
  expect(texts.size).toBe(1);
});
