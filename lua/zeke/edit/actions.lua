--- What a person does with hunks: go to one, accept, reject, change it first.
local M = {}

local live = require("zeke.edit.live")
local notify = require("zeke.notify")
local proposal = require("zeke.edit.proposal")
local target = require("zeke.edit.target")

---@return integer
local function cursor_row()
  return vim.api.nvim_win_get_cursor(0)[1] - 1
end

--- Says that there is nothing here, and where there is something.
local function say_none()
  local here = vim.api.nvim_get_current_buf()
  if #proposal.open_hunks(here) > 0 then
    return notify.warn("No hunk stands at the cursor. :ZekeNextHunk goes to the next one.")
  end
  local names = {}
  for _, open in ipairs(proposal.list()) do
    names[target.name(open.buf)] = true
  end
  if next(names) then
    local list = table.concat(vim.tbl_keys(names), ", ")
    return notify.warn(("No change is proposed in this buffer. There is one in %s."):format(list))
  end
  notify.warn("No change is proposed here. :ZekeEdit <what to do> asks for one.")
end

--- The hunks that a command means: those in its range, else the one at the cursor.
---@param ctx? zeke.CommandContext
---@return zeke.edit.Hunk[]
local function chosen(ctx)
  local buf = vim.api.nvim_get_current_buf()
  proposal.refresh(buf)
  local range = ctx and ctx.range
  local found = {}
  for _, hunk in ipairs(proposal.open_hunks(buf)) do
    if range and live.is_within(hunk, range.first - 1, range.last - 1) then
      found[#found + 1] = hunk
    elseif not range and #found == 0 and live.is_within(hunk, cursor_row(), cursor_row()) then
      found[#found + 1] = hunk
    end
  end
  if #found == 0 then
    say_none()
  end
  return found
end

---@param refused string[]
local function say_refused(refused)
  if #refused > 0 then
    notify.error(
      ("Not accepted: %s Reject the hunk, or undo what changed its lines."):format(table.concat(refused, " "))
    )
  end
end

--- Accepts the hunk at the cursor, or those in the range.
---@param ctx? zeke.CommandContext
function M.accept(ctx)
  local list = chosen(ctx)
  if #list > 0 then
    local _, refused = proposal.accept(list)
    say_refused(refused)
  end
end

--- Rejects the hunk at the cursor, or those in the range.
---@param ctx? zeke.CommandContext
function M.reject(ctx)
  local list = chosen(ctx)
  if #list > 0 then
    proposal.reject(list)
  end
end

--- Accepts every open hunk of the buffer, as one step of undo.
function M.accept_all()
  local list = proposal.open_hunks(vim.api.nvim_get_current_buf())
  if #list == 0 then
    return say_none()
  end
  local _, refused = proposal.accept(list)
  say_refused(refused)
end

--- Rejects every open hunk of the buffer.
function M.reject_all()
  local list = proposal.open_hunks(vim.api.nvim_get_current_buf())
  if #list == 0 then
    return say_none()
  end
  proposal.reject(list)
end

--- Opens a small window with the new lines of the hunk at the cursor; what is written there is accepted.
function M.edit_hunk()
  local hunk = chosen()[1]
  if not hunk then
    return
  end
  require("zeke.edit.scratch").open(hunk, function(lines)
    local before = hunk.new
    hunk.new = lines
    local accepted, refused = proposal.accept({ hunk })
    if accepted == 0 then
      hunk.new = before
      say_refused(#refused > 0 and refused or { "The hunk was decided meanwhile." })
    end
    return accepted == 1
  end)
end

--- Around the end of the buffer, as a search goes.
---@param ctx? zeke.CommandContext Its argument: how many hunks further.
---@param step 1|-1
local function go(ctx, step)
  local buf = vim.api.nvim_get_current_buf()
  proposal.refresh(buf)
  local rows = vim.fn.uniq(vim.tbl_map(live.row, proposal.open_hunks(buf)))
  if #rows == 0 then
    return say_none()
  end
  local here, before = cursor_row(), 0
  for _, row in ipairs(rows) do
    if row < here or (step == 1 and row == here) then
      before = before + 1
    end
  end
  local count = math.max(1, tonumber(ctx and ctx.args) or 1)
  -- The first one further on is the next after those before, or the last of them.
  local index = step == 1 and before + count or before - count + 1
  local row = rows[(index - 1) % #rows + 1]
  vim.cmd("normal! m'")
  vim.api.nvim_win_set_cursor(0, { math.min(row + 1, vim.api.nvim_buf_line_count(buf)), 0 })
  vim.cmd("normal! zv")
end

--- Goes to the next hunk of the buffer, or so many further; folds open there.
---@param ctx? zeke.CommandContext
function M.next_hunk(ctx)
  go(ctx, 1)
end

--- Goes to the previous hunk of the buffer, or so many back.
---@param ctx? zeke.CommandContext
function M.previous_hunk(ctx)
  go(ctx, -1)
end

--- As 'operatorfunc', so that |.| decides the next hunk in the same way.
function M.accept_here()
  M.accept()
end

--- As 'operatorfunc'.
function M.reject_here()
  M.reject()
end

return M
