/** Appends one line after the other until its file is another one; then says which was shown last. */
import { AppendFile } from '../../../src/platform/storage/append-file.ts';

const file = new AppendFile(process.argv[2] ?? '');
let shown = -1;
while (!file.isReplaced) {
  file.append(`${shown + 1}\n`);
  if (!file.isReplaced) shown += 1;
}
process.stdout.write(String(shown));
