/** The front end of one-shot commands: answers to standard output, all else to standard error. */
import { createTextSanitizer, sanitizeText } from '../platform/terminal-text.ts';
import { EVENT_FORMAT_VERSION, type SessionEvent, type TurnEndReason } from '../session/events.ts';
import type { SessionState } from '../session/state.ts';
import type { CommandIo } from './command.ts';

export interface AnswerPrinter {
  begin(state: SessionState): void;
  print(event: SessionEvent): void;
  end(): void;
}

/**
 * Prints the events of a turn. `text` and `markdown` stream the answer as it arrives, cleaned of
 * everything that a terminal would obey; `json` prints every event, one a line.
 */
export function createAnswerPrinter(
  io: CommandIo,
  format: 'text' | 'markdown' | 'json',
): AnswerPrinter {
  return format === 'json' ? createJsonPrinter(io) : createTextPrinter(io);
}

function createJsonPrinter(io: CommandIo): AnswerPrinter {
  const write = (value: object) => io.stdout.write(`${encodeLine(value)}\n`);
  return {
    begin(state) {
      const { sessionId, project, model, createdAt, seq } = state;
      const version = EVENT_FORMAT_VERSION;
      const start = { type: 'session-start', version, sessionId, project, model };
      write({ ...start, seq: Math.min(seq, 1), at: createdAt });
    },
    print: (event) => write(event),
    end: () => undefined,
  };
}

/**
 * JSON whose text cannot reach a terminal as anything but text: JSON.stringify leaves DEL, C1
 * controls, bidi and zero-width characters as they are, so those are escaped too.
 */
function encodeLine(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu,
    (character) =>
      [...Array(character.length).keys()]
        .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
        .join(''),
  );
}

function createTextPrinter(io: CommandIo): AnswerPrinter {
  const sanitizer = createTextSanitizer();
  let lastCharacter = '\n';
  const write = (text: string) => {
    if (text === '') return;
    io.stdout.write(text);
    lastCharacter = text.at(-1) ?? lastCharacter;
  };
  /** A later request's answer begins on its own paragraph, not glued to the text before a tool. */
  const startParagraph = () => {
    write(sanitizer.flush());
    if (lastCharacter !== '\n') write('\n\n');
  };
  return {
    begin: () => undefined,
    print(event) {
      if (event.type === 'text-delta') write(sanitizer.push(event.text));
      else if (event.type === 'step-start') startParagraph();
      const note = noteFor(event);
      if (note !== undefined) io.stderr.write(`zeke: ${sanitizeText(note)}\n`);
    },
    end() {
      write(sanitizer.flush());
      if (lastCharacter !== '\n') write('\n');
    },
  };
}

/** What a person should be told about an event that is no part of the answer. */
function noteFor(event: SessionEvent): string | undefined {
  switch (event.type) {
    case 'notice':
      return event.text;
    case 'error':
      return event.message;
    case 'context': {
      const titles = instructionTitles(event);
      return titles === '' ? undefined : `read ${titles}`;
    }
    case 'tool-call':
      return `${event.name} ${summarizeInput(event.input)}`;
    case 'turn-end':
      return END_NOTES[event.reason];
    default:
      return undefined;
  }
}

function instructionTitles(event: Extract<SessionEvent, { type: 'context' }>): string {
  const blocks = event.blocks.filter((block) => block.source === 'instructions');
  return blocks.map((block) => block.title).join(', ');
}

const INPUT_SUMMARY_CHARACTERS = 100;

function summarizeInput(input: object): string {
  const text = JSON.stringify(input);
  return text.length <= INPUT_SUMMARY_CHARACTERS
    ? text
    : `${text.slice(0, INPUT_SUMMARY_CHARACTERS)}…`;
}

const END_NOTES: Partial<Record<TurnEndReason, string>> = {
  length: 'The answer was cut at the output limit; raise --max-tokens for more.',
  content_filter: 'The model host held the answer back or cut it (content filter).',
  refusal: 'The model declined to answer.',
  tool_calls: 'The model waits for a tool that was not offered; nothing was run.',
  max_steps: 'The turn was stopped after too many tool rounds.',
  cancelled: 'Stopped.',
};
