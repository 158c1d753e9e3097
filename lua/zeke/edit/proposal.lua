--- Proposals that are open, and where their hunks stand. A hunk knows the lines it replaces; it is
--- accepted only while exactly these lines stand where every change of the buffer has carried it.
---
--- An accept is one step of undo. Undoing it offers the hunk again, redoing it takes it back.
local M = {}

local anchor = require("zeke.edit.anchor")
local hunks = require("zeke.edit.hunks")
local outcome = require("zeke.edit.outcome")
local show = require("zeke.edit.show")
local target = require("zeke.edit.target")

---@class zeke.edit.Hunk
---@field proposal zeke.edit.Proposal
---@field base zeke.edit.Range Where its lines stand in the proposal's `base`.
---@field range zeke.edit.Range Where they stand now.
---@field old string[] The lines it replaces, as they are in the buffer.
---@field new string[]
---@field status "open"|"accepted"|"rejected"
---@field is_touched boolean Its lines were changed, or changed and restored, since they were last looked at.
---@field is_stale boolean Its lines are not there any more.
---@field is_astray boolean Its range says nothing any more: its lines were changed together with others.
---@field known table<integer, zeke.edit.Range> Where it stands, by state of the undo history.
---@field undo_seq? integer The state that its accept made.
---@field redo_last? integer The latest state when the accept was undone: up to there a redo may lead.
---@field marks integer[] What is drawn of it.
---@field words? table Its changed words, once they were compared.

---@class zeke.edit.Proposal
---@field id integer
---@field buf integer
---@field title string
---@field base string[] The whole buffer when it was opened.
---@field hunks zeke.edit.Hunk[] In order.
---@field is_open boolean

---@class zeke.edit.OpenBuffer
---@field proposals zeke.edit.Proposal[]
---@field off fun()
---@field is_reloaded boolean
---@field is_dirty boolean Something may have changed that is shown.
---@field timer? uv.uv_timer_t
---@field current? zeke.edit.Hunk The one that shows its hint.

--- Nothing is looked at while keys come.
local SETTLE_MS = 100
local MAX_CLOSED = 20
local REPLACEMENT = "\239\191\189"

---@type table<integer, zeke.edit.OpenBuffer>
local opened = {}
local last_id = 0

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

--- True for the line that a hunk replaces, or that it puts lines behind.
---@param hunk zeke.edit.Hunk
---@param row integer
---@return boolean
function M.is_at(hunk, row)
  local range = hunk.range
  if range.first == range.last then
    return row == math.max(0, range.first - 1)
  end
  return row >= range.first and row < range.last
end

---@param buf integer
---@return zeke.edit.Hunk?
local function hunk_to_hint(buf, list)
  if vim.api.nvim_get_current_buf() == buf then
    local row = vim.api.nvim_win_get_cursor(0)[1] - 1
    for _, hunk in ipairs(list) do
      if M.is_at(hunk, row) then
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
  for number, hunk in ipairs(list) do
    local is_current = hunk == current
    -- One whose lines were just changed is drawn when it was looked for again.
    local is_wanted = not is_partial or (not hunk.is_touched and is_current ~= (hunk == entry.current))
    if is_wanted then
      show.draw(hunk, { number = number, count = #list, is_current = is_current })
    end
  end
  entry.current = current
end

--- Follows undo and redo of an accept.
---@param hunk zeke.edit.Hunk
---@param state zeke.edit.UndoState
local function follow_undo(hunk, state)
  local proposal = hunk.proposal
  if hunk.status == "accepted" and state.seq < hunk.undo_seq then
    -- Where it stands in this state is known, or its lines cannot be found: `locate` says so.
    hunk.status, hunk.is_touched, hunk.is_astray = "open", true, true
    hunk.redo_last = state.last
    if not proposal.is_open then
      proposal.is_open = true
      outcome.fire("ProposalOpened", proposal, { hunks = outcome.count(proposal, "open") })
    end
  elseif hunk.status == "open" and state.seq >= hunk.undo_seq and state.seq <= hunk.redo_last then
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

--- Brings the hunks of a buffer up to date with its text.
---@param buf integer
function M.refresh(buf)
  local entry = opened[buf]
  if not entry or not vim.api.nvim_buf_is_loaded(buf) then
    return
  end
  entry.is_dirty = false
  local state = anchor.undo_state(buf)
  for _, proposal in ipairs(entry.proposals) do
    for _, hunk in ipairs(proposal.hunks) do
      if hunk.undo_seq and state then
        follow_undo(hunk, state)
      end
      if hunk.status == "open" then
        hunk.is_stale = not anchor.locate(hunk, state, entry.is_reloaded)
      end
    end
  end
  if entry.is_reloaded then
    entry.is_reloaded = false
    drop_lost(buf)
  end
  redraw(buf)
end

--- Once the user pauses: looks at what was touched, or only remembers where everything is.
---@param buf integer
local function settle(buf)
  local entry = opened[buf]
  if entry.is_dirty then
    return M.refresh(buf)
  end
  local state = anchor.undo_state(buf)
  for _, hunk in ipairs(M.open_hunks(buf)) do
    anchor.remember(hunk, state)
  end
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
local function is_inserting()
  return vim.startswith(vim.api.nvim_get_mode().mode, "i")
end

--- Carries every open hunk along with a change of the buffer.
---@param buf integer
---@param splice zeke.edit.Splice
local function follow_splice(buf, splice)
  local entry = opened[buf]
  local is_undoable = false
  for _, proposal in ipairs(entry.proposals) do
    for _, hunk in ipairs(proposal.hunks) do
      if hunk.status == "open" then
        anchor.carry(hunk, splice)
        -- Also a change elsewhere may be the one that brings lost lines back.
        entry.is_dirty = entry.is_dirty or hunk.is_touched
      end
      is_undoable = is_undoable or hunk.undo_seq ~= nil
    end
  end
  entry.is_dirty = entry.is_dirty or is_undoable
  -- An undo is followed at once, before the next one; nobody undoes while they insert.
  local is_quick = is_undoable and not is_inserting()
  settle_soon(buf, is_quick and 0 or SETTLE_MS)
end

---@param buf integer
local function forget(buf)
  local entry = opened[buf]
  opened[buf] = nil
  entry.off()
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
      entry.is_reloaded = true
      for _, proposal in ipairs(entry.proposals) do
        for _, hunk in ipairs(proposal.hunks) do
          -- What was accepted is on the disk or is not; there is nothing to take back here.
          hunk.is_touched, hunk.known, hunk.undo_seq = true, {}, nil
        end
      end
      entry.is_dirty = true
      settle_soon(buf, SETTLE_MS)
    end,
    on_gone = function()
      forget(buf)
    end,
  })
  vim.api.nvim_create_autocmd("CursorMoved", {
    group = vim.api.nvim_create_augroup("zeke_edit_" .. buf, { clear = true }),
    buffer = buf,
    callback = function()
      redraw(buf, true)
    end,
  })
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

---@class zeke.edit.Offer
---@field title string
---@field sent string[] The text that the proposal was made for.
---@field proposed string[]
---@field find fun(range: zeke.edit.Range): zeke.edit.Range? Where lines of `sent` are now; nil where they were changed.

--- Why a change cannot be offered; nil where it can.
---@param change zeke.edit.Change
---@param range? zeke.edit.Range
---@param offer zeke.edit.Offer
---@param now zeke.edit.Snapshot
---@return string?
local function fault_of(change, range, offer, now)
  local wanted = hunks.slice(offer.sent, change.first, change.last)
  if not range or not vim.deep_equal(hunks.slice(now.sent, range.first, range.last), wanted) then
    return "were changed meanwhile"
  end
  local is_valid = vim.deep_equal(hunks.slice(now.raw, range.first, range.last), wanted)
  if not is_valid and table.concat(change.lines):find(REPLACEMENT, 1, true) then
    return "hold bytes that are no UTF-8, which the change would lose"
  end
  return nil
end

--- Opens a proposal. What cannot be placed exactly is refused, with the reason.
---@param buf integer
---@param offer zeke.edit.Offer
---@return zeke.edit.Proposal? proposal Nil where nothing is left to decide.
---@return string[] refused One line for each hunk that was refused.
function M.open(buf, offer)
  local now, refusal = target.snapshot(buf)
  if not now then
    return nil, { refusal }
  end
  last_id = last_id + 1
  local proposal = { id = last_id, buf = buf, title = offer.title, base = now.raw, hunks = {}, is_open = true }
  local refused = {}
  for _, change in ipairs(hunks.diff(offer.sent, offer.proposed)) do
    local range = offer.find({ first = change.first, last = change.last })
    local fault = fault_of(change, range, offer, now)
    if fault then
      local lines = ("%d-%d"):format(change.first + 1, math.max(change.first + 1, change.last))
      refused[#refused + 1] = ("Lines %s of what was sent %s."):format(lines, fault)
    else
      table.insert(proposal.hunks, {
        proposal = proposal,
        base = range,
        range = range,
        old = hunks.slice(now.raw, range.first, range.last),
        new = change.lines,
        status = "open",
        is_touched = false,
        is_stale = false,
        is_astray = false,
        known = {},
        marks = {},
      })
    end
  end
  if #proposal.hunks == 0 then
    return nil, refused
  end
  local entry = open_buffer(buf)
  table.insert(entry.proposals, proposal)
  forget_oldest(entry)
  if not is_inserting() then
    -- A state of the undo history that the hunks' places are remembered for.
    anchor.break_undo(buf)
  end
  M.refresh(buf)
  vim.iter(proposal.hunks):each(show.unfold)
  outcome.fire("ProposalOpened", proposal, { hunks = #proposal.hunks })
  return proposal, refused
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

---@param hunk zeke.edit.Hunk
---@return string? refusal
local function apply(hunk)
  local buf, range = hunk.proposal.buf, hunk.range
  hunk.status = "accepted"
  local ok, err = pcall(vim.api.nvim_buf_set_lines, buf, range.first, range.last, false, hunk.new)
  if not ok then
    hunk.status = "open"
    return tostring(err)
  end
  show.clear(hunk)
  return nil
end

--- Accepts hunks of one buffer, as one step of undo. One whose lines are not what they were is refused.
---@param list zeke.edit.Hunk[]
---@return integer accepted
---@return string[] refused Why, for each that was refused.
function M.accept(list)
  local buf = list[1].proposal.buf
  if not vim.bo[buf].modifiable then
    return 0, { ("%s cannot be changed ('nomodifiable')."):format(target.name(buf)) }
  end
  anchor.break_undo(buf)
  M.refresh(buf)
  local accepted, refused = {}, {}
  -- From the end, so that a change at one place moves nothing that is still to come.
  local ordered = vim.list_extend({}, list)
  table.sort(ordered, function(left, right)
    return left.range.first > right.range.first
  end)
  for _, hunk in ipairs(ordered) do
    local number = hunk.range.first + 1
    if hunk.status == "open" and not anchor.locate(hunk, nil, false) then
      refused[#refused + 1] = ("The lines at %d were changed since the hunk was proposed."):format(number)
    elseif hunk.status == "open" then
      local err = apply(hunk)
      if err then
        refused[#refused + 1] = ("Line %d: %s"):format(number, err)
      else
        table.insert(accepted, 1, hunk)
      end
    end
  end
  anchor.break_undo(buf)
  local state = anchor.undo_state(buf)
  for _, hunk in ipairs(accepted) do
    hunk.undo_seq = state and state.seq
    outcome.decided(hunk)
  end
  for _, hunk in ipairs(accepted) do
    outcome.close_when_decided(hunk.proposal)
  end
  M.refresh(buf)
  return #accepted, refused
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

return M
