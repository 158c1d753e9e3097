/** `zeke explain <file[:lines]>`: what a file, or a part of it, does. */
import { ZekeError } from '../../platform/errors.ts';
import { resolveInside } from '../../platform/files.ts';
import { findProjectRoot } from '../../platform/paths.ts';
import type { Invocation } from '../command.ts';
import { toProjectPath } from '../compose-session.ts';
import type { ExitCode } from '../exit-codes.ts';
import { answer } from './ask.ts';

/** `path`, `path:12` or `path:10-40`. */
const TARGET = /^(?<path>.+?)(?::(?<lines>\d+(?:-\d+)?))?$/s;

export async function run(invocation: Invocation): Promise<ExitCode> {
  const target = TARGET.exec(invocation.positionals[0] ?? '')?.groups;
  if (target?.path === undefined) {
    throw new ZekeError('usage', 'There is nothing to explain.', {
      hint: 'Name a file, as in: zeke explain src/app.ts:10-40',
    });
  }
  const root = findProjectRoot(invocation.cwd);
  const path = toProjectPath({ root, cwd: invocation.cwd }, target.path);
  if ((await resolveInside(root, path)) === undefined) {
    throw new ZekeError('usage', `There is no file ${target.path} in this project.`, {
      hint: `Paths are looked for in ${root}; files outside it are not read.`,
    });
  }
  const place = target.lines === undefined ? path : `${path}:${target.lines}`;
  return answer(invocation, { text: `Explain ${place}`, mentions: [place] });
}
