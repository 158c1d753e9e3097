/** Commit messages: cleaned from a model's answer, or written by rule for the built-in engine. */

/** One file of a staged change; for a rename the new path. */
export interface ChangedFile {
  readonly path: string;
  /** What it was called before, or what it is a copy of. */
  readonly oldPath?: string;
  readonly status: 'added' | 'deleted' | 'modified' | 'renamed';
}

const SUBJECT_MAX_CHARACTERS = 72;

/** The message without what models like to put around it: fences, quotes, a leading label. */
export function cleanCommitMessage(answer: string): string {
  const unfenced = answer.trim().replace(/^```[a-z]*\n([\s\S]*?)\n```$/, '$1');
  const unlabelled = unfenced.replace(/^commit message:\s*/i, '');
  return unlabelled
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}

/** Reads `git diff --name-status -z`. */
export function parseNameStatus(output: string): readonly ChangedFile[] {
  const fields = output.split('\0');
  const files: ChangedFile[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const code = fields[index]?.[0];
    // A rename or copy has two paths; the second is the new one.
    const oldPath = code === 'R' || code === 'C' ? fields[index + 1] : undefined;
    if (oldPath !== undefined) index += 1;
    const path = fields[index + 1];
    if (code === undefined || path === undefined) break;
    const status = STATUS[code] ?? 'modified';
    files.push({ path, status, ...(oldPath === undefined ? {} : { oldPath }) });
  }
  return files;
}

const STATUS: Readonly<Record<string, ChangedFile['status']>> = {
  A: 'added',
  C: 'added',
  D: 'deleted',
  M: 'modified',
  R: 'renamed',
};
const VERBS: Readonly<Record<ChangedFile['status'], string>> = {
  added: 'Add',
  deleted: 'Remove',
  modified: 'Update',
  renamed: 'Rename',
};

/**
 * A plain message made from the list of files: honest about what changed, silent about why,
 * because a rule cannot know that.
 */
export function describeChange(files: readonly ChangedFile[]): string {
  const statuses = new Set(files.map((file) => file.status));
  const [only] = statuses;
  const verb = statuses.size === 1 && only !== undefined ? VERBS[only] : 'Change';
  const subject = `${verb} ${nameFiles(files)}`;
  if (files.length <= 1) return subject;
  const list = files.map((file) => `- ${VERBS[file.status].toLowerCase()} ${file.path}`);
  return `${subject}\n\n${list.join('\n')}`;
}

function nameFiles(files: readonly ChangedFile[]): string {
  const names = files.map((file) => file.path.split('/').at(-1) ?? file.path);
  const all = names.join(', ');
  if (files.length <= 3 && all.length <= SUBJECT_MAX_CHARACTERS - 10) return all;
  const folder = commonFolder(files.map((file) => file.path));
  return folder === '' ? `${files.length} files` : `${files.length} files in ${folder}`;
}

function commonFolder(paths: readonly string[]): string {
  const [first = [], ...rest] = paths.map((path) => path.split('/').slice(0, -1));
  const folder = [...first];
  while (folder.length > 0 && !rest.every((path) => startsWith(path, folder))) folder.pop();
  return folder.join('/');
}

function startsWith(path: readonly string[], folder: readonly string[]): boolean {
  return folder.every((part, index) => path[index] === part);
}
