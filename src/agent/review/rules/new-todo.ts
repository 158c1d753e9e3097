import { isForeign, perFile, type ReviewRule } from './rule.ts';

const MARK = /(?<![\w-])(TODO|FIXME|XXX|HACK)(?![\w-])(?=[\s:(!,.]|$)/;

/** Promises in comments. Only new ones: a mark that moved is an old promise. */
export const newTodo: ReviewRule = {
  name: 'new-todo',
  summary: 'A comment promises work for later.',
  start: perFile(function* (subject) {
    const { language, kind, added } = subject;
    if (language === undefined || isForeign(subject) || kind.isDocumentation) return;
    for (const line of added) {
      const mark = MARK.exec(line.comment)?.[1];
      if (mark === undefined) continue;
      yield {
        startLine: line.newLine,
        severity: mark === 'FIXME' && !kind.isTest ? 'minor' : 'info',
        category: 'maintainability',
        title: `New ${mark}`,
        body: 'Do it in this change, or move it to the issue tracker, where somebody will see it.',
      };
    }
  }),
};
