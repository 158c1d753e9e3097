--- Writes turns into the conversation's buffer, each piece where it belongs. Works on what
--- transcript.lua knows to be shown; rows count from 0 and are never stored: they are sums of what stands
--- above, or below.
local M = {}

local blocks = require("zeke.chat.blocks")
local colours = require("zeke.chat.markdown.colours")
local folds = require("zeke.chat.folds")
local open_end = require("zeke.chat.markdown.open_end")

M.NAMESPACE = vim.api.nvim_create_namespace("zeke_chat")
local NAMESPACE = M.NAMESPACE
--- Lines of a model or a user that look like headings of ours.
local LOOKALIKES = vim.api.nvim_create_namespace("zeke_chat_lookalikes")

---@class zeke.chat.Block
---@field key string
---@field kind string
---@field stamp any
---@field count integer Lines, with the empty one at the end.
---@field folds boolean
---@field shown? integer Bytes of the part's text that are written.
---@field first_bytes integer Length of the first line.

---@class zeke.chat.View A turn in the buffer.
---@field id string
---@field number integer Counted from the first turn of all, from 1.
---@field blocks zeke.chat.Block[]
---@field pending integer How many of its first pieces are not written yet: a turn may come in slices.
---@field count integer
---@field part_count integer Of the turn's parts.
---@field is_over boolean
---@field price? string
---@field price_mark? integer

---@class zeke.chat.Shown
---@field buf integer
---@field state? zeke.State What the buffer shows; the session's own table.
---@field views table<integer, zeke.chat.View> By number.
---@field numbers table<string, integer> By the id of the turn.
---@field first integer Number of the first view.
---@field last integer
---@field head string[] Lines above the first view.
---@field tail string[]
---@field notes table<string, zeke.chat.Note[]> By the id of the turn that they stand in.
---@field is_writing boolean
---@field is_filling? boolean Something that is known is not written yet, and will be.

--- Takes all marks away.
---@param buf integer
function M.clear_marks(buf)
  vim.api.nvim_buf_clear_namespace(buf, NAMESPACE, 0, -1)
  vim.api.nvim_buf_clear_namespace(buf, LOOKALIKES, 0, -1)
end

--- The turn of that number.
---@param shown zeke.chat.Shown
---@param number integer
---@return zeke.Turn?
function M.turn(shown, number)
  local state = shown.state
  local index = number - state.earlierTurnCount
  return state.turns[index] or (index == #state.turns + 1 and state.running or nil)
end

---@param shown zeke.chat.Shown
---@return integer
function M.count(shown)
  local state = shown.state
  return state.earlierTurnCount + #state.turns + (state.running and 1 or 0)
end

--- What a turn of that view shows.
---@param shown zeke.chat.Shown
---@param turn zeke.Turn
---@return zeke.chat.Spec[]
local function specs_of(shown, turn)
  return blocks.specs(turn, shown.notes[turn.id] or {})
end

---@class zeke.chat.Slice Pieces of a turn that follow each other.
---@field number integer Of the turn.
---@field specs zeke.chat.Spec[]
---@field pending integer How many come before them.

--- What is not written yet of a turn: all of it, or its first pieces.
---@param shown zeke.chat.Shown
---@param number integer
---@return zeke.chat.Slice
function M.pending(shown, number)
  local specs = specs_of(shown, M.turn(shown, number))
  local view = shown.views[number]
  return { number = number, specs = view and vim.list_slice(specs, 1, view.pending) or specs, pending = 0 }
end

--- Remembers how far the turn had come.
---@param view zeke.chat.View
---@param turn zeke.Turn
local function look(view, turn)
  view.part_count = #turn.parts
  view.is_over = turn.endReason ~= nil
end

--- The row where a view begins.
---@param shown zeke.chat.Shown
---@param number integer
---@return integer
function M.row(shown, number)
  local row = vim.api.nvim_buf_line_count(shown.buf) - #shown.tail
  for later = shown.last, number, -1 do
    row = row - shown.views[later].count
  end
  return row
end

--- Runs what changes lines; whoever has the cursor on one of them stays in that line.
---@param shown zeke.chat.Shown
---@param row integer
---@param last_row integer Exclusive.
---@param change fun(): integer Returns how many lines there are now.
local function keep_cursors(shown, row, last_row, change)
  local cursors = {}
  for _, win in ipairs(vim.fn.win_findbuf(shown.buf)) do
    local cursor = vim.api.nvim_win_get_cursor(win)
    if cursor[1] > row and cursor[1] <= last_row then
      cursors[win] = vim.api.nvim_win_call(win, vim.fn.winsaveview)
    end
  end
  local count = change()
  for win, view in pairs(cursors) do
    view.lnum = math.max(1, math.min(view.lnum, row + count))
    vim.api.nvim_win_call(win, function()
      vim.fn.winrestview(view)
    end)
  end
end

--- Replaces lines: the new ones come before the old ones go. Before Neovim 0.12 a replacement that is
--- longer than what it replaces moves the folds above it; from 0.12 on lines that `nvim_buf_set_lines` puts
--- right above a fold are in it.
---@param shown zeke.chat.Shown
---@param row integer
---@param last_row integer Exclusive.
---@param lines string[]
function M.set_lines(shown, row, last_row, lines)
  colours.look(shown.buf, lines)
  keep_cursors(shown, row, last_row, function()
    if #lines > 0 then
      assert(vim.fn.appendbufline(shown.buf, row, lines) == 0)
    end
    if last_row > row then
      vim.api.nvim_buf_set_lines(shown.buf, row + #lines, last_row + #lines, true, {})
    end
    return #lines
  end)
end

--- Says of lines that look like our own headings that they are not: who speaks is no matter of what is said.
---@param shown zeke.chat.Shown
---@param row integer
---@param lines string[] As they stand there from that row on.
local function mark_lookalikes(shown, row, lines)
  for index, line in ipairs(lines) do
    if blocks.is_lookalike(line) then
      vim.api.nvim_buf_set_extmark(shown.buf, LOOKALIKES, row + index - 1, 0, {
        end_col = #line,
        hl_group = "ZekeMuted",
        priority = 120,
        virt_text = { { "part of the text", "ZekeWarning" } },
        invalidate = true,
        undo_restore = false,
      })
    end
  end
end

--- Adds text at the end of a line: its rest, and lines that follow.
---@param shown zeke.chat.Shown
---@param row integer
---@param lines string[]
local function append(shown, row, lines)
  local line = vim.api.nvim_buf_get_lines(shown.buf, row, row + 1, true)[1]
  colours.look(shown.buf, lines, #line)
  if #lines == 1 or vim.fn.has("nvim-0.12") == 1 then
    vim.api.nvim_buf_set_text(shown.buf, row, #line, row, #line, lines)
    return
  end
  -- Lines that are inserted extend the fold around them; text of several lines would move it.
  keep_cursors(shown, row, row + 1, function()
    local above = vim.list_slice(lines, 1, #lines - 1)
    above[1] = line .. above[1]
    vim.api.nvim_buf_set_lines(shown.buf, row, row, true, above)
    local last_row = row + #above
    vim.api.nvim_buf_set_text(shown.buf, last_row, 0, last_row, #line, { lines[#lines] })
    return #lines
  end)
end

---@param shown zeke.chat.Shown
---@param row integer
---@param content zeke.chat.Lines
---@param kind string
local function decorate(shown, row, content, kind)
  for index, hl in pairs(content.headings or {}) do
    local column = #content.lines[index]
    local mark = { end_col = column, hl_group = hl, priority = 110 }
    vim.api.nvim_buf_set_extmark(shown.buf, NAMESPACE, row + index - 1, 0, mark)
  end
  if content.hl then
    local last = kind == "tool" and row + 1 or row + #content.lines
    local mark = { end_row = last, end_col = 0, hl_group = content.hl, priority = 110 }
    vim.api.nvim_buf_set_extmark(shown.buf, NAMESPACE, row, 0, mark)
  end
  if kind == "text" then
    mark_lookalikes(shown, row, content.lines)
  elseif kind == "message" then
    mark_lookalikes(shown, row + 1, vim.list_slice(content.lines, 2, #content.lines - 1))
  end
end

---@param shown zeke.chat.Shown
---@param view zeke.chat.View
---@param row integer The row of its answer's heading.
local function set_price(shown, view, row)
  view.price = blocks.price(M.turn(shown, view.number))
  view.price_mark = vim.api.nvim_buf_set_extmark(shown.buf, NAMESPACE, row, 0, {
    id = view.price_mark,
    virt_text = { { view.price, "ZekeMuted" } },
    virt_text_pos = "eol",
  })
end

---@param turn zeke.Turn
---@param spec zeke.chat.Spec
---@return zeke.chat.Block
---@return zeke.chat.Lines
local function make_block(turn, spec)
  local content = blocks.lines(turn, spec)
  local block = {
    key = spec.key,
    kind = spec.kind,
    stamp = spec.stamp,
    count = #content.lines + 1,
    folds = content.folds,
    first_bytes = #content.lines[1],
  }
  if spec.kind == "text" or spec.kind == "reasoning" then
    local _, last = blocks.visible(spec.part.text, 0)
    block.shown = last
  end
  return block, content
end

---@param block zeke.chat.Block
---@param row integer
---@return zeke.chat.Range
function M.fold(block, row)
  local is_open = block.kind == "reasoning" and require("zeke.config").get().chat.show_reasoning
  return { first = row + 1, last = row + block.count, is_open = is_open }
end

--- The view of a turn, before anything is written of it.
---@param shown zeke.chat.Shown
---@param number integer
---@return zeke.chat.View
local function add_view(shown, number)
  local turn = M.turn(shown, number)
  local view = { id = turn.id, number = number, blocks = {}, pending = 0, count = 0 }
  look(view, turn)
  shown.views[number] = view
  shown.numbers[turn.id] = number
  return view
end

--- Writes what is not there yet, all at once: turns, and the pieces above those of a turn that are there.
---@param shown zeke.chat.Shown
---@param slices zeke.chat.Slice[] In order.
---@param row integer
---@return integer count How many lines there are more.
function M.insert(shown, slices, row)
  local lines, written, ranges = {}, {}, {}
  for _, slice in ipairs(slices) do
    local turn = M.turn(shown, slice.number)
    local view = shown.views[slice.number] or add_view(shown, slice.number)
    local above = {}
    for _, spec in ipairs(slice.specs) do
      local block, content = make_block(turn, spec)
      local at = row + #lines
      written[#written + 1] = { row = at, content = content, kind = block.kind, view = view }
      if block.folds then
        ranges[#ranges + 1] = M.fold(block, at)
      end
      vim.list_extend(lines, content.lines)
      lines[#lines + 1] = ""
      above[#above + 1] = block
      view.count = view.count + block.count
    end
    view.blocks = vim.list_extend(above, view.blocks)
    view.pending = slice.pending
  end
  M.set_lines(shown, row, row, lines)
  for _, one in ipairs(written) do
    decorate(shown, one.row, one.content, one.kind)
    if one.kind == "message" then
      set_price(shown, one.view, one.row + #one.content.lines - 1)
    end
  end
  folds.add(shown.buf, ranges)
  return #lines
end

--- Adds what came to the end of a block of text.
---@param shown zeke.chat.Shown
---@param block zeke.chat.Block
---@param spec zeke.chat.Spec
---@param row integer
local function grow(shown, block, spec, row)
  local first, last = blocks.visible(spec.part.text, block.shown)
  local is_quoted = block.kind == "reasoning"
  local lines = {}
  if first <= last then
    lines = blocks.split(spec.part.text:sub(first, last), is_quoted and "> " or nil)
    block.shown = last
  end
  if spec.stamp and not block.stamp and not is_quoted then
    local ending = open_end.of(vim.split(spec.part.text, "\r?\n"))
    if ending then
      lines[1] = lines[1] or ""
      lines[#lines + 1] = ending
    end
  end
  block.stamp = spec.stamp
  if #lines > 0 then
    local last_row = row + block.count - 2
    vim.api.nvim_buf_clear_namespace(shown.buf, LOOKALIKES, last_row, last_row + 1)
    append(shown, last_row, lines)
    block.count = block.count + #lines - 1
    if not is_quoted then
      local written = vim.api.nvim_buf_get_lines(shown.buf, last_row, last_row + #lines, true)
      mark_lookalikes(shown, last_row, written)
    end
  end
end

--- Writes a block anew that is not what it was: few are, and those are short.
---@param shown zeke.chat.Shown
---@param view zeke.chat.View
---@param replacement { old: zeke.chat.Block, spec: zeke.chat.Spec, row: integer }
---@return zeke.chat.Block
local function replace(shown, view, replacement)
  local old, row = replacement.old, replacement.row
  local block, content = make_block(M.turn(shown, view.number), replacement.spec)
  vim.api.nvim_buf_clear_namespace(shown.buf, NAMESPACE, row, row + old.count)
  if old.folds then
    -- A fold whose first lines are replaced as lines loses them.
    vim.api.nvim_buf_set_text(shown.buf, row, 0, row, old.first_bytes, { content.lines[1] })
    M.set_lines(shown, row + 2, row + old.count - 1, vim.list_slice(content.lines, 3))
  else
    M.set_lines(shown, row, row + old.count - 1, content.lines)
  end
  decorate(shown, row, content, block.kind)
  if block.kind == "message" then
    set_price(shown, view, row + #content.lines - 1)
  end
  return block
end

--- Brings a block up to date, or adds it.
---@param shown zeke.chat.Shown
---@param view zeke.chat.View
---@param place { index: integer, spec: zeke.chat.Spec, row: integer }
---@return zeke.chat.Block
local function update_block(shown, view, place)
  local spec, row = place.spec, place.row
  local block = view.blocks[place.index]
  if not block or block.key ~= spec.key then
    local content
    block, content = make_block(M.turn(shown, view.number), spec)
    local lines = vim.list_extend({}, content.lines)
    lines[#lines + 1] = ""
    M.set_lines(shown, row, row, lines)
    decorate(shown, row, content, block.kind)
    table.insert(view.blocks, place.index, block)
    if block.folds then
      folds.add(shown.buf, { M.fold(block, row) })
    end
  elseif block.shown then
    grow(shown, block, spec, row)
  elseif block.stamp ~= spec.stamp then
    block = replace(shown, view, { old = block, spec = spec, row = row })
    view.blocks[place.index] = block
  end
  return block
end

--- True where what is written of a turn is the beginning of what there is to be shown of it.
---@param shown zeke.chat.Shown
---@param number integer
---@return boolean
local function is_beginning(shown, number)
  local view, turn = shown.views[number], M.turn(shown, number)
  if not turn or turn.id ~= view.id then
    return false
  end
  local specs = specs_of(shown, turn)
  for index, block in ipairs(view.blocks) do
    local spec = specs[view.pending + index]
    local is_same = spec ~= nil and spec.key == block.key and spec.kind == block.kind
    if not is_same or (block.shown and #spec.part.text < block.shown) then
      return false
    end
  end
  return true
end

--- True where what is written is the beginning of what there is to be shown.
---@param shown zeke.chat.Shown
---@return boolean
function M.is_beginning(shown)
  for number = shown.first, shown.last do
    if not is_beginning(shown, number) then
      return false
    end
  end
  return shown.state.earlierTurnCount < shown.first
end

--- Brings a turn up to date.
---@param shown zeke.chat.Shown
---@param number integer
function M.update(shown, number)
  local view, turn = shown.views[number], M.turn(shown, number)
  local start = M.row(shown, number)
  local row = start
  for index, spec in ipairs(vim.list_slice(specs_of(shown, turn), view.pending + 1)) do
    row = row + update_block(shown, view, { index = index, spec = spec, row = row }).count
  end
  view.count = row - start
  look(view, turn)
  if view.price_mark and view.price ~= blocks.price(turn) then
    local mark = vim.api.nvim_buf_get_extmark_by_id(shown.buf, NAMESPACE, view.price_mark, {})
    set_price(shown, view, mark[1])
  end
end

return M
