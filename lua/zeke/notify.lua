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

--- Errors that were said, as long as somebody has them.
---@type table<zeke.Error, true>
local failures = setmetatable({}, { __mode = "k" })

--- An error of a service or of joining: what happened, and what to do next. One that many waited for, as a
--- conversation that cannot be joined, is said once.
---@param err zeke.Error
function M.failure(err)
  if failures[err] then
    return
  end
  failures[err] = true
  local hint = err.hint and err.hint ~= "" and (" " .. err.hint) or ""
  M.error(err.message .. hint)
end

return M
