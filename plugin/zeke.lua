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

--- By alias: the subcommand of `:Zeke`.
local ALIASES = {
  ZekeAccept = "accept",
  ZekeAcceptAll = "accept-all",
  ZekeChat = "chat",
  ZekeCommit = "commit",
  ZekeComplete = "complete",
  ZekeCost = "cost",
  ZekeDocs = "docs",
  ZekeEdit = "edit",
  ZekeEditHunk = "edit-hunk",
  ZekeExplain = "explain",
  ZekeFix = "fix",
  ZekeHealth = "health",
  ZekeHelp = "help",
  ZekeLeave = "leave",
  ZekeModel = "model",
  ZekeModels = "models",
  ZekeNew = "new",
  ZekeNextHunk = "next-hunk",
  ZekeOptimize = "optimize",
  ZekePreviousHunk = "previous-hunk",
  ZekeRefactor = "refactor",
  ZekeReject = "reject",
  ZekeRejectAll = "reject-all",
  ZekeRetry = "retry",
  ZekeReview = "review",
  ZekeSessions = "sessions",
  ZekeStop = "stop",
  ZekeTests = "tests",
  ZekeToggle = "toggle",
  ZekeUnqueue = "unqueue",
}

local function run(name, args, opts)
  local range = opts.range > 0 and { first = opts.line1, last = opts.line2 } or nil
  require("zeke.commands").run(name, { args = args, range = range, bang = opts.bang })
end

vim.api.nvim_create_user_command("Zeke", function(opts)
  local name, args = opts.args:match("^(%S+)%s*(.*)$")
  run(name or "chat", args or "", opts)
end, {
  nargs = "*",
  range = true,
  bang = true,
  desc = "Zeke: the AI copilot of this project",
  complete = function(lead, line)
    return require("zeke.commands").complete(nil, lead, line)
  end,
})

for alias, name in pairs(ALIASES) do
  vim.api.nvim_create_user_command(alias, function(opts)
    run(name, opts.args, opts)
  end, {
    nargs = "*",
    range = true,
    bang = true,
    desc = ":Zeke " .. name,
    complete = function(lead, line)
      return require("zeke.commands").complete(name, lead, line)
    end,
  })
end

-- One map for each command, to be bound as you like; none is bound by default.
for _, name in pairs(ALIASES) do
  vim.keymap.set({ "n", "x" }, ("<Plug>(zeke-%s)"):format(name), function()
    return vim.fn.mode() == "n" and ("<Cmd>Zeke %s<CR>"):format(name) or (":Zeke %s<CR>"):format(name)
  end, { expr = true, silent = true, desc = "Zeke: " .. name })
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
  vim.keymap.set("i", ("<Plug>(zeke-%s)"):format(name), function()
    require("zeke.complete")[call]()
  end, { silent = true, desc = "Zeke: " .. name })
end

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
