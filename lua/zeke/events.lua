--- Tells whoever listens what happens, as `User` autocmds with data: `ZekeTurnStart`, `ZekeJoined` …
local M = {}

--- The pattern of a session event: `turn-start` is `ZekeTurnStart`.
---@param event_type string
---@return string
function M.pattern(event_type)
  local name = event_type:gsub("^%l", string.upper):gsub("%-(%l)", string.upper)
  return "Zeke" .. name
end

--- True when somebody listens to one of Zeke's events: asked once for a batch.
---@return boolean
local function has_listeners()
  for _, autocmd in ipairs(vim.api.nvim_get_autocmds({ event = "User" })) do
    if autocmd.pattern == "*" or vim.startswith(autocmd.pattern or "", "Zeke") then
      return true
    end
  end
  return false
end

--- Fires one event. A mistake in somebody's autocmd is said and ends nothing of ours.
---@param name string Without `Zeke`: `Joined`.
---@param data? table
function M.fire(name, data)
  local ok, err = pcall(vim.api.nvim_exec_autocmds, "User", {
    pattern = "Zeke" .. name,
    modeline = false,
    data = data,
  })
  if not ok then
    require("zeke.notify").error(("An autocmd for Zeke%s failed: %s"):format(name, err))
  end
end

--- Fires the events of the conversation.
---@param events table[]
function M.fire_all(events)
  if #events == 0 or not has_listeners() then
    return
  end
  for _, event in ipairs(events) do
    M.fire(M.pattern(event.type):sub(#"Zeke" + 1), event)
  end
end

return M
