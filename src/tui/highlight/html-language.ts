/** HTML with what stands in its scripts and styles. */
import type { StreamParser, StringStream } from '@codemirror/streamparser';
import { copyState } from './copy-state.ts';

type Definition = StreamParser<unknown>;

interface Embedded {
  readonly definition: Definition;
  readonly state: unknown;
  readonly end: RegExp;
}
interface HtmlState {
  readonly outer: unknown;
  /** The script or style that the last tag opens, once it is complete. */
  opened: string;
  embedded: Embedded | undefined;
}

const INDENT_COLUMNS = 2;

/** The tags by one definition, what is within `<script>` and `<style>` by others. */
export function html(
  tags: Definition,
  inner: { readonly script: Definition; readonly style: Definition },
): Definition {
  const embed = (name: string): Embedded => {
    const definition = name === 'script' ? inner.script : inner.style;
    const state = definition.startState?.(INDENT_COLUMNS);
    return { definition, state, end: new RegExp(`</${name}`, 'i') };
  };
  const definition: StreamParser<HtmlState> = {
    startState: () => ({
      outer: tags.startState?.(INDENT_COLUMNS),
      opened: '',
      embedded: undefined,
    }),
    copyState: ({ outer, opened, embedded }) => ({
      outer: copyState(tags, outer),
      opened,
      embedded: embedded && {
        ...embedded,
        state: copyState(embedded.definition, embedded.state),
      },
    }),
    token: (stream, state) => {
      if (state.embedded !== undefined) {
        const end = stream.string.slice(stream.pos).search(state.embedded.end);
        if (end !== 0) return readEmbedded(stream, state.embedded, end);
        state.embedded = undefined;
      }
      const token = tags.token(stream, state.outer);
      const text = stream.current().toLowerCase();
      const isOpening = stream.string[stream.start - 1] === '<';
      if (isOpening && (text === 'script' || text === 'style')) state.opened = text;
      if (text.endsWith('>') && state.opened !== '') {
        if (text === '>') state.embedded = embed(state.opened);
        state.opened = '';
      }
      return token;
    },
  };
  return definition as Definition;
}

/** Lets the inner language see the line only up to the closing tag. */
function readEmbedded(stream: StringStream, embedded: Embedded, end: number): string | null {
  const line = stream.string;
  if (end > 0) stream.string = line.slice(0, stream.pos + end);
  try {
    return embedded.definition.token(stream, embedded.state);
  } finally {
    stream.string = line;
  }
}
