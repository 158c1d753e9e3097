--- Hears of every change of a buffer's lines, for as long as somebody wants to know. Extmarks alone do
--- not do: the mark of a line that is replaced lands behind what replaced it, whoever replaced it.
local M = {}

---@class zeke.edit.Listener
---@field on_splice fun(splice: zeke.edit.Splice)
---@field on_reload fun() The text was read from the disk again: nothing is known of any line.
---@field on_gone fun() The buffer was unloaded or deleted.

---@type table<integer, table<zeke.edit.Listener, true>>
local listeners_of = {}
---@type table<integer, true>
local is_attached = {}

---@param buf integer
---@param method "on_splice"|"on_reload"|"on_gone"
---@param splice? zeke.edit.Splice
local function tell(buf, method, splice)
  -- A listener may leave while it is told.
  for _, listener in ipairs(vim.tbl_keys(listeners_of[buf] or {})) do
    listener[method](splice)
  end
end

---@param buf integer
local function attach(buf)
  is_attached[buf] = true
  vim.api.nvim_buf_attach(buf, false, {
    on_lines = function(_, _, _, first, last, new_last)
      if not listeners_of[buf] then
        is_attached[buf] = nil
        return true
      end
      tell(buf, "on_splice", { first = first, last = last, new_last = new_last })
    end,
    on_reload = function()
      tell(buf, "on_reload")
    end,
    on_detach = function()
      is_attached[buf] = nil
      if not listeners_of[buf] then
        return
      end
      -- `:edit` detaches too, and the buffer is there again a moment later.
      vim.schedule(function()
        if vim.api.nvim_buf_is_loaded(buf) then
          if not is_attached[buf] then
            attach(buf)
          end
          return tell(buf, "on_reload")
        end
        tell(buf, "on_gone")
        listeners_of[buf] = nil
      end)
    end,
  })
end

--- Listens until the function it returns is called, or the buffer is gone.
---@param buf integer
---@param listener zeke.edit.Listener
---@return fun() off
function M.on(buf, listener)
  listeners_of[buf] = listeners_of[buf] or {}
  if not is_attached[buf] then
    attach(buf)
  end
  listeners_of[buf][listener] = true
  return function()
    local listeners = listeners_of[buf]
    if listeners and listeners[listener] then
      listeners[listener] = nil
      -- The attachment ends with the next change that nobody waits for.
      listeners_of[buf] = next(listeners) and listeners or nil
    end
  end
end

return M
