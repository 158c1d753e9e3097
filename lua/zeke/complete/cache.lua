--- What was suggested at a place, and what of it is still to be typed: whoever types along keeps the
--- suggestion, shorter by what they typed, and no model is asked.
local M = {}

---@class zeke.GhostSuggestion
---@field buf integer
---@field row integer Where it begins, counted from 0.
---@field col integer In bytes.
---@field head string The line before it.
---@field tail string The line after it.
---@field items string[] Best first.
---@field index integer The one that is shown.

--- A suggestion at a place.
---@param buf integer
---@param row integer
---@param col integer
---@param items string[]
---@return zeke.GhostSuggestion
function M.new(buf, row, col, items)
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ""
  return {
    buf = buf,
    row = row,
    col = col,
    head = line:sub(1, col),
    tail = line:sub(col + 1),
    items = items,
    index = 1,
  }
end

--- What was typed since it was made, up to a place; nil where the text around it is another one.
---@param suggestion zeke.GhostSuggestion
---@param row integer
---@param col integer
---@return string?
local function typed_since(suggestion, row, col)
  local buf = suggestion.buf
  if row < suggestion.row or (row == suggestion.row and col < suggestion.col) then
    return nil
  end
  local lines = vim.api.nvim_buf_get_lines(buf, suggestion.row, row + 1, false)
  if #lines ~= row - suggestion.row + 1 then
    return nil
  end
  if lines[1]:sub(1, suggestion.col) ~= suggestion.head or lines[#lines]:sub(col + 1) ~= suggestion.tail then
    return nil
  end
  lines[#lines] = lines[#lines]:sub(1, col)
  lines[1] = lines[1]:sub(suggestion.col + 1)
  return table.concat(lines, "\n")
end

--- The rest of the item that is shown, or of another one where only that still fits. Nil where none does.
---@param suggestion zeke.GhostSuggestion
---@param buf integer
---@param row integer Of the cursor, counted from 0.
---@param col integer
---@return string? rest Empty when all of it stands there.
function M.rest(suggestion, buf, row, col)
  if suggestion.buf ~= buf then
    return nil
  end
  local typed = typed_since(suggestion, row, col)
  if not typed then
    return nil
  end
  local count = #suggestion.items
  for step = 0, count - 1 do
    local index = (suggestion.index - 1 + step) % count + 1
    local item = suggestion.items[index]
    if vim.startswith(item, typed) then
      suggestion.index = index
      return item:sub(#typed + 1)
    end
  end
  return nil
end

--- Shows another item.
---@param suggestion zeke.GhostSuggestion
---@param step integer
function M.turn(suggestion, step)
  suggestion.index = (suggestion.index - 1 + step) % #suggestion.items + 1
end

--- What is left of each item that begins as the shown one does, the shown one first.
---@param suggestion zeke.GhostSuggestion
---@param rest string What is left of the shown one.
---@return string[]
function M.rests(suggestion, rest)
  local typed = suggestion.items[suggestion.index]:sub(1, -#rest - 1)
  local found = {}
  local count = #suggestion.items
  for step = 0, count - 1 do
    local item = suggestion.items[(suggestion.index - 1 + step) % count + 1]
    if vim.startswith(item, typed) and #item > #typed then
      found[#found + 1] = item:sub(#typed + 1)
    end
  end
  return found
end

--- Adds items that are not among them, each with what was typed before it.
---@param suggestion zeke.GhostSuggestion
---@param items string[]
---@param typed string
---@return integer added
function M.add(suggestion, items, typed)
  local before = #suggestion.items
  for _, item in ipairs(items) do
    local whole = typed .. item
    if not vim.tbl_contains(suggestion.items, whole) then
      suggestion.items[#suggestion.items + 1] = whole
    end
  end
  return #suggestion.items - before
end

return M
