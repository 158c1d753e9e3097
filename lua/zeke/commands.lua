--- Every subcommand of `:Zeke`, with its alias `:Zeke…`. plugin/zeke.lua makes the commands from names
--- alone and comes here when one is used; test/nvim/commands.test.ts compares both lists.
local M = {}

---@class zeke.CommandContext
---@field args string What stands behind the name.
---@field range? { first: integer, last: integer } Lines, where a range was given.
---@field bang boolean

---@class zeke.Command
---@field run fun(ctx: zeke.CommandContext)
---@field desc string
---@field complete? fun(lead: string): string[]

--- A command that calls a function of a module with what was typed.
---@param module string
---@param name string
---@return fun(ctx: zeke.CommandContext)
local function call(module, name)
  return function(ctx)
    require("zeke." .. module)[name](ctx)
  end
end

--- A command that sends an op.
---@param op_type string
---@return fun()
local function send(op_type)
  return function()
    require("zeke.rpc").op({ type = op_type })
  end
end

--- Stops what this Neovim asked for (edits, a review, ghost text), and the running answer. Where something
--- of its own was stopped and no answer runs, no Zeke is started.
local function stop()
  local rpc = require("zeke.rpc")
  local count = require("zeke.edit").stop() + rpc.cancel_all()
  local state = require("zeke.session").get()
  if count == 0 or (state and state.running) then
    rpc.op({ type = "cancel" })
  end
end

---@param instruction string
---@param action string
---@return fun(ctx: zeke.CommandContext)
local function edit(instruction, action)
  return function(ctx)
    local words = ctx.args ~= "" and ctx.args or instruction
    require("zeke.edit").run({ instruction = words, action = action, range = ctx.range })
  end
end

---@type table<string, zeke.Command>
M.table = {
  chat = { run = call("chat", "command"), desc = "Open the conversation; send a message, with the selection" },
  toggle = { run = call("chat", "toggle"), desc = "Open or close the conversation's window" },
  stop = { run = stop, desc = "Stop the running answer, and what else Zeke is doing for this Neovim" },
  retry = { run = send("retry"), desc = "Set the last answer aside and ask again" },
  unqueue = { run = call("chat.waiting", "command"), desc = "Take the last message that waits back into the prompt" },
  new = { run = send("open-session"), desc = "Begin a new conversation, for every front end" },
  edit = {
    run = function(ctx)
      require("zeke.edit").command(ctx)
    end,
    desc = "Change the selection or the buffer as told, shown as hunks",
  },
  fix = { run = edit("Mend this.", "fix"), desc = "Mend what the diagnostics say" },
  tests = { run = edit("Write the tests.", "tests"), desc = "Write tests for the selection or the buffer" },
  docs = { run = edit("Write the documentation.", "docs"), desc = "Document the selection or the buffer" },
  optimize = { run = edit("Make this faster.", "optimize"), desc = "Make the selection or the buffer faster" },
  refactor = { run = edit("Make this clearer.", "refactor"), desc = "Make the selection or the buffer clearer" },
  explain = { run = call("chat", "explain"), desc = "Explain the selection, or what stands at the cursor" },
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
    complete = function()
      return { "on", "off", "now" }
    end,
  },
  review = {
    run = call("review", "command"),
    desc = "Review what changed, into the quickfix list; with `!` propose the patch of the finding here",
    complete = function(lead)
      return require("zeke.review").complete_base(lead)
    end,
  },
  model = {
    run = call("pick.models", "command"),
    desc = "Switch the model, for every front end",
    complete = function(lead)
      return require("zeke.pick.models").complete(lead)
    end,
  },
  models = { run = call("pick.models", "pick"), desc = "Choose a model" },
  sessions = { run = call("pick.sessions", "command"), desc = "Open a conversation; with `!` export or delete one" },
  cost = { run = call("cost", "show"), desc = "What was spent: this session, day, month, by model" },
  leave = { run = call("rpc", "leave"), desc = "Leave the conversation; it goes on for the others" },
  health = {
    run = function()
      vim.cmd.checkhealth("zeke")
    end,
    desc = "Check what Zeke needs",
  },
  help = {
    run = function()
      vim.cmd.help("zeke")
    end,
    desc = "Open the help",
  },
}

--- Runs a subcommand. A mistake of ours is said and leaves the editor as it is.
---@param name string
---@param ctx zeke.CommandContext
function M.run(name, ctx)
  local command = M.table[name]
  if not command then
    return require("zeke.notify").error(("There is no :Zeke %s. See :help zeke-commands."):format(name))
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
  if not name then
    name = line:match("^.-Zeke%s+(%S+)%s")
    if not name then
      return starting_with(vim.tbl_keys(M.table), lead)
    end
  end
  local command = M.table[name]
  if not command or not command.complete then
    return {}
  end
  return starting_with(command.complete(lead), lead)
end

return M
