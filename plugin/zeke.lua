-- What Neovim reads at start: names of commands and maps. Nothing is loaded before one of them is used.
if vim.g.loaded_zeke then
  return
end
vim.g.loaded_zeke = true

if vim.fn.has("nvim-0.10") == 0 then
  vim.api.nvim_create_user_command("Zeke", function()
    vim.notify("Zeke needs Neovim 0.10 or newer.", vim.log.levels.ERROR)
  end, { nargs = "*", desc = "Needs Neovim 0.10 or newer" })
  return
end

--- By subcommand of `:Zeke`: the command that does the same.
local ALIASES = {
  accept = "ZekeAccept",
  ["accept-all"] = "ZekeAcceptAll",
  actions = "ZekeActions",
  add = "ZekeAdd",
  analyze = "ZekeAnalyze",
  chat = "ZekeChat",
  clear = "ZekeClear",
  close = "ZekeClose",
  commit = "ZekeCommit",
  complete = "ZekeComplete",
  cost = "ZekeCost",
  create = "ZekeCreate",
  docs = "ZekeDocs",
  drop = "ZekeDrop",
  earlier = "ZekeEarlier",
  edit = "ZekeEdit",
  ["edit-hunk"] = "ZekeEditHunk",
  explain = "ZekeExplain",
  ["explain-diagnostic"] = "ZekeExplainDiagnostic",
  fix = "ZekeFix",
  health = "ZekeHealth",
  help = "ZekeHelp",
  join = "ZekeJoin",
  leave = "ZekeLeave",
  model = "ZekeModel",
  ["model-next"] = "ZekeModelNext",
  ["model-previous"] = "ZekeModelPrevious",
  models = "ZekeModels",
  new = "ZekeNew",
  ["next-hunk"] = "ZekeNextHunk",
  optimize = "ZekeOptimize",
  ["previous-hunk"] = "ZekePreviousHunk",
  refactor = "ZekeRefactor",
  reject = "ZekeReject",
  ["reject-all"] = "ZekeRejectAll",
  rename = "ZekeRename",
  retry = "ZekeRetry",
  review = "ZekeReview",
  sessions = "ZekeSessions",
  status = "ZekeStatus",
  stop = "ZekeStop",
  terminal = "ZekeTerminal",
  tests = "ZekeTests",
  toggle = "ZekeToggle",
  undo = "ZekeUndo",
  unqueue = "ZekeUnqueue",
}

--- Names that users of zeke.nvim know, by what they mean here. See `:help zeke-known-names`.
local KNOWN_NAMES = {
  ["accept-all"] = { "ZekeDiffAccept" },
  add = { "ZekeAddCurrent", "ZekeAddFile", "ZekeAddSelection" },
  chat = {
    "ZekeChatOpen",
    "ZekeChatPanel",
    "ZekeChatStream",
    "ZekeCode",
    "ZekeContextFiles",
    "ZekeFocus",
    "ZekeSend",
    "ZekeShowContext",
  },
  clear = { "ZekeChatClear", "ZekeCodeClear" },
  close = { "ZekeChatClose", "ZekeCodeClose" },
  cost = { "ZekeRequests", "ZekeTokens" },
  drop = { "ZekeClearContext" },
  explain = { "ZekeExplainCode" },
  fix = { "ZekeFixCode" },
  health = { "ZekeProviderStatus" },
  help = { "ZekeQuickRef" },
  join = { "ZekeConnect" },
  leave = { "ZekeDisconnect" },
  model = { "ZekeModelSet", "ZekeSetModel", "ZekeSwitchModel" },
  ["model-next"] = { "ZekeCycleModel" },
  ["model-previous"] = { "ZekeModelPrev" },
  models = { "ZekeProviders", "ZekeProviderSet", "ZekeSetProvider", "ZekeSwitcher", "ZekeSwitchProvider" },
  refactor = { "ZekeRefactorCode" },
  ["reject-all"] = { "ZekeDiffClose", "ZekeDiffReject" },
  rename = { "ZekeCodeSave", "ZekeSaveConversation" },
  sessions = { "ZekeLoadConversation", "ZekeSessionManager" },
  status = { "ZekeCurrentModel", "ZekeModelInfo" },
  stop = { "ZekeCancelAll", "ZekeCancelTask" },
  terminal = { "ZekeStartCLI" },
  tests = { "ZekeGenerateTests" },
  toggle = { "ZekeToggleChat" },
}

--- What may follow: "*" is free text, in which `|` is a character like any other; "?" is a name. Nothing may
--- follow the rest.
local ARGUMENTS = {
  add = "?",
  analyze = "*",
  chat = "*",
  complete = "?",
  create = "*",
  docs = "*",
  edit = "*",
  explain = "*",
  fix = "*",
  model = "?",
  models = "?",
  ["next-hunk"] = "?",
  optimize = "*",
  ["previous-hunk"] = "?",
  refactor = "*",
  rename = "*",
  review = "?",
  sessions = "*",
  tests = "*",
}

--- Which mean something else with `!`.
local BANGS = { earlier = true, review = true, sessions = true }

local function run(name, args, opts)
  local range = opts.range > 0 and { first = opts.line1, last = opts.line2 } or nil
  require("zeke.commands").run(name, { args = args, range = range, bang = opts.bang })
end

--- `:Zeke` itself takes any text: what holds for a subcommand is looked at here.
local function run_subcommand(opts)
  local name, args = opts.args:match("^([^%s|]*)%s*(.*)$")
  local rest
  if ARGUMENTS[name] ~= "*" then
    args, rest = args:match("^([^|]-)%s*|(.*)$")
    args = args or vim.trim(opts.args:sub(#name + 1))
  end
  local problem = ALIASES[name] and args ~= "" and not ARGUMENTS[name] and "takes no argument: " .. args
    or opts.bang and not BANGS[name] and "takes no !"
  if problem then
    return require("zeke.notify").error((":Zeke %s %s"):format(name, problem))
  end
  run(name == "" and "chat" or name, args, opts)
  if rest and (name == "" or ALIASES[name]) then
    vim.cmd(rest)
  end
end

vim.api.nvim_create_user_command("Zeke", run_subcommand, {
  nargs = "*",
  range = true,
  bang = true,
  desc = "Zeke: the AI copilot of this project",
  complete = function(lead, line)
    return require("zeke.commands").complete(nil, lead, line)
  end,
})

--- The commands of one subcommand: they share what they do.
local function add_commands(name, aliases)
  local function callback(opts)
    run(name, opts.args, opts)
  end
  local arguments = ARGUMENTS[name]
  local attributes = {
    nargs = arguments or 0,
    range = true,
    bang = BANGS[name] == true,
    bar = arguments ~= "*",
    desc = ":Zeke " .. name,
    complete = arguments and function(lead, line)
      return require("zeke.commands").complete(name, lead, line)
    end,
  }
  for _, alias in ipairs(aliases) do
    vim.api.nvim_create_user_command(alias, callback, attributes)
  end
end

for name, alias in pairs(ALIASES) do
  add_commands(name, { alias })
end

--- Half of all commands, and few use them: they come once Neovim has started, or when one is used before.
local function add_known_names()
  for name, aliases in pairs(KNOWN_NAMES) do
    add_commands(
      name,
      vim.tbl_filter(function(alias)
        return vim.fn.exists(":" .. alias) ~= 2
      end, aliases)
    )
  end
end
vim.schedule(add_known_names)
vim.api.nvim_create_autocmd("CmdUndefined", { pattern = "Zeke*", once = true, callback = add_known_names })

--- Decisions are operators, so that `.` repeats them; a count before the ways to hunks says how many.
local OPERATORS = { accept = "accept_here", reject = "reject_here" }
local COUNTED = { ["next-hunk"] = true, ["previous-hunk"] = true }

-- One map for each command, to be bound as you like; none is bound by default. Lines that are selected go
-- along. One map for normal and visual mode takes half the time of two.
for name in pairs(ALIASES) do
  vim.api.nvim_set_keymap("", ("<Plug>(zeke-%s)"):format(name), "", {
    expr = true,
    noremap = true,
    silent = true,
    desc = "Zeke: " .. name,
    callback = function()
      if vim.fn.mode() ~= "n" then
        return (":Zeke %s<CR>"):format(name)
      end
      if OPERATORS[name] then
        vim.go.operatorfunc = ("v:lua.require'zeke.edit.actions'.%s"):format(OPERATORS[name])
        return "g@l"
      end
      local count = COUNTED[name] and vim.v.count > 0 and (" " .. vim.v.count) or ""
      return ("<Cmd>Zeke %s%s<CR>"):format(name, count)
    end,
    replace_keycodes = true,
  })
end

-- What is wanted while text is typed, or in a terminal: it goes on being typed.
for mode, names in pairs({
  i = {
    "accept",
    "accept-all",
    "chat",
    "complete",
    "edit-hunk",
    "next-hunk",
    "previous-hunk",
    "reject",
    "reject-all",
    "stop",
    "toggle",
  },
  t = { "chat", "stop", "terminal", "toggle" },
}) do
  for _, name in ipairs(names) do
    local plug, command = ("<Plug>(zeke-%s)"):format(name), ("<Cmd>Zeke %s<CR>"):format(name)
    vim.api.nvim_set_keymap(mode, plug, command, { noremap = true, desc = "Zeke: " .. name })
  end
end

--- Maps of insert mode, for ghost text.
for name, call in pairs({
  ["complete-accept"] = "accept",
  ["complete-accept-word"] = "accept_word",
  ["complete-accept-line"] = "accept_line",
  ["complete-next"] = "next",
  ["complete-previous"] = "previous",
  ["complete-dismiss"] = "dismiss",
  ["complete-now"] = "trigger",
}) do
  vim.api.nvim_set_keymap("i", ("<Plug>(zeke-%s)"):format(name), "", {
    noremap = true,
    silent = true,
    desc = "Zeke: " .. name,
    callback = function()
      require("zeke.complete")[call]()
    end,
  })
end

vim.api.nvim_create_autocmd("SessionLoadPost", {
  desc = "Zeke: the conversation is in its windows again",
  callback = function()
    if vim.fn.bufexists("zeke://chat") == 1 or vim.fn.bufexists("zeke://prompt") == 1 then
      require("zeke.chat").restore()
    end
  end,
})

-- Ghost text listens to what is typed once it is wanted: the first time that insert mode begins where
-- it is turned on, else with the conversation.
vim.api.nvim_create_autocmd("InsertEnter", {
  once = true,
  callback = function()
    if require("zeke.config").get().completion.enabled == true then
      require("zeke.complete").start()
    end
  end,
})
vim.api.nvim_create_autocmd("User", {
  pattern = "ZekeJoined",
  callback = function()
    if require("zeke.config").get().completion.enabled ~= false then
      require("zeke.complete").start()
    end
  end,
})
