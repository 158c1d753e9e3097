/** Which paths of a diff are reviewed. */
import ignore from 'ignore';

export type PathFilter = (path: string) => boolean;

/**
 * Patterns are those of .gitignore: `*.md`, `src/`, `/docs/**`. With `include`, only what one of
 * those matches is reviewed; what `exclude` matches never is.
 */
export function createPathFilter(
  include: readonly string[],
  exclude: readonly string[],
): PathFilter {
  const included = include.length === 0 ? undefined : matcher(include);
  const excluded = exclude.length === 0 ? undefined : matcher(exclude);
  return (path) => {
    // An absolute or upward path can stand in a plain diff; patterns are below the root.
    const relative = path.replace(/^(?:\.{0,2}\/)+/, '');
    if (relative === '') return true;
    if (excluded?.ignores(relative) === true) return false;
    return included === undefined || included.ignores(relative);
  };
}

function matcher(patterns: readonly string[]) {
  return ignore({ allowRelativePaths: true }).add([...patterns]);
}
