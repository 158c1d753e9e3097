--- Proposals: opened where every hunk has its exact place, and accepted hunk by hunk. A hunk knows the lines
--- it replaces; it is accepted only while exactly these lines stand where every change of the buffer has
--- carried it.
---
--- An accept is one step of undo. Undoing it offers the hunk again, redoing it takes it back.
local M = {}

local anchor = require("zeke.edit.anchor")
local hunks = require("zeke.edit.hunks")
local live = require("zeke.edit.live")
local outcome = require("zeke.edit.outcome")
local show = require("zeke.edit.show")
local target = require("zeke.edit.target")
local undo = require("zeke.edit.undo")

---@class zeke.edit.Hunk
---@field proposal zeke.edit.Proposal
---@field base zeke.edit.Range Where its lines stood when it was opened.
---@field range zeke.edit.Range Where they stand now.
---@field old string[] The lines it replaces, as they are in the buffer.
---@field new string[]
---@field before? string The line before them when it was opened.
---@field behind? string The one behind them.
---@field status "open"|"accepted"|"rejected"
---@field is_touched boolean Its lines were changed, or changed and restored, since they were last looked at.
---@field is_stale boolean Its lines are not there any more.
---@field is_astray boolean Its range says nothing any more: its lines were changed together with others.
---@field settled? zeke.edit.Range Where they stood when somebody last looked; nil where they did not.
---@field known table<integer, zeke.edit.Range> Where it stands, by state of the undo history.
---@field accepts integer[] The states of the undo history that its accepts made.
---@field marks integer[] What is drawn of it.
---@field drawn? table What that shows.
---@field words? table Its changed words, once they were compared.

---@class zeke.edit.Proposal
---@field id integer
---@field buf integer
---@field title string
---@field base? string[] The whole buffer when it was opened; nil where that is too large to be kept.
---@field hunks zeke.edit.Hunk[] In order.
---@field is_open boolean

local REPLACEMENT = "\239\191\189"

local last_id = 0

M.open_hunks = live.open_hunks
M.refresh = live.refresh
M.reject = live.reject
M.list = live.list

---@class zeke.edit.Offer
---@field title string
---@field sent string[] The text that the proposal was made for.
---@field proposed string[]
---@field find fun(range: zeke.edit.Range): zeke.edit.Range? Where lines of `sent` are now; nil where they were changed.

--- Why a change cannot be offered; nil where it can.
---@param change zeke.edit.Change
---@param offer zeke.edit.Offer
---@param now? string[] The lines that are where it belongs.
---@return string?
local function fault_of(change, offer, now)
  local wanted = hunks.slice(offer.sent, change.first, change.last)
  if not now or not vim.deep_equal(require("zeke.text").valid_lines(now), wanted) then
    return "were changed meanwhile"
  end
  if not vim.deep_equal(now, wanted) and table.concat(change.lines):find(REPLACEMENT, 1, true) then
    return "hold bytes that are no UTF-8, which the change would lose"
  end
  return nil
end

---@param proposal zeke.edit.Proposal
---@param range zeke.edit.Range
---@param old string[]
---@param new string[]
---@return zeke.edit.Hunk
local function new_hunk(proposal, range, old, new)
  local function line(row)
    return row >= 0 and vim.api.nvim_buf_get_lines(proposal.buf, row, row + 1, false)[1] or nil
  end
  return {
    proposal = proposal,
    base = range,
    range = range,
    old = old,
    new = new,
    before = line(range.first - 1),
    behind = line(range.last),
    status = "open",
    is_touched = false,
    is_stale = false,
    is_astray = false,
    known = {},
    accepts = {},
    marks = {},
  }
end

--- Opens a proposal. What cannot be placed exactly is refused, with the reason.
---@param buf integer
---@param offer zeke.edit.Offer
---@return zeke.edit.Proposal? proposal Nil where nothing is left to decide.
---@return string[] refused One line for each hunk that was refused.
function M.open(buf, offer)
  last_id = last_id + 1
  local base = target.size(buf) <= target.MAX_BYTES and vim.api.nvim_buf_get_lines(buf, 0, -1, false) or nil
  local proposal = { id = last_id, buf = buf, title = offer.title, base = base, hunks = {}, is_open = true }
  local refused = {}
  for _, change in ipairs(hunks.diff(offer.sent, offer.proposed)) do
    local range = offer.find({ first = change.first, last = change.last })
    local now = range and vim.api.nvim_buf_get_lines(buf, range.first, range.last, false)
    local fault = fault_of(change, offer, now)
    if fault then
      local lines = ("%d-%d"):format(change.first + 1, math.max(change.first + 1, change.last))
      refused[#refused + 1] = ("Lines %s of what was sent %s."):format(lines, fault)
    else
      table.insert(proposal.hunks, new_hunk(proposal, range, now, change.lines))
    end
  end
  if #proposal.hunks == 0 then
    return nil, refused
  end
  if not live.is_inserting() then
    -- A state of the undo history that the hunks' places are remembered for.
    undo.break_step(buf)
  end
  live.add(proposal)
  vim.iter(proposal.hunks):each(show.unfold)
  outcome.fire("ProposalOpened", proposal, { hunks = #proposal.hunks })
  return proposal, refused
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
  if not vim.api.nvim_buf_is_loaded(buf) then
    return 0, { "The buffer is not there any more." }
  end
  if not vim.bo[buf].modifiable then
    return 0, { ("%s cannot be changed ('nomodifiable')."):format(target.name(buf)) }
  end
  undo.break_step(buf)
  live.refresh(buf)
  local accepted, refused = {}, {}
  -- From the end, so that a change at one place moves nothing that is still to come.
  local ordered = vim.list_extend({}, list)
  table.sort(ordered, function(left, right)
    return left.range.first > right.range.first
  end)
  for _, hunk in ipairs(ordered) do
    local number = hunk.range.first + 1
    if hunk.status == "open" and not anchor.locate(hunk) then
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
  undo.break_step(buf)
  local state = undo.state(buf)
  for _, hunk in ipairs(accepted) do
    table.insert(hunk.accepts, state and state.seq)
    outcome.decided(hunk)
  end
  for _, hunk in ipairs(accepted) do
    outcome.close_when_decided(hunk.proposal)
  end
  live.refresh(buf)
  return #accepted, refused
end

return M
