/** The job that the program is part of: stopping it, and going on, as the shell's user wants. */
import { isJobOfShell } from '../process-state.ts';

export interface JobOptions {
  /** Somebody else wants it stopped: `kill -TSTP`. */
  readonly onStop: () => void;
  /**
   * It goes on after a stop that nobody announced, `kill -STOP`, and a shell has had the terminal
   * meanwhile.
   */
  readonly onContinue: () => void;
}
export interface Job {
  /** Stops every process of the job. Resolves when it goes on, after other signals were heard. */
  stop(): Promise<void>;
  close(): void;
}

/** Listens to the signals of job control. */
export function watchJob({ onStop, onContinue }: JobOptions): Job {
  let isStopping = false;
  const continued = () => {
    if (!isStopping && isJobOfShell()) onContinue();
  };
  process.on('SIGTSTP', onStop);
  process.on('SIGCONT', continued);
  return {
    stop: async () => {
      isStopping = true;
      // Without a listener the signal does what it always does: this call returns after `fg`, or at
      // once where no shell could continue the job.
      process.off('SIGTSTP', onStop);
      process.kill(0, 'SIGTSTP');
      process.on('SIGTSTP', onStop);
      // A signal that ended the program meanwhile is heard within these turns of the event loop.
      await turn();
      await turn();
      await turn();
      isStopping = false;
    },
    close: () => {
      process.off('SIGTSTP', onStop);
      process.off('SIGCONT', continued);
    },
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
