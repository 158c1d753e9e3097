/** A project's own rules for reviews. They guide the model and grant nothing. */
import { readTextFile, resolveInside } from '../../platform/files.ts';

export interface ProjectRules {
  /** Where they stand, relative to the root. */
  readonly path: string;
  readonly text: string;
}

/** The first one that is there counts: rules for reviews before general instructions. */
const RULE_FILES = ['.zeke/review.md', 'AGENTS.md', 'CLAUDE.md'];
/** About 4,000 tokens; the rest is left out, because it would crowd out the diff. */
const MAX_RULES_BYTES = 16 * 1024;

/** The project's rules, or undefined where it has none. Never rejects for an unreadable file. */
export async function readProjectRules(root: string): Promise<ProjectRules | undefined> {
  for (const path of RULE_FILES) {
    const real = await resolveInside(root, path);
    if (real === undefined) continue;
    const file = readTextFile(real, MAX_RULES_BYTES);
    if (file.ok && file.text.trim() !== '') return { path, text: file.text };
  }
  return undefined;
}
