/**
 * What Zeke and its Neovim plugin say to each other. The twin of lua/zeke/protocol.lua: names and
 * version here are the names and version there (test/nvim/protocol.test.ts compares).
 *
 * Neovim sends notifications (`rpcnotify`) named after `TO_ZEKE`; Zeke answers with
 * `nvim_exec_lua(RECEIVE, [kind, json])`, also as a notification. Neither side ever waits in a request.
 */

/** Raised when an old plugin and a new Zeke (or the other way round) would misunderstand each other. */
export const NVIM_PROTOCOL_VERSION = 1;

/** What Zeke runs in Neovim for everything it has to say. */
export const RECEIVE = 'require("zeke.rpc").receive(...)';

/** Notifications of Neovim, with their parameters. */
export const TO_ZEKE = {
  /** `[{client: "neovim", protocol, plugin, neovim, seen?: {sessionId, seq}, loadsEarlier?}]`: the first of all. */
  hello: 'hello',
  /** `[id, op]`: an op of the session (src/session/ops.ts). Confirmed by `done`. */
  op: 'op',
  /** `[id, method, params]`: a question to a service. Settled by one `answer`, after any `progress`. */
  ask: 'ask',
  /** `[id]`: the answer is not wanted any more; it is settled as cancelled. */
  cancel: 'cancel',
  /** `[{path?, line?, openFiles}]`: where the user works; relative to the root, debounced. */
  editor: 'editor',
  /** `[path, text]`, or `[path]` once it is saved or closed: a buffer that is not on the disk. */
  overlay: 'overlay',
} as const;

/** Kinds of what Zeke tells Neovim, with the JSON that follows. */
export const TO_NEOVIM = {
  /** `{protocol, version, process, clientId, root}`, or `{protocol, version, error}` before it hangs up. */
  welcome: 'welcome',
  /** An EditorState: at the beginning, after another session was opened, to one that fell behind. */
  state: 'state',
  /** Session events in order; deltas of one part that follow each other are one. */
  events: 'events',
  /** `[{id, name, isHost}]`: who is attached. */
  clients: 'clients',
  /** `{id, error?}`: the op was carried out, or refused. */
  done: 'done',
  /** `{id, result}` or `{id, error: {kind, message, hint?}}`. */
  answer: 'answer',
  /** `{id, …}`: what a service reports on its way. */
  progress: 'progress',
  /** `{service, costUsd}`: what a question cost whose answer goes to nobody: it was cancelled, or failed. */
  spent: 'spent',
} as const;

/** The services a Neovim may ask (src/nvim/services.ts has their types). */
export const SERVICES = [
  'models',
  'sessions',
  'search-sessions',
  'delete-session',
  'export-session',
  'earlier-turns',
  'files',
  'symbols',
  'definition',
  'diff',
  'context-use',
  'cost',
  'edit',
  'apply',
  'complete',
  'review',
  'commit-message',
] as const;
export type ServiceName = (typeof SERVICES)[number];
