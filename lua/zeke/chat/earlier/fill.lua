--- Writes what is known of a conversation and stands above what is shown already: in slices, the last ones first,
--- so that keys are taken and shown meanwhile. A slice ends within a turn where that is long.
local M = {}

local blocks = require("zeke.chat.blocks")
local views = require("zeke.chat.earlier.views")
local writer = require("zeke.chat.writer")

--- Written, coloured and drawn in less than half the time that a key may take.
local SLICE_BYTES = 12 * 1024
--- Beside their text, for their marks and folds.
local SPEC_BYTES = 200
--- Between two slices; and so many times what the last one took, which is more on a busy machine.
local PAUSE_MS = 8
local PAUSE_TIMES = 2
--- Until it is looked again whether somebody still selects.
local BUSY_MS = 50

--- True where something is left to be written.
---@param shown zeke.chat.Shown
---@return boolean
local function is_incomplete(shown)
  local top = shown.views[shown.first]
  return shown.first > shown.state.earlierTurnCount + 1 or (top ~= nil and top.pending > 0)
end

--- The last pieces that are not written yet, so many as make a slice, in order.
---@param shown zeke.chat.Shown
---@return zeke.chat.Slice[]
local function next_slices(shown)
  local top = shown.views[shown.first]
  local number = top and top.pending > 0 and shown.first or shown.first - 1
  local slices, bytes = {}, 0
  while number > shown.state.earlierTurnCount and bytes < SLICE_BYTES do
    local left = writer.pending(shown, number)
    local turn, first = writer.turn(shown, number), #left.specs + 1
    while first > 1 and bytes < SLICE_BYTES do
      first = first - 1
      bytes = bytes + SPEC_BYTES + blocks.bytes(turn, left.specs[first])
    end
    local specs = vim.list_slice(left.specs, first)
    table.insert(slices, 1, { number = number, specs = specs, pending = first - 1 })
    number = number - 1
  end
  return slices
end

--- Somebody selects in the buffer, or is in the middle of a command with numbers of its lines: Neovim does
--- not move those with the text.
---@param shown zeke.chat.Shown
---@return boolean
local function is_busy(shown)
  local is_here = vim.api.nvim_get_current_buf() == shown.buf and next(shown.views) ~= nil
  return is_here and vim.api.nvim_get_mode().mode ~= "n"
end

---@param shown zeke.chat.Shown
local function add_slice(shown)
  local slices = next_slices(shown)
  views.keep(shown, function()
    return writer.insert(shown, slices, #shown.head)
  end)
  shown.first = slices[1].number
end

---@class zeke.chat.Filling
---@field is_current fun(): boolean False once the buffer shows something else.
---@field write fun(change: fun()) Runs what changes the buffer.
---@field on_done fun() Everything that is known is written.

--- Writes a slice, and goes on a moment later.
---@param shown zeke.chat.Shown
---@param filling zeke.chat.Filling
local function go_on(shown, filling)
  if not filling.is_current() then
    return
  elseif not is_incomplete(shown) then
    shown.is_filling = false
    return filling.on_done()
  end
  local pause_ms = BUSY_MS
  if not is_busy(shown) then
    local begun = vim.uv.hrtime()
    filling.write(function()
      add_slice(shown)
    end)
    pause_ms = math.max(PAUSE_MS, math.ceil((vim.uv.hrtime() - begun) / 1e6 * PAUSE_TIMES))
  end
  vim.defer_fn(function()
    local ok, err = pcall(go_on, shown, filling)
    if not ok then
      shown.is_filling = false
      require("zeke.notify").error("Earlier turns could not be shown: " .. err)
    end
  end, pause_ms)
end

--- Writes all that is not there yet, unless that is being done.
---@param shown zeke.chat.Shown
---@param filling zeke.chat.Filling
function M.start(shown, filling)
  if not shown.is_filling then
    shown.is_filling = true
    go_on(shown, filling)
  end
end

return M
