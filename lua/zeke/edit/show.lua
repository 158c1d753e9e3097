--- Draws hunks into their buffer: removed lines where they stand, added lines as virtual ones beneath,
--- changed words on both sides. The text of the buffer stays as it is.
local M = {}

local namespace = vim.api.nvim_create_namespace("zeke_edit")

--- More virtual lines nobody scrolls through; the hunk's own window has them all.
local MAX_LINES = 200
local MAX_CHARACTERS = 1000
--- In a narrower window lines are cut rather than wrapped.
local MIN_COLUMNS = 8
local LINE_PRIORITY = 120
local WORD_PRIORITY = 130

--- The commands that a hint names, with what they do.
local HINTS = {
  { name = "accept", command = ":ZekeAccept", word = "accept" },
  { name = "reject", command = ":ZekeReject", word = "reject" },
  { name = "edit-hunk", command = ":ZekeEditHunk", word = "edit" },
  { name = "next-hunk", command = ":ZekeNextHunk", word = "next" },
}

--- Keys that the user has bound to Zeke's actions, by action.
---@return table<string, string>
local function bound_keys()
  local keys = {}
  for _, map in ipairs(vim.api.nvim_get_keymap("n")) do
    local name = (map.rhs or ""):match("^<Plug>%(zeke%-([%w-]+)%)$")
    if name then
      keys[name] = map.lhs
    end
  end
  return keys
end

--- What can be done with a hunk: the user's own keys where there are some, else the commands.
---@return string
local function describe_actions()
  local keys = bound_keys()
  local parts = {}
  for index, hint in ipairs(HINTS) do
    local key = keys[hint.name]
    parts[index] = key and ("%s %s"):format(key:gsub(" ", "<Space>"), hint.word) or hint.command
  end
  return table.concat(parts, " · ")
end

---@param text string
---@param column integer Cells before it.
---@param tabstop integer
---@return string
local function expand(text, column, tabstop)
  if not text:find("\t", 1, true) then
    return text
  end
  local parts = {}
  for plain, tab in text:gmatch("([^\t]*)(\t?)") do
    column = column + vim.fn.strdisplaywidth(plain)
    local width = tab == "" and 0 or tabstop - column % tabstop
    parts[#parts + 1] = plain .. (" "):rep(width)
    column = column + width
  end
  return table.concat(parts)
end

--- One line of the proposal as the chunks of a virtual line.
---@param line string
---@param spans integer[][] Changed words.
---@param tabstop integer
---@return string[][] chunks
---@return integer width
local function to_chunks(line, spans, tabstop)
  local clean = require("zeke.text").clean
  local chunks, at, width = {}, 0, 0
  local function add(to, group)
    if to > at then
      local text = expand(clean(line:sub(at + 1, to)), width, tabstop)
      width = width + vim.fn.strdisplaywidth(text)
      chunks[#chunks + 1] = { text, group }
      at = to
    end
  end
  for _, span in ipairs(spans) do
    add(span[1], "ZekeAdded")
    add(span[2], { "ZekeAdded", "ZekeAddedWord" })
  end
  add(#line, "ZekeAdded")
  return chunks, width
end

---@param line string
---@return string
local function shorten(line)
  if #line <= MAX_CHARACTERS then
    return line
  end
  return vim.fn.strcharpart(line, 0, MAX_CHARACTERS) .. "…"
end

--- How many cells of a line are seen in every window of a buffer; nil where all of them can be, by scrolling,
--- or where nobody looks. Virtual lines do not wrap by themselves.
---@param buf integer
---@return integer?
function M.columns(buf)
  local can_scroll = vim.fn.has("nvim-0.11") == 1
  local least
  for _, win in ipairs(vim.fn.win_findbuf(buf)) do
    if vim.wo[win].wrap or not can_scroll then
      local columns = vim.api.nvim_win_get_width(win) - vim.fn.getwininfo(win)[1].textoff
      least = math.min(least or columns, math.max(MIN_COLUMNS, columns))
    end
  end
  return least
end

--- The chunks of one line as those of as many lines as it takes.
---@param chunks string[][]
---@param columns integer
---@return string[][][] lines
---@return integer[] widths
local function wrap(chunks, columns)
  local lines, widths = { {} }, { 0 }
  for _, chunk in ipairs(chunks) do
    local text = {}
    local function flush()
      if #text > 0 then
        table.insert(lines[#lines], { table.concat(text), chunk[2] })
        text = {}
      end
    end
    for _, character in ipairs(vim.fn.split(chunk[1], "\\zs")) do
      local width = vim.fn.strdisplaywidth(character)
      if widths[#lines] + width > columns then
        flush()
        lines[#lines + 1], widths[#widths + 1] = {}, 0
      end
      text[#text + 1] = character
      widths[#widths] = widths[#widths] + width
    end
    flush()
  end
  return lines, widths
end

--- The added lines as one block: each as wide as the widest, and wrapped where the window would cut it.
---@param hunk zeke.edit.Hunk
---@param words table<integer, integer[][]>
---@param columns? integer
---@return string[][][]
local function added_lines(hunk, words, columns)
  local tabstop = vim.bo[hunk.proposal.buf].tabstop
  local lines, widths, widest = {}, {}, 0
  for index = 1, math.min(#hunk.new, MAX_LINES) do
    local line = shorten(hunk.new[index])
    local spans = #line == #hunk.new[index] and words[index] or {}
    local chunks, width = to_chunks(line, spans, tabstop)
    local parts, part_widths = { chunks }, { width }
    if columns and width > columns then
      parts, part_widths = wrap(chunks, columns)
    end
    vim.list_extend(lines, parts)
    vim.list_extend(widths, part_widths)
    widest = math.max(widest, unpack(part_widths))
  end
  local block = math.min(widest + 1, columns or math.huge)
  for index, chunks in ipairs(lines) do
    table.insert(chunks, { (" "):rep(block - widths[index]), "ZekeAdded" })
  end
  if #hunk.new > MAX_LINES then
    local rest = ("… %d more lines; :ZekeEditHunk shows all"):format(#hunk.new - MAX_LINES)
    lines[#lines + 1] = { { rest, "ZekeHunkHint" } }
  end
  return lines
end

---@class zeke.edit.Place
---@field number integer
---@field count integer
---@field is_current boolean
---@field columns? integer As `columns` says for its buffer.

---@param hunk zeke.edit.Hunk
---@param place zeke.edit.Place
---@return string[][]
local function hint_line(hunk, place)
  local about = ("Zeke %d/%d"):format(place.number, place.count)
  local chunks = { { "  " .. about .. " ", "ZekeHunkHint" } }
  if hunk.is_stale then
    table.insert(chunks, { "its lines were changed since: it cannot be accepted · :ZekeReject", "ZekeHunkConflict" })
  elseif place.is_current then
    table.insert(chunks, { describe_actions(), "ZekeHunkHint" })
  elseif #hunk.new == 0 then
    table.insert(chunks, { "removes these lines", "ZekeHunkHint" })
  end
  return chunks
end

---@param hunk zeke.edit.Hunk
---@param row integer
---@param column integer
---@param opts vim.api.keyset.set_extmark
local function mark(hunk, row, column, opts)
  table.insert(hunk.marks, vim.api.nvim_buf_set_extmark(hunk.proposal.buf, namespace, row, column, opts))
end

---@param hunk zeke.edit.Hunk
---@param words table<integer, integer[][]>
local function mark_removed(hunk, words)
  local range = hunk.range
  if range.first == range.last then
    return
  end
  mark(hunk, range.first, 0, {
    end_row = range.last,
    end_col = 0,
    hl_group = "ZekeRemoved",
    hl_eol = true,
    priority = LINE_PRIORITY,
  })
  for row = range.first, range.last - 1 do
    for _, span in ipairs(words[row - range.first + 1] or {}) do
      mark(hunk, row, span[1], { end_col = span[2], hl_group = "ZekeRemovedWord", priority = WORD_PRIORITY })
    end
  end
end

--- The changed words of both sides; compared once.
---@param hunk zeke.edit.Hunk
---@return { of: string[], old: table<integer, integer[][]>, new: table<integer, integer[][]> }
local function changed_words(hunk)
  if not require("zeke.config").get().edit.word_diff then
    return { of = hunk.new, old = {}, new = {} }
  end
  if not hunk.words or hunk.words.of ~= hunk.new then
    local old, new = require("zeke.edit.hunks").changed_words(hunk.old, hunk.new)
    hunk.words = { of = hunk.new, old = old, new = new }
  end
  return hunk.words
end

--- Takes a hunk off the buffer.
---@param hunk zeke.edit.Hunk
function M.clear(hunk)
  local buf = hunk.proposal.buf
  if vim.api.nvim_buf_is_valid(buf) then
    for _, id in ipairs(hunk.marks) do
      vim.api.nvim_buf_del_extmark(buf, namespace, id)
    end
  end
  hunk.marks, hunk.drawn = {}, nil
end

---@param hunk zeke.edit.Hunk
---@param id? integer One of its marks.
---@return integer?
local function row_of(hunk, id)
  return id and vim.api.nvim_buf_get_extmark_by_id(hunk.proposal.buf, namespace, id, {})[1]
end

--- True where a hunk is drawn as it is, where it is. A line that is gone takes its mark to the next one.
---@param hunk zeke.edit.Hunk
---@param place zeke.edit.Place
---@param line_count integer
---@return boolean
local function is_drawn(hunk, place, line_count)
  local drawn, range = hunk.drawn, hunk.range
  return drawn ~= nil
    and drawn.new == hunk.new
    and drawn.is_stale == hunk.is_stale
    and vim.deep_equal(drawn.place, place)
    and row_of(hunk, hunk.marks[1]) == math.min(range.first, line_count)
    and row_of(hunk, hunk.marks[#hunk.marks]) == math.max(0, math.min(range.last, line_count) - 1)
end

--- Draws a hunk, in place of what was drawn of it.
---@param hunk zeke.edit.Hunk
---@param place zeke.edit.Place
function M.draw(hunk, place)
  local buf, range = hunk.proposal.buf, hunk.range
  local line_count = vim.api.nvim_buf_line_count(buf)
  if is_drawn(hunk, place, line_count) then
    return
  end
  M.clear(hunk)
  hunk.drawn = { place = place, new = hunk.new, is_stale = hunk.is_stale }
  -- The first mark is where the hunk stands, whatever is shown of it.
  mark(hunk, math.min(range.first, line_count), 0, {})
  local words = changed_words(hunk)
  if not hunk.is_stale then
    mark_removed(hunk, words.old)
  end
  local lines = added_lines(hunk, words.new, place.columns)
  table.insert(lines, hint_line(hunk, place))
  local row = math.max(0, math.min(range.last, line_count) - 1)
  local opts = { virt_lines = lines, virt_lines_above = range.last == 0, priority = LINE_PRIORITY }
  if vim.fn.has("nvim-0.11") == 1 then
    opts.virt_lines_overflow = "scroll"
  end
  mark(hunk, row, 0, opts)
end

--- Opens the folds that hide a hunk, in every window of its buffer.
---@param hunk zeke.edit.Hunk
function M.unfold(hunk)
  local buf, range = hunk.proposal.buf, hunk.range
  local first = math.max(1, range.first)
  local last = math.max(first, math.min(range.last, vim.api.nvim_buf_line_count(buf)))
  for _, win in ipairs(vim.fn.win_findbuf(buf)) do
    vim.api.nvim_win_call(win, function()
      for line = first, last do
        if vim.fn.foldclosed(line) ~= -1 then
          vim.cmd(("silent! %dfoldopen!"):format(line))
        end
      end
    end)
  end
end

--- The row that Neovim keeps for a hunk; nil before it is drawn.
---@param hunk zeke.edit.Hunk
---@return integer?
function M.row(hunk)
  return row_of(hunk, hunk.marks[1])
end

return M
