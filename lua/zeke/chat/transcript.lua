--- The conversation's buffer: kept as the session is by writing what each event adds, at the place where
--- it is added. Nothing that stands there is written again, however long the conversation is.
---
--- From top to bottom: a head, one view for each turn, a tail that always ends in an empty line. Rows
--- count from 0 and are never stored: they are sums of what stands above, or below.
local M = {}

local blocks = require("zeke.chat.blocks")
local folds = require("zeke.chat.folds")
local notes = require("zeke.chat.notes")
local writer = require("zeke.chat.writer")

M.NAME = "zeke://chat"
M.FILETYPE = "zeke-chat"

local RULES = vim.api.nvim_create_namespace("zeke_chat_rules")
local TAIL = vim.api.nvim_create_namespace("zeke_chat_tail")
--- Fewer above the last one are no view of the end.
local MIN_LINES_IN_SIGHT = 4
--- Before each message that waits for its turn.
local WAITING = "waiting: "

---@type zeke.chat.Shown?
local shown
local is_listening = false

---@return boolean
local function is_there()
  return shown ~= nil and vim.api.nvim_buf_is_loaded(shown.buf)
end

--- What is shown between turns: where the model's memory begins.
---@return { number: integer, text: string }[]
local function rules()
  local state = shown.state
  local found = {}
  if state.clearedTurnCount > 0 then
    found[1] = { number = state.clearedTurnCount + 1, text = "── the model is told nothing from above ──" }
  end
  if state.compaction then
    local text = "── of what is above the model is told a summary ──"
    found[#found + 1] = { number = state.compaction.turnCount + 1, text = text }
  end
  return found
end

---@return string[]
local function tail_lines()
  local state = shown.state
  local lines = {}
  for _, rule in ipairs(rules()) do
    if rule.number > shown.last then
      vim.list_extend(lines, { rule.text, "" })
    end
  end
  for _, queued in ipairs(state.queue) do
    lines[#lines + 1] = WAITING .. blocks.one_line(queued.message.text)
  end
  if state.approval then
    lines[#lines + 1] = "Zeke asks: " .. blocks.one_line(state.approval.title) .. " (:ZekeChat answers)"
  end
  lines[#lines + 1] = ""
  return lines
end

local function draw_rules()
  vim.api.nvim_buf_clear_namespace(shown.buf, RULES, 0, -1)
  for _, rule in ipairs(rules()) do
    local view = shown.views[rule.number]
    if view and view.pending == 0 then
      vim.api.nvim_buf_set_extmark(shown.buf, RULES, writer.row(shown, rule.number), 0, {
        virt_lines = { { { rule.text, "ZekeMuted" } } },
        virt_lines_above = true,
      })
    end
  end
end

local function draw_tail()
  local lines = tail_lines()
  if vim.deep_equal(lines, shown.tail) then
    return
  end
  local row = vim.api.nvim_buf_line_count(shown.buf) - #shown.tail
  -- The empty line at the end stays: whoever stands on it is on the last line.
  writer.set_lines(shown, row, row + #shown.tail - 1, vim.list_slice(lines, 1, #lines - 1))
  shown.tail = lines
  vim.api.nvim_buf_clear_namespace(shown.buf, TAIL, 0, -1)
  for index = 1, #lines - 1 do
    local is_waiting = vim.startswith(lines[index], WAITING)
    vim.api.nvim_buf_set_extmark(shown.buf, TAIL, row + index - 1, 0, {
      end_col = #lines[index],
      hl_group = "ZekeNotice",
      priority = 110,
      virt_text = is_waiting and { { "gz or :ZekeUnqueue takes it back", "ZekeMuted" } } or nil,
    })
  end
end

--- Windows that stand on the last line, and so follow what is added.
---@return integer[]
local function followers()
  local current = vim.api.nvim_get_current_win()
  local last = vim.api.nvim_buf_line_count(shown.buf)
  local is_selecting = vim.api.nvim_get_mode().mode ~= "n"
  return vim.tbl_filter(function(win)
    local is_busy = win == current and is_selecting
    return not is_busy and vim.api.nvim_win_get_cursor(win)[1] == last
  end, vim.fn.win_findbuf(shown.buf))
end

--- Shows the last line in a window that follows. Above an endless line Neovim would leave the window as it
--- is: what is added goes out of sight at its top, and all below is empty.
---@param win integer
local function show_last(win)
  local last = vim.api.nvim_buf_line_count(shown.buf)
  vim.api.nvim_win_set_cursor(win, { last, 0 })
  if vim.fn.line("w0", win) > math.max(1, last - MIN_LINES_IN_SIGHT) then
    vim.api.nvim_win_call(win, function()
      vim.cmd("normal! zb")
    end)
  end
end

--- Runs what writes; windows at the end follow.
---@param change fun()
local function write(change)
  local following = require("zeke.config").get().chat.auto_scroll and followers() or {}
  shown.is_writing = true
  vim.bo[shown.buf].modifiable = true
  local ok, err = xpcall(change, debug.traceback)
  vim.bo[shown.buf].modifiable = false
  shown.is_writing = false
  for _, win in ipairs(following) do
    if vim.api.nvim_win_is_valid(win) then
      show_last(win)
    end
  end
  if not ok then
    error(err, 0)
  end
end

--- What was said before the first turn, and how much is not shown.
---@return string[]
local function head_lines()
  local lines = {}
  local count = shown.state.earlierTurnCount
  if count > 0 then
    local what = count == 1 and "1 earlier turn is not shown here" or count .. " earlier turns are not shown here"
    vim.list_extend(lines, { what .. "; gl or :ZekeEarlier loads the last of them, :ZekeEarlier! all.", "" })
  end
  for _, note in ipairs(shown.notes[""] or {}) do
    -- Nothing folds above the turns.
    vim.list_extend(lines, { blocks.note_heading(note), "" })
  end
  return lines
end

local function draw_head()
  local lines = head_lines()
  if not vim.deep_equal(lines, shown.head) then
    require("zeke.chat.earlier.views").keep(shown, function()
      local count = #lines - #shown.head
      writer.set_lines(shown, 0, #shown.head, lines)
      shown.head = lines
      return count
    end)
  end
end

--- Writes what is known and not written yet above what is there, from now on in slices.
local function fill()
  local generation = shown
  require("zeke.chat.earlier.fill").start(shown, {
    is_current = function()
      return shown == generation and is_there()
    end,
    write = function(change)
      write(function()
        change()
        draw_rules()
      end)
    end,
    on_done = function()
      write(draw_head)
      require("zeke.chat.earlier").go_on()
    end,
  })
end

--- Writes the conversation of the session anew: the end at once, the rest in slices.
local function render()
  local state = require("zeke.session").get()
  local buf = shown.buf
  local is_same = state and shown.state and shown.state.sessionId == state.sessionId
  shown = { buf = buf, state = state, notes = is_same and shown.notes or {}, is_writing = false }
  shown.views, shown.numbers, shown.first, shown.last = {}, {}, 1, 0
  shown.head, shown.tail = {}, { "" }
  write(function()
    folds.clear(vim.fn.win_findbuf(buf))
    vim.api.nvim_buf_set_lines(buf, 0, -1, true, {})
    require("zeke.chat.markdown.colours").start(buf)
    writer.clear_marks(buf)
    vim.api.nvim_buf_clear_namespace(buf, RULES, 0, -1)
    vim.api.nvim_buf_clear_namespace(buf, TAIL, 0, -1)
    if not state then
      return
    end
    notes.restore(shown)
    draw_head()
    shown.last = writer.count(shown)
    shown.first = shown.last + 1
    draw_tail()
  end)
  for _, win in ipairs(vim.fn.win_findbuf(buf)) do
    vim.api.nvim_win_set_cursor(win, { vim.api.nvim_buf_line_count(buf), 0 })
  end
  if state then
    fill()
  end
end

--- Events that change what is above the last turn.
local CHANGES_RULES = { clear = true, compact = true, ["compact-undo"] = true, ["turn-start"] = true }

--- How many parts of the turn there are now; more than all of them once it is over.
---@param turn_id string
---@return integer
local function place_in(turn_id)
  local running = shown.state.running
  return running and running.id == turn_id and #running.parts or math.huge
end

--- Puts notices and reviews among the events where the conversation was when each of them came.
---@param events table[]
---@return table<integer, true> changed Numbers of the turns that have another one.
local function place_notices(events)
  local changed = {}
  local last = shown.views[shown.last]
  local place = { turn_id = last and last.id, after = last and not last.is_over and last.part_count or math.huge }
  for _, event in ipairs(events) do
    if notes.add(shown, event, place) then
      changed[shown.numbers[place.turn_id or ""] or 0] = true
    elseif event.type == "turn-start" then
      place = { turn_id = event.turnId, after = 0 }
    elseif event.turnId and event.turnId == place.turn_id then
      place.after = place_in(event.turnId)
    end
  end
  changed[0] = nil
  return changed
end

--- Brings what is shown up to date.
---@param changed table<integer, true> Numbers of the turns that are not what they were.
---@param has_rules boolean Whether the rules between the turns may have changed.
local function follow(changed, has_rules)
  write(function()
    -- While turns come below it the head stays: whoever stands there has to have a place.
    if not shown.is_filling then
      draw_head()
    end
    for number in pairs(changed) do
      writer.update(shown, number)
    end
    local count = writer.count(shown)
    if count > shown.last then
      local slices = {}
      for number = shown.last + 1, count do
        slices[#slices + 1] = writer.pending(shown, number)
      end
      writer.insert(shown, slices, vim.api.nvim_buf_line_count(shown.buf) - #shown.tail)
      shown.last = count
    end
    draw_tail()
    if has_rules then
      draw_rules()
    end
  end)
end

---@param events table[]
local function follow_events(events)
  local changed, has_rules = place_notices(events), false
  for _, event in ipairs(events) do
    local number = event.turnId and shown.numbers[event.turnId]
    if number then
      changed[number] = true
    end
    has_rules = has_rules or CHANGES_RULES[event.type]
  end
  follow(changed, has_rules)
end

--- Goes on with a state that was told anew of the conversation that is shown: what stands there stays, and so
--- does whoever reads it. False where it does not begin as what is shown.
---@param state zeke.State
---@return boolean
local function adopt(state)
  if not shown.state or shown.state.sessionId ~= state.sessionId then
    return false
  end
  shown.state = state
  if not writer.is_beginning(shown) then
    return false
  end
  local changed = {}
  for number = shown.first, shown.last do
    changed[number] = true
  end
  notes.restore(shown)
  follow(changed, true)
  fill()
  return true
end

---@param events table[]
---@param state zeke.State
local function hear(events, state)
  if not is_there() then
    return
  end
  if state ~= shown.state or (events[1] and events[1].type == "session-start") then
    if #events > 0 or not adopt(state) then
      render()
    end
  elseif #events > 0 then
    follow_events(events)
  end
end

--- Whatever somebody else does to the buffer, it shows the conversation again.
---@param buf integer
local function guard(buf)
  vim.api.nvim_buf_attach(buf, false, {
    on_lines = function()
      if not shown or shown.buf ~= buf then
        return true
      end
      if not shown.is_writing then
        vim.schedule(M.refresh)
      end
    end,
    on_reload = function()
      vim.schedule(M.refresh)
    end,
    on_detach = function()
      vim.schedule(function()
        if shown and shown.buf == buf and vim.api.nvim_buf_is_loaded(buf) then
          guard(buf)
          M.refresh()
        end
      end)
    end,
  })
end

--- Turns were told that come before those that are shown.
function M.extend()
  if is_there() then
    notes.settle(shown)
    fill()
  end
end

--- Shows the conversation anew. Does nothing where its buffer is gone.
function M.refresh()
  if is_there() then
    render()
  end
end

--- Folds for a window that has begun to show the buffer.
---@param win integer
function M.fold(win)
  if not is_there() then
    return
  end
  folds.clear({ win })
  folds.add(shown.buf, M.folded(), { win })
end

--- Every block that folds, from top to bottom; of one kind where that is named.
---@param kind? string
---@return zeke.chat.Range[]
function M.folded(kind)
  local ranges = {}
  local row = #shown.head
  for number = shown.first, shown.last do
    for _, block in ipairs(shown.views[number].blocks) do
      if block.folds and (not kind or block.kind == kind) then
        ranges[#ranges + 1] = writer.fold(block, row)
      end
      row = row + block.count
    end
  end
  return ranges
end

---@class zeke.chat.Place
---@field number integer
---@field turn zeke.Turn
---@field first integer Line of the turn's heading, from 1.
---@field block? { kind: string, first: integer, last: integer } With its lines.

--- What stands at a line of the buffer; nil above the first turn and below the last.
---@param line integer From 1.
---@return zeke.chat.Place?
function M.at(line)
  if not is_there() then
    return nil
  end
  local row = #shown.head
  for number = shown.first, shown.last do
    local view = shown.views[number]
    if line <= row + view.count then
      local place = { number = number, turn = writer.turn(shown, number), first = row + 1 }
      for _, block in ipairs(view.blocks) do
        if line > row and line <= row + block.count then
          place.block = { kind = block.kind, first = row + 1, last = row + block.count - 1 }
        end
        row = row + block.count
      end
      return line >= place.first and place or nil
    end
    row = row + view.count
  end
end

--- Lines of the headings of all turns that are shown.
---@return integer[]
function M.headings()
  local lines = {}
  local row = is_there() and #shown.head or 0
  for number = shown and shown.first or 1, shown and shown.last or 0 do
    local view = shown.views[number]
    lines[#lines + 1] = view.pending == 0 and row + 1 or nil
    row = row + view.count
  end
  return lines
end

--- The turn of the message that waits at a line of the buffer.
---@param line integer From 1.
---@return string?
function M.waiting_at(line)
  local at = line - (vim.api.nvim_buf_line_count(shown.buf) - #shown.tail)
  if at < 1 or not vim.startswith(shown.tail[at] or "", WAITING) then
    return nil
  end
  local first = at
  while first > 1 and vim.startswith(shown.tail[first - 1], WAITING) do
    first = first - 1
  end
  return shown.state.queue[at - first + 1].turnId
end

--- True for the conversation's buffer.
---@param buf integer
---@return boolean
function M.is_own(buf)
  return is_there() and shown.buf == buf
end

--- The conversation's buffer, where there is one.
---@return integer?
function M.existing()
  return is_there() and shown.buf or nil
end

--- The conversation's buffer; made where there is none, or no longer.
---@return integer
function M.buffer()
  if is_there() then
    return shown.buf
  end
  local options = { undolevels = -1, modifiable = false }
  local buf, windows = require("zeke.chat.buffer").create(M.NAME, M.FILETYPE, options)
  shown = { buf = buf }
  for _, win in ipairs(windows) do
    require("zeke.chat.layout").prepare_transcript(win)
  end
  render()
  guard(buf)
  if not is_listening then
    is_listening = true
    require("zeke.session").on(hear)
  end
  return buf
end

return M
