--- The one timer of the link, and the time by it.
local M = {}

---@type uv.uv_timer_t?
local timer
--- Milliseconds in which this Neovim was at work. None pass while it is suspended (Ctrl+Z), or everybody
--- it waits for would be late when it goes on.
local lived_ms = 0

---@return integer
function M.now()
  return lived_ms
end

function M.stop()
  if timer then
    timer:stop()
    timer:close()
    timer = nil
  end
end

--- Runs `callback` every so often, in place of what ran before.
---@param every_ms integer
---@param callback fun()
function M.every(every_ms, callback)
  M.stop()
  local own = assert(vim.uv.new_timer())
  timer = own
  own:start(
    every_ms,
    every_ms,
    vim.schedule_wrap(function()
      if timer == own then
        lived_ms = lived_ms + every_ms
        callback()
      end
    end)
  )
end

return M
