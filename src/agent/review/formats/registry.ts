/** All forms in which a review can be printed. */
import { formatGithub } from './github.ts';
import { formatJson } from './json.ts';
import { formatMarkdown } from './markdown.ts';
import { formatQuickfix } from './quickfix.ts';
import type { ReportFormat } from './report.ts';
import { formatSarif } from './sarif.ts';
import { formatText } from './text.ts';

export const REPORT_FORMATS = {
  text: formatText,
  markdown: formatMarkdown,
  json: formatJson,
  sarif: formatSarif,
  quickfix: formatQuickfix,
  github: formatGithub,
} as const satisfies { readonly [name: string]: ReportFormat };

export type ReportFormatName = keyof typeof REPORT_FORMATS;
