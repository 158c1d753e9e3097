--- Ghost text by extmarks: what a model suggests, shown at the cursor and not in the buffer.
local M = {}

local NAMESPACE = vim.api.nvim_create_namespace("zeke_complete")

---@type integer?
local shown_in

--- A line as it is shown: tabs as wide as the buffer's, control characters written out.
---@param line string
---@param column integer Cells that stand before it.
---@param tabstop integer
---@return string
local function display(line, column, tabstop)
  local parts = {}
  local width = column
  for text, tab in line:gmatch("([^\t]*)(\t?)") do
    local clean = require("zeke.text").clean(text)
    parts[#parts + 1] = clean
    width = width + vim.api.nvim_strwidth(clean)
    if tab ~= "" then
      local spaces = tabstop - width % tabstop
      parts[#parts + 1] = (" "):rep(spaces)
      width = width + spaces
    end
  end
  return table.concat(parts)
end

---@class zeke.GhostOptions
---@field buf integer
---@field row integer Counted from 0.
---@field col integer In bytes.
---@field text string
---@field index? integer The number of the item, where there are several.
---@field count? integer
---@field limit integer Lines that may be shown of it.

---@param chunks [string, string?][]
---@return integer cells
local function width_of(chunks)
  local width = 0
  for _, chunk in ipairs(chunks) do
    width = width + vim.api.nvim_strwidth(chunk[1])
  end
  return width
end

--- Puts what stands behind the cursor behind the last of several lines, where it will be once they are
--- accepted. The first line is made as wide as to be drawn over it.
---@param lines [string, string?][][]
---@param tail string
---@param column integer Cells before the cursor.
---@param tabstop integer
local function move_tail(lines, tail, column, tabstop)
  local covered = vim.api.nvim_strwidth(display(tail, column, tabstop))
  table.insert(lines[1], { (" "):rep(covered - width_of(lines[1])) })
  local last = lines[#lines]
  table.insert(last, { display(tail, width_of(last), tabstop) })
end

--- Leaves of a line what its row on the screen has room for, so that nothing goes on in a row that a menu lies
--- over, or that the window does not have.
---@param chunks [string, string?][]
---@param tail string What stands behind the cursor.
---@return [string, string?][]
local function keep_in_row(chunks, tail)
  local win = vim.fn.getwininfo(vim.api.nvim_get_current_win())[1]
  -- Two cells at least: of a line that is full already some is shown nevertheless.
  local room = math.max(2, win.width - vim.fn.wincol() + 1 - vim.fn.strdisplaywidth(tail, vim.fn.virtcol(".") - 1))
  if not vim.wo.wrap or width_of(chunks) <= room then
    return chunks
  end
  local text, group = unpack(chunks[1])
  local kept = vim.fn.strcharpart(text, 0, room - 1, 1)
  while vim.api.nvim_strwidth(kept) >= room do
    kept = vim.fn.strcharpart(kept, 0, vim.fn.strcharlen(kept) - 1, 1)
  end
  return { { kept .. "…", group } }
end

--- Shows text at a place instead of what is shown.
---@param opts zeke.GhostOptions
function M.show(opts)
  M.clear()
  local lines = vim.split(opts.text, "\n", { plain = true })
  local tabstop = vim.bo[opts.buf].tabstop
  local is_long = require("zeke.complete.where").is_long_line(opts.buf, opts.row)
  -- Where the cursor stands on a tab, that tab comes after the text.
  local start = is_long and 0 or vim.fn.virtcol(".", true)[1] - 1
  local chunks = {}
  for index, line in ipairs(lines) do
    if index > opts.limit then
      break
    end
    chunks[index] = { { display(line, index == 1 and start or 0, tabstop), "ZekeGhost" } }
  end
  local last = chunks[#chunks]
  if #lines > #chunks then
    local rest = #lines - #chunks
    last[#last + 1] = { (" … %d more line%s"):format(rest, rest == 1 and "" or "s"), "ZekeGhostHint" }
  end
  local behind = vim.api.nvim_buf_get_lines(opts.buf, opts.row, opts.row + 1, false)[1]:sub(opts.col + 1)
  local is_tail_moved = #chunks > 1 and behind ~= ""
  if is_tail_moved then
    move_tail(chunks, behind, start, tabstop)
  end
  if (opts.count or 1) > 1 then
    last[#last + 1] = { (" (%d/%d)"):format(opts.index, opts.count), "ZekeGhostHint" }
  end
  if opts.limit == 1 and not is_long then
    chunks[1] = keep_in_row(chunks[1], behind)
  end
  local ok = pcall(vim.api.nvim_buf_set_extmark, opts.buf, NAMESPACE, opts.row, opts.col, {
    virt_text = chunks[1],
    virt_text_pos = (is_tail_moved or is_long) and "overlay" or "inline",
    virt_lines = #chunks > 1 and vim.list_slice(chunks, 2) or nil,
    hl_mode = "combine",
    -- What is typed comes before it.
    right_gravity = true,
  })
  shown_in = ok and opts.buf or nil
end

--- Takes away what is shown.
function M.clear()
  if shown_in and vim.api.nvim_buf_is_valid(shown_in) then
    vim.api.nvim_buf_clear_namespace(shown_in, NAMESPACE, 0, -1)
  end
  shown_in = nil
end

--- Nobody else waits for an answer, shows anything or keeps it: the other display has more to do here.
function M.settle() end

function M.dismiss() end

---@return nil
function M.chosen() end

return M
