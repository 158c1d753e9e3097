--- What Zeke and this plugin say to each other. The twin of src/nvim/protocol.ts, where every name is explained.
local M = {}

--- Raised when an old plugin and a new Zeke (or the other way round) would misunderstand each other.
M.VERSION = 1

M.TO_ZEKE = {
  hello = "hello",
  op = "op",
  ask = "ask",
  cancel = "cancel",
  editor = "editor",
  overlay = "overlay",
}

M.TO_NEOVIM = {
  welcome = "welcome",
  state = "state",
  events = "events",
  clients = "clients",
  done = "done",
  answer = "answer",
  progress = "progress",
  spent = "spent",
}

M.SERVICES = {
  "models",
  "sessions",
  "search-sessions",
  "delete-session",
  "export-session",
  "earlier-turns",
  "files",
  "symbols",
  "definition",
  "diff",
  "context-use",
  "cost",
  "edit",
  "apply",
  "complete",
  "review",
  "commit-message",
}

return M
