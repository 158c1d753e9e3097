/** What came of putting a model's answer into a text. */

/** Lines from 1, both ends in. */
export interface LineRange {
  readonly startLine: number;
  readonly endLine: number;
}

/** The whole text as it would be, or in words why the answer is not applied. Nothing is guessed. */
export type Outcome =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

export function refuse(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}
