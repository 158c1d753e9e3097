/** The built program in a real terminal, talking to a model server that the test leads by hand. */
import type { ServerResponse } from 'node:http';
import { type ModelServer, sseChunk, startModelServer } from './model-server.ts';
import { type Colour, PtyProgram } from './pty.ts';
import { createTestHome, type TestHome, ZEKE } from './zeke.ts';

/** One answer, written by the test piece by piece. */
export interface HeldAnswer {
  say(text: string): void;
  /** Ends the answer with a call of a tool; the next request brings its result. */
  callTool(name: string, input: object): void;
  end(): void;
}

export interface OpenOptions {
  readonly args?: readonly string[];
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** What the terminal says its background is; one that says nothing without it. */
  readonly background?: Colour;
  /** A shell script with `zeke` in it, for what stands around the program. */
  readonly script?: string;
}

/** A home, a model server and the terminals of one test. */
export class TerminalPlace {
  readonly home: TestHome = createTestHome();
  readonly #terminals: PtyProgram[] = [];
  readonly #waiting: ((answer: HeldAnswer) => void)[] = [];
  readonly #unclaimed: HeldAnswer[] = [];
  #server: ModelServer | undefined;
  #automatic: ((answer: HeldAnswer) => void) | undefined;

  /** Starts the server; every chat waits for `nextAnswer` unless `answerAll` was called. */
  async start(): Promise<void> {
    this.#server = await startModelServer((response) => this.#take(hold(response)));
  }

  get server(): ModelServer {
    if (this.#server === undefined) throw new Error('the place was not started');
    return this.#server;
  }

  /** The answer to the next request that nobody has answered yet. */
  nextAnswer(): Promise<HeldAnswer> {
    const held = this.#unclaimed.shift();
    if (held !== undefined) return Promise.resolve(held);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Answers every request that nobody has answered yet, and all that come. */
  answerAll(text: string): void {
    this.#automatic = (answer) => {
      answer.say(text);
      answer.end();
    };
    for (const answer of this.#unclaimed.splice(0)) this.#automatic(answer);
  }

  open(options: OpenOptions = {}): PtyProgram {
    const { args = ['--model', 'openai/test'], script } = options;
    const command = script === undefined ? process.execPath : '/bin/sh';
    const program = new PtyProgram({
      command,
      args: script === undefined ? [ZEKE, ...args] : ['-c', script, process.execPath, ZEKE],
      cwd: this.home.project,
      env: {
        ...(this.home.env as Record<string, string>),
        OPENAI_BASE_URL: this.server.baseUrl,
        OPENAI_API_KEY: 'test-key-of-no-worth',
        ...options.env,
      },
      columns: options.columns ?? 80,
      rows: options.rows ?? 24,
      ...(options.background === undefined ? {} : { background: options.background }),
    });
    this.#terminals.push(program);
    return program;
  }

  /** Opens a terminal and waits until the conversation is there. */
  async openReady(options: OpenOptions = {}): Promise<PtyProgram> {
    const program = this.open(options);
    await program.waitForText('openai/test');
    return program;
  }

  async remove(): Promise<void> {
    await Promise.all(this.#terminals.splice(0).map((terminal) => terminal.dispose()));
    await this.#server?.close();
    this.home.remove();
  }

  #take(answer: HeldAnswer): void {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting(answer);
    else if (this.#automatic === undefined) this.#unclaimed.push(answer);
    else this.#automatic(answer);
  }
}

/** Sends a message and has it answered with this text. */
export async function exchange(
  place: TerminalPlace,
  program: PtyProgram,
  said: { readonly message: string; readonly answer: string },
): Promise<void> {
  program.type(`${said.message}\r`);
  const answer = await place.nextAnswer();
  answer.say(said.answer);
  answer.end();
  const end = said.answer.trim().split('\n').at(-1) ?? '';
  await program.waitFor(`the end of ${JSON.stringify(end)}`, (text) => text.includes(end));
  await program.waitForText('> Ask anything');
}

/**
 * Presses the key that answers the question on the screen, as a person does who was too fast: in its
 * first moment a question takes no key, which stands in the input then, behind the draft that is
 * there, and is taken back. It was taken when the result is shown; without one, when the question
 * is gone.
 */
export async function answerQuestion(
  program: PtyProgram,
  key: string,
  { result, draft = '' }: { readonly result?: RegExp; readonly draft?: string } = {},
): Promise<void> {
  const isAsked = (text: string) => text.includes('y allow');
  const isTaken = (text: string) => (result === undefined ? !isAsked(text) : result.test(text));
  const isTyped = (text: string) =>
    text.split('\n').some((line) => line.trim() === `> ${draft}${key}`);
  await program.waitFor('a question', isAsked);
  for (;;) {
    program.type(key);
    await program.waitForWholeFrame(`${key} to be taken`, (text) => isTyped(text) || isTaken(text));
    if (!isTyped(program.text())) return;
    program.type('\x7f');
    await program.waitForWholeFrame('the question', (text) => isAsked(text) && !isTyped(text));
  }
}

function hold(response: ServerResponse): HeldAnswer {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(sseChunk({ role: 'assistant', content: '' }));
  return {
    say: (text) => {
      response.write(sseChunk({ content: text }));
    },
    callTool: (name, input) => {
      const call = { name, arguments: JSON.stringify(input) };
      const toolCalls = [{ index: 0, id: `call_${name}`, type: 'function', function: call }];
      response.write(sseChunk({ tool_calls: toolCalls }));
      response.write(sseChunk({}, 'tool_calls'));
      response.end('data: [DONE]\n\n');
    },
    end: () => {
      response.write(sseChunk({}, 'stop'));
      const usage = { prompt_tokens: 900, completion_tokens: 100, total_tokens: 1000 };
      response.write(`data: ${JSON.stringify({ choices: [], usage })}\n\n`);
      response.end('data: [DONE]\n\n');
    },
  };
}
