--- Which buffers can be changed, and what is sent of them.
local M = {}

--- More is nothing that a model could read; said before anything is copied.
M.MAX_BYTES = 2 * 1024 * 1024

---@class zeke.edit.Snapshot
---@field raw string[] The lines as they are in the buffer, bytes that are no UTF-8 included.
---@field sent string[] The lines as a model sees them: valid UTF-8, as many as there are in `raw`.

--- How a buffer is called in messages.
---@param buf integer
---@return string
function M.name(buf)
  local name = vim.api.nvim_buf_get_name(buf)
  return name == "" and "this buffer" or vim.fn.fnamemodify(name, ":t")
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
  local size = vim.api.nvim_buf_get_offset(buf, vim.api.nvim_buf_line_count(buf))
  if size > M.MAX_BYTES then
    local message = "%s has %.1f MB, and Zeke edits texts of up to %d MB. Put the part in question into another file."
    return message:format(name, size / 1024 / 1024, M.MAX_BYTES / 1024 / 1024)
  end
  return nil
end

--- The text of a buffer.
---@param buf integer
---@return zeke.edit.Snapshot? snapshot
---@return string? refusal Where it is no text.
function M.snapshot(buf)
  local raw = vim.api.nvim_buf_get_lines(buf, 0, -1, false)
  for _, line in ipairs(raw) do
    -- A NUL byte: Lua gets it as it is, or as Neovim keeps it.
    if line:find("[%z\n]") then
      return nil, ("%s is a binary file, so nothing was sent."):format(M.name(buf))
    end
  end
  return { raw = raw, sent = require("zeke.text").valid_lines(raw) }, nil
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
