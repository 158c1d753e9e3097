--- Messages to the user: always scheduled, always under one title.
local M = {}

---@param message string
---@param level integer
local function say(message, level)
  vim.schedule(function()
    vim.notify(message, level, { title = "Zeke" })
  end)
end

---@param message string
function M.info(message)
  say(message, vim.log.levels.INFO)
end

---@param message string
function M.warn(message)
  say(message, vim.log.levels.WARN)
end

---@param message string
function M.error(message)
  say(message, vim.log.levels.ERROR)
end

--- An error of a service or of joining: what happened, and what to do next.
---@param err zeke.Error
function M.failure(err)
  local hint = err.hint and err.hint ~= "" and (" " .. err.hint) or ""
  M.error(err.message .. hint)
end

return M
