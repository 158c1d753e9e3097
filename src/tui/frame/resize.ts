/**
 * A new size of the window. The renderer's own answer to it is to draw the old frame once more: in
 * a window that has become low, its upper rows then go into the scrollback for good. So it is not
 * told. The old frame is erased here, and the next one is drawn when it was laid out anew.
 *
 * A terminal that streams is often resized while a frame is on its way. So the size is asked for
 * once more when a frame is about to be written: it then falls on a screen where the one before has
 * been erased by the new size, and is erased by it itself.
 */
import type { Instance } from 'ink';
import { withStraightPaths } from './cursor-path.ts';

/** A frame that is shown as a whole, up to the end of the renderer's next one. */
const BEGIN_FRAME = '\x1b[?2026h';
const END_FRAME = '\x1b[?2026l';

export interface ResizeOptions {
  readonly stdout: NodeJS.WriteStream;
  /** Asks the system for the size; the stream says when it is another one. */
  readonly refreshSize: () => void;
  /** Brings the cursor where the renderer takes it to be; after a frame for the old size, too. */
  readonly correction: (isWrittenAfter: boolean) => string;
}

export class ResizeWatch {
  /** Standard output for the renderer. */
  readonly stream: NodeJS.WriteStream;
  private readonly options: ResizeOptions;
  private instance: Instance | undefined;
  private isInFrame = false;
  /** The parts of a frame so far: it is written as one, which costs a third of three writes. */
  private held = '';
  private isHolding = false;
  private isStale = false;
  private hasRendererListener = false;

  constructor(options: ResizeOptions) {
    this.options = options;
    const { stdout } = options;
    const replaced = new Map<string | symbol, unknown>([
      ['on', this.on],
      ['write', this.write],
    ]);
    this.stream = new Proxy(stdout, {
      get(target, name) {
        const value: unknown = replaced.get(name) ?? Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  /** Before the components hear of another size. Returns what ends it. */
  follow(instance: Instance): () => void {
    this.instance = instance;
    this.options.stdout.prependListener('resize', this.resized);
    return () => this.options.stdout.off('resize', this.resized);
  }

  /** The renderer has written a frame. */
  endFrame(): void {
    this.flush();
    this.isInFrame = false;
    if (!this.isStale) return;
    this.isStale = false;
    this.erase(true);
  }

  private readonly resized = (): void => {
    if (this.isInFrame) this.isStale = true;
    this.erase(false);
  };

  private erase(isWrittenAfter: boolean): void {
    this.flush();
    this.options.stdout.write(BEGIN_FRAME + this.options.correction(isWrittenAfter));
    this.instance?.clear();
    void this.instance?.waitUntilRenderFlush();
  }

  /** The renderer's own listener is the first that comes. */
  private readonly on = (event: string, listener: () => void): NodeJS.WriteStream => {
    const { stdout } = this.options;
    if (event !== 'resize' || this.hasRendererListener) return stdout.on(event, listener);
    this.hasRendererListener = true;
    return stdout;
  };

  private readonly write = (...parts: Parameters<NodeJS.WriteStream['write']>): boolean => {
    const [text] = parts;
    if (text === BEGIN_FRAME) {
      this.isInFrame = true;
      this.options.refreshSize();
      this.flush();
      this.isHolding = true;
    }
    if (!this.isHolding || typeof text !== 'string' || parts.length > 1) {
      this.flush();
      return Reflect.apply(this.options.stdout.write, this.options.stdout, parts);
    }
    this.held += text;
    if (text !== END_FRAME) return true;
    this.flush();
    // Some frames are written by a timer: the renderer does not tell of those.
    this.isInFrame = false;
    return true;
  };

  private flush(): void {
    const { held } = this;
    this.held = '';
    this.isHolding = false;
    if (held !== '') this.options.stdout.write(withStraightPaths(held));
  }
}
