--- The text around the cursor, as much of it as a model is shown. Never the whole of a large buffer.
local M = {}

--- Bytes before and after the cursor; cut where a line begins and ends.
M.PREFIX_BYTES = 8192
M.SUFFIX_BYTES = 4096
--- A line that is longer is cut within.
local LINES_AT_ONCE = 64
local LONGEST_SECRET = 2048

---@class zeke.Around
---@field prefix string
---@field suffix string

--- Lines before `row`, nearest first, until they are `budget` bytes.
---@param buf integer
---@param row integer Counted from 0.
---@param budget integer
---@return string[] lines In the order of the buffer.
local function lines_before(buf, row, budget)
  local found = {}
  local last = row
  while last > 0 and budget > 0 do
    local first = math.max(0, last - LINES_AT_ONCE)
    local lines = vim.api.nvim_buf_get_lines(buf, first, last, false)
    for index = #lines, 1, -1 do
      budget = budget - #lines[index] - 1
      if budget < 0 then
        break
      end
      found[#found + 1] = lines[index]
    end
    last = first
  end
  local ordered = {}
  for index = #found, 1, -1 do
    ordered[#ordered + 1] = found[index]
  end
  return ordered
end

--- Lines after `row`, until they are `budget` bytes.
---@param buf integer
---@param row integer
---@param budget integer
---@return string[]
local function lines_after(buf, row, budget)
  local found = {}
  local count = vim.api.nvim_buf_line_count(buf)
  local first = row + 1
  while first < count and budget > 0 do
    local lines = vim.api.nvim_buf_get_lines(buf, first, first + LINES_AT_ONCE, false)
    for _, line in ipairs(lines) do
      budget = budget - #line - 1
      if budget < 0 then
        break
      end
      found[#found + 1] = line
    end
    first = first + LINES_AT_ONCE
  end
  return found
end

--- A piece of a line that was cut there, without the word that is: half a secret is known for none. One
--- that is longer than secrets are stays.
---@param piece string
---@param is_start boolean Its start is where it was cut, else its end.
---@return string
local function without_half_word(piece, is_start)
  local text = is_start and piece or piece:reverse()
  local place = text:sub(1, LONGEST_SECRET):find("[%s\"'`,;<>(){}%[%]]")
  text = place and text:sub(place) or text
  return is_start and text or text:reverse()
end

--- The text around a place, valid UTF-8.
---@param buf integer
---@param row integer Counted from 0.
---@param col integer In bytes.
---@return zeke.Around
function M.at(buf, row, col)
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ""
  local head = line:sub(math.max(1, col - M.PREFIX_BYTES + 1), col)
  local tail = line:sub(col + 1, col + M.SUFFIX_BYTES)
  if #head < col then
    head = without_half_word(head, true)
  end
  if col + #tail < #line then
    tail = without_half_word(tail, false)
  end
  local before = lines_before(buf, row, M.PREFIX_BYTES - math.min(col, M.PREFIX_BYTES))
  local after = lines_after(buf, row, M.SUFFIX_BYTES - math.min(#line - col, M.SUFFIX_BYTES))
  before[#before + 1] = head
  table.insert(after, 1, tail)
  local text = require("zeke.text")
  return {
    prefix = table.concat(text.valid_lines(before), "\n"),
    suffix = table.concat(text.valid_lines(after), "\n"),
  }
end

return M
