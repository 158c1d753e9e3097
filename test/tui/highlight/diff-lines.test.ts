import { expect, test } from 'vitest';
import { diffLines } from '../../../src/tui/highlight/diff-lines.ts';
import { lineText } from '../../../src/tui/styled-text.ts';
import { chooseTheme } from '../../../src/tui/theme/theme.ts';

const THEME = chooseTheme({ TERM: 'xterm-256color' }, 'night');

const DIFF = `diff --git a/q.sql b/q.sql
index 1..2 100644
--- a/q.sql
+++ b/q.sql
@@ -1,3 +1,3 @@ select
 select 1;
--- an old remark
+++ a line that starts with pluses
 select 2;
\\ No newline at end of file
--- a/next
+++ b/next
@@ -1 +1 @@
-old
+new
`;

test('each kind of line has its looks, and the text is untouched', () => {
  const lines = diffLines(DIFF, THEME);
  expect(lines.map(lineText)).toEqual(DIFF.trimEnd().split('\n'));
  const { muted, strong, hunk, added, removed } = THEME;
  const head = [muted, muted, strong, strong, hunk];
  const first = ['', removed, added, '', muted];
  const second = [strong, strong, hunk, removed, added];
  expect(lines.map((line) => line[0]?.style ?? '')).toEqual([...head, ...first, ...second]);
});

test('what a terminal would act on is taken out', () => {
  expect(diffLines('+a\x1b]52;c;eA==\x07b\r\n', THEME).map(lineText)).toEqual(['+ab']);
});

test('a hunk without a count and an empty text are drawn', () => {
  expect(diffLines('@@ … @@\n-a\n+b', THEME).map((line) => line[0]?.style)).toEqual([
    THEME.hunk,
    THEME.removed,
    THEME.added,
  ]);
  expect(diffLines('', THEME)).toEqual([]);
});
