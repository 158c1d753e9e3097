--- Which buffers can be changed, and what is sent of them.
local M = {}

--- More is nothing that a model could read; said before anything is copied.
M.MAX_BYTES = 2 * 1024 * 1024
--- Of a larger text a model sees the lines in question and so many around them.
local MAX_LINES_AROUND = 400

---@class zeke.edit.Snapshot
---@field first integer The row of its first line; 0 but for a part of a large text.
---@field raw string[] The lines as they are in the buffer, bytes that are no UTF-8 included.
---@field sent string[] The lines as a model sees them: valid UTF-8, as many as there are in `raw`.

--- How a buffer is called in messages.
---@param buf integer
---@return string
function M.name(buf)
  local name = vim.api.nvim_buf_get_name(buf)
  return name == "" and "this buffer" or vim.fn.fnamemodify(name, ":t")
end

--- The bytes of a buffer, or of its lines `first` up to `last`.
---@param buf integer
---@param first? integer
---@param last? integer
---@return integer
function M.size(buf, first, last)
  last = last or vim.api.nvim_buf_line_count(buf)
  return vim.api.nvim_buf_get_offset(buf, last) - vim.api.nvim_buf_get_offset(buf, first or 0)
end

--- What is sent of a buffer: nil for all of it; of one that is too large the lines in question, from 0, with those
--- around them. Where these are too large themselves, why nothing can be sent.
---@param buf integer
---@param lines? { first: integer, last: integer } From 1, both in.
---@return zeke.edit.Range?
---@return string? refusal
function M.part(buf, lines)
  local size = M.size(buf)
  if size <= M.MAX_BYTES then
    return nil, nil
  end
  local count = vim.api.nvim_buf_line_count(buf)
  local message = "%s has %.1f MB, and Zeke edits texts of up to %d MB. Select the lines in question."
  if lines then
    local range = { first = math.max(0, math.min(lines.first, count) - 1), last = math.min(count, lines.last) }
    size = M.size(buf, range.first, range.last)
    if size <= M.MAX_BYTES / 2 then
      return M.widen(buf, range), nil
    end
    message = "The lines of %s have %.1f MB, and Zeke edits parts of a large text of up to %d MB. Select fewer."
    return nil, message:format(M.name(buf), size / 1024 / 1024, M.MAX_BYTES / 2 / 1024 / 1024)
  end
  return nil, message:format(M.name(buf), size / 1024 / 1024, M.MAX_BYTES / 1024 / 1024)
end

--- Lines with as many around them as may be sent along.
---@param buf integer
---@param range zeke.edit.Range
---@return zeke.edit.Range
function M.widen(buf, range)
  local count = vim.api.nvim_buf_line_count(buf)
  local around = MAX_LINES_AROUND
  local wide
  repeat
    wide = { first = math.max(0, range.first - around), last = math.min(count, range.last + around) }
    around = math.floor(around / 2)
  until around == 0 or M.size(buf, wide.first, wide.last) <= M.MAX_BYTES
  return M.size(buf, wide.first, wide.last) <= M.MAX_BYTES and wide or range
end

--- Why a buffer cannot take a change, and what to do; nil where it can.
---@param buf integer
---@return string?
function M.refusal(buf)
  if not vim.api.nvim_buf_is_loaded(buf) then
    return "The buffer is not there any more."
  end
  local name = M.name(buf)
  local kind = vim.bo[buf].buftype
  if kind ~= "" and kind ~= "acwrite" and kind ~= "nofile" then
    return ("%s is a %s buffer and takes no edit. Go to a file first."):format(name, kind)
  end
  if not vim.bo[buf].modifiable then
    return ("%s cannot be changed ('nomodifiable'). Use :set modifiable, or go to another file."):format(name)
  end
  if vim.bo[buf].binary then
    return ("%s is binary ('binary' is set), so nothing was sent."):format(name)
  end
  return nil
end

--- The text of a buffer, or a part of it.
---@param buf integer
---@param part? zeke.edit.Range
---@return zeke.edit.Snapshot? snapshot
---@return string? refusal Where it is no text, or too much of it.
function M.snapshot(buf, part)
  if not part then
    local _, refusal = M.part(buf)
    if refusal then
      return nil, refusal
    end
  end
  local raw = vim.api.nvim_buf_get_lines(buf, part and part.first or 0, part and part.last or -1, false)
  for _, line in ipairs(raw) do
    -- A NUL byte: Lua gets it as it is, or as Neovim keeps it.
    if line:find("[%z\n]") then
      return nil, ("%s is a binary file, so nothing was sent."):format(M.name(buf))
    end
  end
  return { first = part and part.first or 0, raw = raw, sent = require("zeke.text").valid_lines(raw) }, nil
end

--- True where the lines `first` up to `last` (from 0) are these.
---@param buf integer
---@param range zeke.edit.Range
---@param lines string[]
---@return boolean
function M.has_lines(buf, range, lines)
  if range.last - range.first ~= #lines or range.last > vim.api.nvim_buf_line_count(buf) then
    return false
  end
  return vim.deep_equal(vim.api.nvim_buf_get_lines(buf, range.first, range.last, false), lines)
end

return M
