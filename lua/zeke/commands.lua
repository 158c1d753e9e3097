--- Every subcommand of `:Zeke`, with its alias `:Zeke…`. plugin/zeke.lua makes the commands from names
--- alone and comes here when one is used; test/lua/commands.test.ts compares both lists.
local M = {}

---@class zeke.CommandContext
---@field args string What stands behind the name.
---@field range? { first: integer, last: integer } Lines, where a range was given.
---@field bang boolean

---@class zeke.Command
---@field run fun(ctx: zeke.CommandContext)
---@field desc string
---@field complete? fun(lead: string, before: string): string[] What may follow: the word typed, those before it.

--- A command that calls a function of a module with what was typed.
---@param module string
---@param name string
---@return fun(ctx: zeke.CommandContext)
local function call(module, name)
  return function(ctx)
    require("zeke." .. module)[name](ctx)
  end
end

--- A command that sends an op. What the conversation answers is said where no window shows it.
---@param op_type string
---@return fun()
local function send(op_type)
  return function()
    require("zeke.chat").attend()
    require("zeke.rpc").op({ type = op_type })
  end
end

--- Completes the first word only.
---@param list fun(lead: string): string[]
---@return fun(lead: string, before: string): string[]
local function first_word(list)
  return function(lead, before)
    return before == "" and list(lead) or {}
  end
end

--- Stops what this Neovim asked for (edits, a review, ghost text), and the running answer, or the waiting
--- for a Zeke that is busy. Where something of its own was stopped and no answer runs, or where nobody
--- holds a conversation, no Zeke is started.
local function stop()
  local rpc = require("zeke.rpc")
  local count = require("zeke.edit").stop() + (require("zeke.chat.earlier").stop() and 1 or 0) + rpc.cancel_all()
  if rpc.stop_waiting() then
    return
  end
  local state = require("zeke.session").get()
  if rpc.status().phase == "idle" and not require("zeke.place").has_host() then
    if count == 0 then
      require("zeke.notify").info("Nothing is running.")
    end
  elseif count == 0 or (state and state.running) then
    rpc.op({ type = "cancel" })
  end
end

---@param instruction string
---@param action string
---@return fun(ctx: zeke.CommandContext)
local function edit(instruction, action)
  return function(ctx)
    local words = ctx.args ~= "" and ctx.args or instruction
    local is_told = ctx.args ~= ""
    require("zeke.edit").run({ instruction = words, action = action, range = ctx.range, is_told = is_told })
  end
end

--- What a message may name: `@file` and `#buffer`.
---@param lead string
---@return string[]
local function context_words(lead)
  return require("zeke.context.names").complete(lead)
end

---@type table<string, zeke.Command>
M.table = {
  chat = {
    run = call("chat", "command"),
    desc = "Open the conversation; send a message, with the selection",
    complete = context_words,
  },
  toggle = { run = call("chat", "toggle"), desc = "Open or close the conversation's window" },
  close = { run = call("chat", "close"), desc = "Close the conversation's windows; it goes on" },
  stop = { run = stop, desc = "Stop the running answer, and what else Zeke is doing for this Neovim" },
  earlier = {
    run = call("chat.earlier", "command"),
    desc = "Load turns before those that the conversation shows; with `!` all of them",
  },
  retry = { run = send("retry"), desc = "Set the last answer aside and ask again" },
  unqueue = { run = call("chat.waiting", "command"), desc = "Take the last message that waits back into the prompt" },
  undo = { run = send("undo-last"), desc = "Give files back what the last answer changed in them" },
  new = { run = send("open-session"), desc = "Begin a new conversation, for every front end" },
  clear = { run = send("clear"), desc = "Let the model forget what was said" },
  rename = { run = call("pick.sessions", "rename"), desc = "Give the conversation another title" },
  add = {
    run = call("chat.along", "add"),
    desc = "Let lines, the buffer or a file go along with the next message",
    complete = function(lead)
      return require("zeke.context.names").files(lead)
    end,
  },
  drop = { run = call("chat.along", "drop"), desc = "Let nothing go along with the next message" },
  edit = { run = call("edit", "command"), desc = "Change the selection or the buffer as told, shown as hunks" },
  create = { run = call("edit", "create"), desc = "Write something new, as hunks in a new buffer" },
  actions = { run = call("pick.actions", "pick"), desc = "Choose what to do with the selection or the buffer" },
  fix = { run = edit("Mend this.", "fix"), desc = "Mend what the diagnostics say" },
  tests = { run = edit("Write the tests.", "tests"), desc = "Write tests for the selection or the buffer" },
  docs = { run = edit("Write the documentation.", "docs"), desc = "Document the selection or the buffer" },
  optimize = { run = edit("Make this faster.", "optimize"), desc = "Make the selection or the buffer faster" },
  refactor = { run = edit("Make this clearer.", "refactor"), desc = "Make the selection or the buffer clearer" },
  explain = {
    run = call("chat.ask", "explain"),
    desc = "Explain the selection, or what stands at the cursor",
    complete = context_words,
  },
  ["explain-diagnostic"] = {
    run = call("chat.ask", "explain_diagnostic"),
    desc = "Explain what the diagnostics of this line mean",
  },
  analyze = {
    run = call("chat.ask", "analyze"),
    desc = "Say what is weak in the selection or the buffer",
    complete = first_word(function()
      return { "correctness", "performance", "quality", "security" }
    end),
  },
  commit = { run = call("edit", "commit_message"), desc = "Write a commit message for what is staged" },
  accept = { run = call("edit", "accept"), desc = "Accept the hunk at the cursor" },
  reject = { run = call("edit", "reject"), desc = "Reject the hunk at the cursor" },
  ["accept-all"] = { run = call("edit", "accept_all"), desc = "Accept every hunk of this buffer" },
  ["reject-all"] = { run = call("edit", "reject_all"), desc = "Reject every hunk of this buffer" },
  ["edit-hunk"] = { run = call("edit", "edit_hunk"), desc = "Change the proposed lines before accepting them" },
  ["next-hunk"] = { run = call("edit", "next_hunk"), desc = "Go to the next hunk" },
  ["previous-hunk"] = { run = call("edit", "previous_hunk"), desc = "Go to the previous hunk" },
  complete = {
    run = call("complete", "command"),
    desc = "Ghost text: on, off, or now",
    complete = first_word(function()
      return { "on", "off", "now" }
    end),
  },
  review = {
    run = call("review", "command"),
    desc = "Review what changed, into the quickfix list; with `!` propose the patch of the finding here",
    complete = first_word(function(lead)
      return require("zeke.review").complete_base(lead)
    end),
  },
  model = {
    run = call("pick.models", "command"),
    desc = "Switch the model, for every front end",
    complete = first_word(function(lead)
      return require("zeke.pick.models").complete(lead)
    end),
  },
  models = {
    run = call("pick.models", "pick"),
    desc = "Choose a model, of those that these words name",
    complete = first_word(function()
      return require("zeke.pick.models").providers()
    end),
  },
  ["model-next"] = { run = call("pick.models", "next"), desc = "Switch to the next model of the list" },
  ["model-previous"] = { run = call("pick.models", "previous"), desc = "Switch to the previous model of the list" },
  sessions = {
    run = call("pick.sessions", "command"),
    desc = "Open a conversation, of those that hold these words; with `!` rename, copy, export or delete one",
    complete = function(lead, before)
      return require("zeke.pick.sessions").complete(lead, before)
    end,
  },
  cost = { run = call("cost", "show"), desc = "What was spent: this session, day, month, by model" },
  status = { run = call("command.status", "say"), desc = "Say which model answers, what it cost and who is attached" },
  join = { run = call("command.status", "join"), desc = "Join the conversation without opening it" },
  leave = { run = call("rpc", "leave"), desc = "Leave the conversation; it goes on for the others" },
  terminal = { run = call("command.terminal", "open"), desc = "Open the conversation in a terminal of Neovim" },
  health = {
    run = function()
      vim.cmd.checkhealth("zeke")
    end,
    desc = "Check what Zeke needs",
  },
  help = { run = call("command.help", "open"), desc = "Open the help" },
}

--- Runs a subcommand. A mistake of ours is said and leaves the editor as it is.
---@param name string
---@param ctx zeke.CommandContext
function M.run(name, ctx)
  local command = M.table[name]
  if not command then
    local near = require("zeke.command.near").find(name, vim.tbl_keys(M.table))
    local hint = #near > 0 and ("Did you mean %s?"):format(table.concat(near, ", ")) or "See :help zeke-commands."
    return require("zeke.notify").error(("There is no :Zeke %s. %s"):format(name, hint))
  end
  local ok, err = xpcall(command.run, debug.traceback, ctx)
  if not ok then
    require("zeke.notify").error((":Zeke %s failed: %s"):format(name, err))
  end
end

---@param options string[]
---@param lead string
---@return string[]
local function starting_with(options, lead)
  local found = vim.tbl_filter(function(option)
    return vim.startswith(option, lead)
  end, options)
  table.sort(found)
  return found
end

--- What may follow `:Zeke`, or an alias.
---@param name? string The subcommand of an alias; nil for `:Zeke`.
---@param lead string
---@param line string
---@return string[]
function M.complete(name, lead, line)
  -- Behind a range, modifiers and perhaps a bang.
  local rest = line:match("%f[%a]Zeke%a*!?%s+(.*)$") or ""
  if not name then
    name, rest = rest:match("^(%S+)%s+(.*)$")
    if not name then
      return starting_with(vim.tbl_keys(M.table), lead)
    end
  end
  local command = M.table[name]
  if not command or not command.complete then
    return {}
  end
  local before = vim.trim(rest:sub(1, #rest - #lead))
  return starting_with(command.complete(lead, before), lead)
end

return M
