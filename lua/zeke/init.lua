--- The plugin's front door. Everything else is loaded when it is first used.
local M = {}

--- Overrides settings; the plugin works without it. See `:help zeke-config`.
---@param opts? table
function M.setup(opts)
  require("zeke.config").set(opts)
end

--- A line for a statusline: model, context used, cost, what is running, who is attached. Never waits.
---@return string
function M.statusline()
  return require("zeke.statusline").text()
end

return M
