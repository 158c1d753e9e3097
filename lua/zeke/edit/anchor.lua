--- Where a hunk stands now: known from the changes that carried it, or found again, or not known at all.
local M = {}

local hunks = require("zeke.edit.hunks")
local show = require("zeke.edit.show")
local target = require("zeke.edit.target")

--- True while the hunk's lines stand where it was carried to.
---@param hunk zeke.edit.Hunk
---@return boolean
local function is_in_place(hunk)
  local buf, range, base = hunk.proposal.buf, hunk.range, hunk.base
  if hunk.is_touched or not target.has_lines(buf, range, hunk.old) then
    return false
  end
  if #hunk.old > 0 or show.row(hunk) == range.first then
    return true
  end
  -- Of a place between lines there is nothing to compare but its neighbours.
  local before = hunk.proposal.base[base.first]
  local behind = hunk.proposal.base[base.first + 1]
  return vim.api.nvim_buf_get_lines(buf, math.max(0, range.first - 1), range.first, false)[1] == before
    or vim.api.nvim_buf_get_lines(buf, range.first, range.first + 1, false)[1] == behind
end

--- Makes sure that a hunk's range is where its lines are; false where nobody can say.
---@param hunk zeke.edit.Hunk
---@return boolean
function M.locate(hunk)
  if is_in_place(hunk) then
    return true
  end
  local proposal = hunk.proposal
  local lines = vim.api.nvim_buf_get_lines(proposal.buf, 0, -1, false)
  local found = hunks.finder(proposal.base, lines)(hunk.base)
  if found and vim.deep_equal(hunks.slice(lines, found.first, found.last), hunk.old) then
    hunk.range = found
    hunk.is_touched = false
    return true
  end
  return false
end

--- The state of the undo history that the buffer is in.
---@param buf integer
---@return integer
function M.undo_seq(buf)
  return vim.api.nvim_buf_call(buf, function()
    return vim.fn.undotree().seq_cur
  end)
end

--- Ends the step of undo that runs, so that the next change is one of its own.
---@param buf integer
function M.break_undo(buf)
  vim.api.nvim_buf_call(buf, function()
    vim.cmd("let &g:undolevels = &g:undolevels")
  end)
end

return M
