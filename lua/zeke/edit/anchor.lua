--- Where a hunk stands now. Three witnesses, and no guess among them:
---
--- * every change of the buffer carries the hunk's range along, and grows it by what it touches;
--- * the state of the undo history: whoever undoes is back in a text in which the place was known;
--- * where the text was replaced as a whole, by reading the file again or by a formatter, what changed
---   between both texts.
---
--- Whatever they say, the lines there have to be the hunk's old lines.
local M = {}

local hunks = require("zeke.edit.hunks")
local show = require("zeke.edit.show")
local target = require("zeke.edit.target")

local MAX_KNOWN = 200

--- Remembers where a hunk stands in this state of the undo history.
---@param hunk zeke.edit.Hunk
---@param state? zeke.edit.UndoState
function M.remember(hunk, state)
  if not state or not state.is_settled or hunk.is_touched then
    return
  end
  if vim.tbl_count(hunk.known) >= MAX_KNOWN then
    hunk.known = {}
  end
  hunk.known[state.seq] = hunk.range
end

--- Carries an open hunk along with a change of the buffer.
---@param hunk zeke.edit.Hunk|{ range: zeke.edit.Range, is_touched: boolean, is_astray: boolean }
---@param splice zeke.edit.Splice
function M.carry(hunk, splice)
  local range = hunk.range
  local is_insertion = splice.first == splice.last
  -- Where lines of the hunk are gone already, what comes at its border may be one of them.
  local is_at_border = is_insertion and (splice.first == range.first or splice.first == range.last)
  local moved = not (hunk.is_touched and is_at_border) and hunks.shift(range, splice)
  if moved then
    hunk.range = moved
    return
  end
  hunk.is_touched = true
  if splice.first >= range.first and splice.last <= range.last then
    hunk.range = { first = range.first, last = range.last + splice.new_last - splice.last }
  else
    hunk.is_astray = true
  end
end

--- True while the hunk's lines stand where it was carried to.
---@param hunk zeke.edit.Hunk
---@return boolean
local function is_in_place(hunk)
  local buf, range = hunk.proposal.buf, hunk.range
  if not target.has_lines(buf, range, hunk.old) then
    return false
  end
  if #hunk.old > 0 or hunk.is_touched or show.row(hunk) == range.first then
    return true
  end
  -- Of a place between lines there is nothing to compare but its neighbours.
  return vim.api.nvim_buf_get_lines(buf, math.max(0, range.first - 1), range.first, false)[1] == hunk.before
    or vim.api.nvim_buf_get_lines(buf, range.first, range.first + 1, false)[1] == hunk.behind
end

--- Finds hunks in a text that nobody saw change: by what differs from the text in which they stood last, or,
--- for one that stood nowhere, from the text that it was opened in.
---@param lines string[] The text as it is.
---@param last? string[] The one that `settled` of the hunks is of.
---@param is_reloaded boolean Also those that stood nowhere may be there again.
---@return fun(hunk: zeke.edit.Hunk): zeke.edit.Range?
function M.finder(lines, last, is_reloaded)
  local finders = {}
  local function find(before, range)
    finders[before] = finders[before] or hunks.finder(before, lines)
    return finders[before](range)
  end
  return function(hunk)
    local base = hunk.proposal.base
    local found
    if hunk.settled and last then
      found = find(last, hunk.settled)
    elseif is_reloaded and base then
      found = find(base, hunk.base)
    end
    return found and vim.deep_equal(hunks.slice(lines, found.first, found.last), hunk.old) and found or nil
  end
end

--- Makes sure that a hunk's range is where its lines are; false where nobody can say.
---@param hunk zeke.edit.Hunk
---@param state? zeke.edit.UndoState
---@param find? fun(hunk: zeke.edit.Hunk): zeke.edit.Range? Where the text was replaced as a whole.
---@return boolean
function M.locate(hunk, state, find)
  if state and not state.is_settled then
    -- A change that goes on, or was joined to the one before (`:undojoin`): the number means another text now.
    hunk.known[state.seq] = nil
  end
  local known = hunk.is_touched and state and hunk.known[state.seq]
  if not known and hunk.is_astray and find then
    known = find(hunk)
  end
  if known then
    hunk.range, hunk.is_astray = known, false
  elseif hunk.is_astray then
    return false
  end
  if not is_in_place(hunk) then
    return false
  end
  hunk.is_touched = false
  M.remember(hunk, state)
  return true
end

return M
