/**
 * The clipboard, by the programs of the desktop: Wayland first, then X11, macOS, Windows. Where
 * there is no desktop, text goes to it through the terminal (OSC 52); an image cannot come back
 * that way, and the user is told so.
 */
import { spawn } from 'node:child_process';
import { childEnvironment, type Environment } from '../env.ts';
import { errnoCode, ZekeError } from '../errors.ts';
import { type RunResult, run } from '../process.ts';
import { checkImage, type Image, MAX_IMAGE_BYTES } from './images.ts';

export interface ClipboardOptions {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
}
export interface WriteOptions extends ClipboardOptions {
  /** Writes a sequence to the terminal, for the way that needs one. */
  readonly writeTerminal: (sequence: string) => void;
}

const TIMEOUT_MS = 10_000;
/** Many terminals drop longer sequences. */
const MAX_OSC_52_CHARACTERS = 100_000;
/** As the clipboard programs name them, best first. */
const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

// ----------------------------------------------------------------------------------------- images

/** The image in the clipboard. Rejects with a ZekeError that says why there is none. */
export async function readClipboardImage(options: ClipboardOptions): Promise<Image> {
  const { env, platform } = options;
  if (platform === 'darwin') return await macImage(env);
  if (platform === 'win32' || env.WSL_DISTRO_NAME !== undefined) return await windowsImage(env);
  const readers = [
    ...(env.WAYLAND_DISPLAY === undefined ? [] : [waylandImage]),
    ...(env.DISPLAY === undefined ? [] : [x11Image]),
  ];
  if (readers.length === 0) throw noDesktop(env);
  let isInstalled = false;
  for (const read of readers) {
    const found = await read(env);
    if (found !== 'not-installed') isInstalled = true;
    if (typeof found !== 'string') return checkImage(found, 'What is in the clipboard');
  }
  if (isInstalled) throw noImage();
  const program = env.WAYLAND_DISPLAY === undefined ? 'xclip' : 'wl-clipboard';
  throw new ZekeError('system', 'The clipboard cannot be read here.', {
    hint: `Install ${program}, or write the path of the image.`,
  });
}

type Found = Buffer | 'not-installed' | 'no-image';

async function waylandImage(env: Environment): Promise<Found> {
  const list = await tryRun('wl-paste', ['--list-types'], env);
  if (list === undefined) return 'not-installed';
  const type = imageTypeIn(list.stdout);
  if (list.exitCode !== 0 || type === undefined) return 'no-image';
  return bytesOf(await tryRun('wl-paste', ['--no-newline', '--type', type], env));
}

async function x11Image(env: Environment): Promise<Found> {
  const base = ['-selection', 'clipboard', '-o', '-t'];
  const list = await tryRun('xclip', [...base, 'TARGETS'], env);
  if (list === undefined) return 'not-installed';
  const type = imageTypeIn(list.stdout);
  if (list.exitCode !== 0 || type === undefined) return 'no-image';
  return bytesOf(await tryRun('xclip', [...base, type], env));
}

async function macImage(env: Environment): Promise<Image> {
  const direct = bytesOf(await tryRun('pngpaste', ['-'], env));
  if (typeof direct !== 'string') return checkImage(direct, 'What is in the clipboard');
  // Comes with the system, and writes the bytes as hexadecimal digits: «data PNGf8950…».
  const script = await tryRun('osascript', ['-e', 'the clipboard as «class PNGf»'], env);
  const digits = /«data PNGf([0-9A-F]+)»/.exec(
    Buffer.from(script?.stdout ?? '', 'latin1').toString(),
  );
  if (digits === null) throw noImage();
  return checkImage(Buffer.from(digits[1] ?? '', 'hex'), 'What is in the clipboard');
}

const WINDOWS_SCRIPT =
  'Add-Type -AssemblyName System.Windows.Forms,System.Drawing;' +
  '$i=[Windows.Forms.Clipboard]::GetImage();if($i -eq $null){exit 1};' +
  '$m=New-Object IO.MemoryStream;$i.Save($m,[Drawing.Imaging.ImageFormat]::Png);' +
  '[Convert]::ToBase64String($m.ToArray())';

async function windowsImage(env: Environment): Promise<Image> {
  const args = ['-NoProfile', '-NonInteractive', '-STA', '-Command', WINDOWS_SCRIPT];
  const result = await tryRun('powershell.exe', args, env);
  if (result === undefined || result.exitCode !== 0) throw noImage();
  return checkImage(Buffer.from(result.stdout.trim(), 'base64'), 'What is in the clipboard');
}

function imageTypeIn(list: string): string | undefined {
  const types = new Set(list.split(/\s+/));
  return IMAGE_TYPES.find((type) => types.has(type));
}

function bytesOf(result: RunResult | undefined): Found {
  if (result === undefined) return 'not-installed';
  if (result.exitCode !== 0 && !result.isCut) return 'no-image';
  return result.stdout === '' ? 'no-image' : Buffer.from(result.stdout, 'latin1');
}

/** Undefined when there is no such program. */
async function tryRun(
  command: string,
  args: readonly string[],
  env: Environment,
): Promise<RunResult | undefined> {
  try {
    return await run(command, args, {
      cwd: '/',
      env,
      timeoutMs: TIMEOUT_MS,
      // Hexadecimal and Base64 take more than the bytes.
      maxOutputBytes: 2 * MAX_IMAGE_BYTES + 1024,
      outputEncoding: 'latin1',
    });
  } catch (error) {
    if (error instanceof ZekeError || errnoCode(error) !== undefined) return undefined;
    throw error;
  }
}

function noImage(): ZekeError {
  return new ZekeError('usage', 'There is no image in the clipboard.', {
    hint: 'Copy one, or write the path of an image.',
  });
}

function noDesktop(env: Environment): ZekeError {
  const isRemote = env.SSH_CONNECTION !== undefined || env.SSH_TTY !== undefined;
  const why = isRemote
    ? 'Over SSH the clipboard of your own machine cannot be read.'
    : 'There is no desktop here whose clipboard could be read.';
  return new ZekeError('usage', why, {
    hint: 'Copy the image to this machine and write its path.',
  });
}

// ------------------------------------------------------------------------------------------- text

/** Puts text into the clipboard and resolves to how. Rejects with a ZekeError when it cannot. */
export async function writeClipboardText(text: string, options: WriteOptions): Promise<string> {
  for (const [command, ...args] of writersFor(options)) {
    const bytes = command === 'clip.exe' ? Buffer.from(`\ufeff${text}`, 'utf16le') : text;
    if (await feed([command ?? '', ...args], bytes, options.env)) return command ?? '';
  }
  const encoded = Buffer.from(text).toString('base64');
  if (encoded.length > MAX_OSC_52_CHARACTERS) {
    throw new ZekeError('system', 'The text is too long for the clipboard of the terminal.', {
      hint: 'Install wl-clipboard or xclip, or copy a part of it.',
    });
  }
  options.writeTerminal(osc52(encoded, options.env));
  return 'the terminal (OSC 52)';
}

function writersFor({ env, platform }: ClipboardOptions): readonly (readonly string[])[] {
  if (platform === 'darwin') return [['pbcopy']];
  if (platform === 'win32' || env.WSL_DISTRO_NAME !== undefined) return [['clip.exe']];
  return [
    ...(env.WAYLAND_DISPLAY === undefined ? [] : [['wl-copy']]),
    ...(env.DISPLAY === undefined
      ? []
      : [
          ['xclip', '-selection', 'clipboard'],
          ['xsel', '--clipboard', '--input'],
        ]),
  ];
}

/** tmux hands the sequence on only when it is wrapped; some take the plain one, so both are sent. */
function osc52(encoded: string, env: Environment): string {
  const plain = `\x1b]52;c;${encoded}\x1b\\`;
  if (env.TMUX === undefined) return plain;
  return `${plain}\x1bPtmux;${plain.replaceAll('\x1b', '\x1b\x1b')}\x1b\\`;
}

/** False when there is no such program, or it failed. Not every one of them ends its own child. */
function feed(
  [command = '', ...args]: readonly string[],
  bytes: string | Buffer,
  env: Environment,
): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: '/',
      env: childEnvironment(env),
      // The programs stay to serve the clipboard: a pipe would never be closed.
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: TIMEOUT_MS,
    });
    child.on('error', () => resolve(false));
    child.on('exit', (code) => resolve(code === 0));
    // A program that ends early closes its input; its exit code says the rest.
    child.stdin.on('error', () => undefined);
    child.stdin.end(bytes);
  });
}
