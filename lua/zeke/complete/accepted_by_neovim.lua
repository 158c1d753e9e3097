--- Ghost text that was inserted by a key of Neovim's own (`vim.lsp.inline_completion.get()`). Neovim inserts an
--- item as it was when it asked last, which is up to 200 ms ago, at the place where the cursor was then.
local M = {}

--- An item as its command gets it: where it begins, and what was there when Neovim was told of it.
---@class zeke.InlineItem
---@field told integer The number of the answer it came with.
---@field row integer Counted from 0.
---@field col integer In bytes.
---@field text string
---@field tail string What stood behind it on its line.
---@field line_count integer Lines of the buffer.

--- Where a text ends that begins at a place.
---@param row integer
---@param col integer
---@param text string
---@return integer row
---@return integer col
local function end_of(row, col, text)
  local lines = vim.split(text, "\n", { plain = true })
  return row + #lines - 1, #lines[#lines] + (#lines == 1 and col or 0)
end

--- What was typed since Neovim asked: it stands behind what was inserted, up to what stood behind the cursor
--- when it asked. Nil where something else was changed as well.
---@param buf integer
---@param item zeke.InlineItem
---@param row integer Where the inserted text ends.
---@param col integer
---@return string?
local function typed_since(buf, item, row, col)
  local added = vim.api.nvim_buf_line_count(buf) - item.line_count - (row - item.row)
  local lines = added >= 0 and vim.api.nvim_buf_get_lines(buf, row, row + added + 1, false) or {}
  if #lines ~= added + 1 or not vim.endswith(lines[#lines], item.tail) then
    return nil
  end
  lines[#lines] = lines[#lines]:sub(1, #lines[#lines] - #item.tail)
  local text = table.concat(lines, "\n")
  return #text >= col and text:sub(col + 1) or nil
end

--- How many bytes two texts begin with in common.
---@param one string
---@param other string
---@return integer
local function common(one, other)
  local count = 0
  while count < #one and one:byte(count + 1) == other:byte(count + 1) do
    count = count + 1
  end
  return count
end

--- Makes of what Neovim has inserted what was shown. What was typed along stands there twice, and one that
--- did not fit any more is taken back.
---@param buf integer
---@param item zeke.InlineItem
---@param is_stale boolean It was not shown any more when the key came.
function M.mend(buf, item, is_stale)
  local row, col = end_of(item.row, item.col, item.text)
  local typed = typed_since(buf, item, row, col) or ""
  if is_stale then
    vim.api.nvim_buf_set_text(buf, item.row, item.col, row, col, {})
    row, col = item.row, item.col
  else
    local along = typed:sub(1, common(typed, item.text))
    local last_row, last_col = end_of(row, col, along)
    vim.api.nvim_buf_set_text(buf, row, col, last_row, last_col, {})
    require("zeke.complete.accept").tell(buf, item.text:sub(#along + 1), "")
    typed = typed:sub(#along + 1)
  end
  if typed ~= "" and vim.api.nvim_get_current_buf() == buf then
    row, col = end_of(row, col, typed)
    vim.api.nvim_win_set_cursor(0, { row + 1, col })
  end
  if is_stale then
    -- What is shown instead, if anything is, is what the key was for.
    require("zeke.complete").accept()
  end
end

return M
