--- Where a hunk stands now. Three witnesses, and no guess among them:
---
--- * every change of the buffer carries the hunk's range along, and grows it by what it touches;
--- * the state of the undo history: whoever undoes is back in a text in which the place was known;
--- * after the file was read from the disk again, what changed between both texts.
---
--- Whatever they say, the lines there have to be the hunk's old lines.
local M = {}

local hunks = require("zeke.edit.hunks")
local show = require("zeke.edit.show")
local target = require("zeke.edit.target")

---@class zeke.edit.UndoState
---@field seq integer The state of the undo history that the buffer is in.
---@field last integer The latest state there is.
---@field is_settled boolean No change that is still going on shares this number.

local MAX_KNOWN = 200

--- The state of the undo history; nil where there is none to rely on.
---@param buf integer
---@return zeke.edit.UndoState?
function M.undo_state(buf)
  return vim.api.nvim_buf_call(buf, function()
    if vim.o.undolevels < 0 and vim.bo.undolevels < 0 then
      return nil
    end
    local tree = vim.fn.undotree()
    return { seq = tree.seq_cur, last = tree.seq_last, is_settled = tree.synced == 1 }
  end)
end

--- Ends the step of undo that runs, so that the next change is one of its own.
---@param buf integer
function M.break_undo(buf)
  vim.api.nvim_buf_call(buf, function()
    vim.cmd("let &g:undolevels = &g:undolevels")
  end)
end

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
  local buf, range, base = hunk.proposal.buf, hunk.range, hunk.base
  if not target.has_lines(buf, range, hunk.old) then
    return false
  end
  if #hunk.old > 0 or hunk.is_touched or show.row(hunk) == range.first then
    return true
  end
  -- Of a place between lines there is nothing to compare but its neighbours.
  local before = hunk.proposal.base[base.first]
  local behind = hunk.proposal.base[base.first + 1]
  return vim.api.nvim_buf_get_lines(buf, math.max(0, range.first - 1), range.first, false)[1] == before
    or vim.api.nvim_buf_get_lines(buf, range.first, range.first + 1, false)[1] == behind
end

--- Where the hunk's lines are in a text that nobody saw change.
---@param hunk zeke.edit.Hunk
---@return zeke.edit.Range?
local function find_again(hunk)
  local proposal = hunk.proposal
  local lines = vim.api.nvim_buf_get_lines(proposal.buf, 0, -1, false)
  local found = hunks.finder(proposal.base, lines)(hunk.base)
  return found and vim.deep_equal(hunks.slice(lines, found.first, found.last), hunk.old) and found or nil
end

--- Makes sure that a hunk's range is where its lines are; false where nobody can say.
---@param hunk zeke.edit.Hunk
---@param state? zeke.edit.UndoState
---@param is_reloaded boolean
---@return boolean
function M.locate(hunk, state, is_reloaded)
  if state and not state.is_settled then
    -- A change that goes on, or was joined to the one before (`:undojoin`): the number means another text now.
    hunk.known[state.seq] = nil
  end
  local known
  if is_reloaded then
    known = find_again(hunk)
  elseif hunk.is_touched then
    known = state and hunk.known[state.seq]
  end
  if known then
    hunk.range, hunk.is_astray = known, false
  elseif is_reloaded or hunk.is_astray then
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
