/** How much memory the index may take. */
import { totalmem } from 'node:os';

/**
 * Half of what this machine has, or of what a container leaves to this process: an index that needs more
 * than that says so, which is better than a machine that swaps or a process that is ended.
 */
export function memoryLimit(total = totalmem(), allowed = process.constrainedMemory()): number {
  return Math.floor((allowed > 0 ? Math.min(total, allowed) : total) / 2);
}
