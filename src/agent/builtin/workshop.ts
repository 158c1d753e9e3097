/** What the answers of the built-in engine work with. */
import type { CodeSearch } from '../../context/search.ts';
import type { Environment } from '../../platform/env.ts';

export interface Workshop {
  readonly search: CodeSearch;
  /** Real path of the workspace's root. */
  readonly root: string;
  readonly env: Environment;
  readonly signal: AbortSignal;
}
