--- `:ZekeActions`: what Zeke can do with the selection or the buffer, as a list.
local M = {}

local NAMES = {
  "explain",
  "explain-diagnostic",
  "edit",
  "fix",
  "refactor",
  "optimize",
  "docs",
  "tests",
  "analyze",
  "chat",
  "add",
  "review",
  "commit",
}

--- Lets the user choose, and runs it with the lines that were given.
---@param ctx zeke.CommandContext
function M.pick(ctx)
  local commands = require("zeke.commands")
  vim.ui.select(NAMES, {
    prompt = ctx.range and "Zeke, with these lines" or "Zeke, here",
    kind = "zeke_action",
    format_item = function(name)
      return commands.table[name].desc
    end,
  }, function(name)
    if name then
      commands.run(name, { args = "", range = ctx.range, bang = false })
    end
  end)
end

return M
