--- Open hunks, and the text that changes beneath them: carried along with every change, followed through
--- undo and redo, drawn where they stand.
local M = {}

local anchor = require("zeke.edit.anchor")
local hunks = require("zeke.edit.hunks")
local outcome = require("zeke.edit.outcome")
local show = require("zeke.edit.show")
local target = require("zeke.edit.target")
local undo = require("zeke.edit.undo")

---@class zeke.edit.OpenBuffer
---@field proposals zeke.edit.Proposal[]
---@field off fun()
---@field is_reloaded boolean
---@field is_dirty boolean Something may have changed that is shown.
---@field rewritten? zeke.edit.Splice Since the last look: lines in a row of which none is what it was.
---@field text? string[] The text when somebody last looked; nil where it is too large to be kept.
---@field tick? integer The changedtick of that text.
---@field timer? uv.uv_timer_t
---@field group integer Its autocommands.
---@field columns? integer Where the lines that are shown were wrapped.
---@field current? zeke.edit.Hunk The one that shows its hint.

--- Nothing is looked at while keys come.
local SETTLE_MS = 100
local MAX_CLOSED = 20

---@type table<integer, zeke.edit.OpenBuffer>
local opened = {}

--- The open hunks of a buffer, in the order of the buffer.
---@param buf integer
---@return zeke.edit.Hunk[]
function M.open_hunks(buf)
  local found = {}
  for _, proposal in ipairs(opened[buf] and opened[buf].proposals or {}) do
    for _, hunk in ipairs(proposal.hunks) do
      if hunk.status == "open" then
        found[#found + 1] = hunk
      end
    end
  end
  table.sort(found, function(left, right)
    if left.range.first ~= right.range.first then
      return left.range.first < right.range.first
    end
    return left.proposal.id < right.proposal.id
  end)
  return found
end

--- The line at which a hunk is shown, from 0: its first one, or the one that it puts lines behind.
---@param hunk zeke.edit.Hunk
---@return integer
function M.row(hunk)
  local range = hunk.range
  return range.first == range.last and math.max(0, range.first - 1) or range.first
end

--- True where a hunk is shown at one of these lines, which count from 0 and include `last`.
---@param hunk zeke.edit.Hunk
---@param first integer
---@param last integer
---@return boolean
function M.is_within(hunk, first, last)
  local row = M.row(hunk)
  return row <= last and math.max(row, hunk.range.last - 1) >= first
end

---@param buf integer
---@param list zeke.edit.Hunk[]
---@return zeke.edit.Hunk?
local function hunk_to_hint(buf, list)
  if vim.api.nvim_get_current_buf() == buf then
    local row = vim.api.nvim_win_get_cursor(0)[1] - 1
    for _, hunk in ipairs(list) do
      if M.is_within(hunk, row, row) then
        return hunk
      end
    end
  end
  return list[1]
end

--- Draws every open hunk of a buffer; with `is_partial` only those whose hint comes or goes.
---@param buf integer
---@param is_partial? boolean
local function redraw(buf, is_partial)
  local entry = opened[buf]
  if not entry or not vim.api.nvim_buf_is_loaded(buf) then
    return
  end
  local list = M.open_hunks(buf)
  local current = hunk_to_hint(buf, list)
  if not is_partial then
    entry.columns = show.columns(buf)
  end
  for number, hunk in ipairs(list) do
    local is_current = hunk == current
    -- One whose lines were just changed is drawn when it was looked for again.
    local is_wanted = not is_partial or (not hunk.is_touched and is_current ~= (hunk == entry.current))
    if is_wanted then
      show.draw(hunk, { number = number, count = #list, is_current = is_current, columns = entry.columns })
    end
  end
  entry.current = current
end

--- True where the text holds one of the accepts of a hunk; nil where the history does not know.
---@param hunk zeke.edit.Hunk
---@param state zeke.edit.UndoState
---@return boolean?
local function holds_accept(hunk, state)
  local is_held
  for _, seq in ipairs(hunk.accepts) do
    local answer = state.holds(seq)
    if answer then
      return true
    end
    if answer == false then
      is_held = false
    end
  end
  return is_held
end

--- Follows undo and redo of an accept, on whatever branch of the history.
---@param hunk zeke.edit.Hunk
---@param state zeke.edit.UndoState
local function follow_undo(hunk, state)
  local proposal = hunk.proposal
  local is_held = holds_accept(hunk, state)
  if hunk.status == "accepted" and is_held == false then
    -- Where it stands in this state is known, or its lines cannot be found: `locate` says so.
    hunk.status, hunk.is_touched, hunk.is_astray = "open", true, true
    if not proposal.is_open then
      proposal.is_open = true
      outcome.fire("ProposalOpened", proposal, { hunks = outcome.count(proposal, "open") })
    end
  elseif hunk.status == "open" and is_held then
    hunk.status = "accepted"
    show.clear(hunk)
    outcome.close_when_decided(proposal)
  end
end

--- Hunks that the text on the disk has no place for any more.
---@param buf integer
local function drop_lost(buf)
  local lost = vim.tbl_filter(function(hunk)
    return hunk.is_stale
  end, M.open_hunks(buf))
  if #lost == 0 then
    return
  end
  M.reject(lost, "the file was read from the disk again")
  require("zeke.notify").warn(
    ("%d hunk(s) were dropped: %s was read again, and their lines are not there any more."):format(
      #lost,
      target.name(buf)
    )
  )
end

--- True where not one line is what it was when somebody last looked: the text was replaced as a whole, as
--- formatters do.
---@param buf integer
---@return boolean
local function is_rewritten(buf)
  local rewritten = opened[buf].rewritten
  return rewritten ~= nil and rewritten.first == 0 and rewritten.new_last >= vim.api.nvim_buf_line_count(buf)
end

--- Keeps the text in which the hunks stand now, for when it is replaced as a whole.
---@param buf integer
local function remember_text(buf)
  local entry = opened[buf]
  local list = M.open_hunks(buf)
  for _, hunk in ipairs(list) do
    hunk.settled = not hunk.is_touched and not hunk.is_stale and hunk.range or nil
  end
  local tick = vim.api.nvim_buf_get_changedtick(buf)
  if #list == 0 or target.size(buf) > target.MAX_BYTES then
    entry.text, entry.tick = nil, nil
  elseif entry.tick ~= tick then
    entry.text, entry.tick = vim.api.nvim_buf_get_lines(buf, 0, -1, false), tick
  end
end

--- Brings the hunks of a buffer up to date with its text.
---@param buf integer
function M.refresh(buf)
  local entry = opened[buf]
  if not entry or not vim.api.nvim_buf_is_loaded(buf) then
    return
  end
  local find
  if entry.is_reloaded or is_rewritten(buf) then
    local lines = vim.api.nvim_buf_get_lines(buf, 0, -1, false)
    find = anchor.finder(lines, entry.text, entry.is_reloaded)
  end
  entry.is_dirty, entry.rewritten = false, nil
  local state = undo.state(buf)
  for _, proposal in ipairs(entry.proposals) do
    for _, hunk in ipairs(proposal.hunks) do
      if #hunk.accepts > 0 and state then
        follow_undo(hunk, state)
      end
      if hunk.status == "open" then
        hunk.drawn = not hunk.is_touched and hunk.drawn or nil
        hunk.is_stale = not anchor.locate(hunk, state, find)
      end
    end
  end
  if entry.is_reloaded then
    entry.is_reloaded = false
    drop_lost(buf)
  end
  remember_text(buf)
  redraw(buf)
end

--- Rejects hunks of one buffer: its text stays as it is.
---@param list zeke.edit.Hunk[]
---@param reason? string
function M.reject(list, reason)
  for _, hunk in ipairs(list) do
    if hunk.status == "open" then
      hunk.status = "rejected"
      show.clear(hunk)
      outcome.decided(hunk, reason)
    end
  end
  for _, hunk in ipairs(list) do
    outcome.close_when_decided(hunk.proposal, reason)
  end
  M.refresh(list[1].proposal.buf)
end

--- Once the user pauses: looks at what was touched, or only remembers where everything is.
---@param buf integer
local function settle(buf)
  local entry = opened[buf]
  if entry.is_dirty then
    return M.refresh(buf)
  end
  entry.rewritten = nil
  local state = undo.state(buf)
  for _, hunk in ipairs(M.open_hunks(buf)) do
    anchor.remember(hunk, state)
  end
  remember_text(buf)
end

---@param buf integer
---@param delay_ms integer
local function settle_soon(buf, delay_ms)
  local entry = opened[buf]
  entry.timer = entry.timer or vim.uv.new_timer()
  entry.timer:start(
    delay_ms,
    0,
    vim.schedule_wrap(function()
      if opened[buf] == entry and vim.api.nvim_buf_is_loaded(buf) then
        settle(buf)
      end
    end)
  )
end

---@return boolean
function M.is_inserting()
  return vim.startswith(vim.api.nvim_get_mode().mode, "i")
end

--- Carries every open hunk along with a change of the buffer.
---@param buf integer
---@param splice zeke.edit.Splice
local function follow_splice(buf, splice)
  local entry = opened[buf]
  entry.rewritten = hunks.join(entry.rewritten, splice)
  local is_undoable = false
  for _, proposal in ipairs(entry.proposals) do
    for _, hunk in ipairs(proposal.hunks) do
      if hunk.status == "open" then
        anchor.carry(hunk, splice)
        -- Also a change elsewhere may be the one that brings lost lines back.
        entry.is_dirty = entry.is_dirty or hunk.is_touched
      end
      is_undoable = is_undoable or #hunk.accepts > 0
    end
  end
  entry.is_dirty = entry.is_dirty or is_undoable
  -- An undo is followed at once, before the next one; nobody undoes while they insert.
  local is_quick = is_undoable and not M.is_inserting()
  settle_soon(buf, is_quick and 0 or SETTLE_MS)
end

---@param buf integer
local function forget(buf)
  local entry = opened[buf]
  opened[buf] = nil
  entry.off()
  vim.api.nvim_del_augroup_by_id(entry.group)
  if entry.timer then
    entry.timer:stop()
    entry.timer:close()
  end
  for _, proposal in ipairs(entry.proposals) do
    for _, hunk in ipairs(proposal.hunks) do
      hunk.status = hunk.status == "open" and "rejected" or hunk.status
    end
    outcome.close_when_decided(proposal, "the buffer was closed")
  end
end

---@param buf integer
---@param entry zeke.edit.OpenBuffer
local function follow_reload(buf, entry)
  entry.is_reloaded = true
  for _, proposal in ipairs(entry.proposals) do
    for _, hunk in ipairs(proposal.hunks) do
      -- What was accepted is on the disk or is not; there is nothing to take back here.
      hunk.is_touched, hunk.is_astray, hunk.known, hunk.accepts = true, true, {}, {}
    end
  end
  entry.is_dirty = true
  settle_soon(buf, SETTLE_MS)
end

--- Draws anew where lines are wrapped at another column now.
---@param buf integer
---@param entry zeke.edit.OpenBuffer
local function watch_width(buf, entry)
  local function follow()
    if vim.api.nvim_buf_is_loaded(buf) and show.columns(buf) ~= entry.columns then
      redraw(buf)
    end
  end
  vim.api.nvim_create_autocmd("WinResized", { group = entry.group, callback = follow })
  vim.api.nvim_create_autocmd("BufWinEnter", { group = entry.group, buffer = buf, callback = follow })
  vim.api.nvim_create_autocmd("OptionSet", { group = entry.group, pattern = { "wrap", "number" }, callback = follow })
end

---@param buf integer
---@return zeke.edit.OpenBuffer
local function open_buffer(buf)
  if opened[buf] then
    return opened[buf]
  end
  require("zeke.highlights").setup()
  local entry = { proposals = {}, is_reloaded = false, is_dirty = false }
  opened[buf] = entry
  entry.off = require("zeke.edit.track").on(buf, {
    on_splice = function(splice)
      follow_splice(buf, splice)
    end,
    on_reload = function()
      follow_reload(buf, entry)
    end,
    on_gone = function()
      forget(buf)
    end,
  })
  entry.group = vim.api.nvim_create_augroup("zeke_edit_" .. buf, { clear = true })
  vim.api.nvim_create_autocmd("CursorMoved", {
    group = entry.group,
    buffer = buf,
    callback = function()
      redraw(buf, true)
    end,
  })
  watch_width(buf, entry)
  return entry
end

--- Closed proposals are kept for those who undo; not for ever.
---@param entry zeke.edit.OpenBuffer
local function forget_oldest(entry)
  local closed = 0
  for index = #entry.proposals, 1, -1 do
    if not entry.proposals[index].is_open then
      closed = closed + 1
      if closed > MAX_CLOSED then
        table.remove(entry.proposals, index)
      end
    end
  end
end

--- Keeps a proposal up to date from now on, and shows it.
---@param proposal zeke.edit.Proposal
function M.add(proposal)
  local entry = open_buffer(proposal.buf)
  table.insert(entry.proposals, proposal)
  forget_oldest(entry)
  M.refresh(proposal.buf)
end

--- The open proposals of a buffer, or of all.
---@param buf? integer
---@return zeke.edit.Proposal[]
function M.list(buf)
  local found = {}
  for _, entry in pairs(buf and { opened[buf] } or opened) do
    for _, proposal in ipairs(entry.proposals) do
      if proposal.is_open then
        found[#found + 1] = proposal
      end
    end
  end
  table.sort(found, function(left, right)
    return left.id < right.id
  end)
  return found
end

return M
