--- From a text that somebody proposes to hunks in a buffer: of an answer, a code block, a patch.
local M = {}

local anchor = require("zeke.edit.anchor")
local hunks = require("zeke.edit.hunks")
local target = require("zeke.edit.target")

---@param text string
---@param like string[] The lines that it is to replace.
---@return string[]
local function to_lines(text, like)
  local lines = vim.split(text, "\n", { plain = true })
  -- A file ends in a newline, a buffer does not hold it.
  if #lines > 1 and lines[#lines] == "" and (#like == 1 or like[#like] ~= "") then
    lines[#lines] = nil
  end
  local has_returns = vim.iter(like):any(function(line)
    return vim.endswith(line, "\r")
  end)
  if not has_returns then
    for index, line in ipairs(lines) do
      lines[index] = (line:gsub("\r$", ""))
    end
  end
  return lines
end

--- What was said beside a change, short enough to ask for no key.
---@param text string
---@return string
local function first_words(text)
  local line = vim.trim((text:gsub("%s+", " ")))
  local limit = math.max(20, vim.o.columns - 45)
  return vim.fn.strchars(line) > limit and vim.fn.strcharpart(line, 0, limit) .. "…" or line
end

---@class zeke.edit.Proposed
---@field text string The whole text as it would be.
---@field title string
---@field explanation? string

--- Opens the proposal and says what came of it.
---@param buf integer
---@param proposed zeke.edit.Proposed
---@param sent string[]
---@param find fun(range: zeke.edit.Range): zeke.edit.Range?
---@return zeke.edit.Proposal?
local function open(buf, proposed, sent, find)
  local notify = require("zeke.notify")
  -- What cannot be changed at the moment is shown all the same: the answer is there, and was paid for.
  if not vim.api.nvim_buf_is_loaded(buf) then
    notify.error(("%s was not opened. The buffer is not there any more."):format(proposed.title))
    return nil
  end
  local lines = to_lines(proposed.text, sent)
  local said = first_words(require("zeke.text").clean(proposed.explanation or ""))
  if vim.deep_equal(lines, sent) then
    notify.info(vim.trim(("%s: nothing to change. %s"):format(proposed.title, said)))
    return nil
  end
  local offer = { title = proposed.title, sent = sent, proposed = lines, find = find }
  local proposal, refused = require("zeke.edit.proposal").open(buf, offer)
  if #refused > 0 then
    notify.error(("%s: %d hunk(s) refused. %s"):format(proposed.title, #refused, table.concat(refused, " ")))
  elseif proposal then
    local count = #proposal.hunks
    notify.info(vim.trim(("%d %s to decide. %s"):format(count, count == 1 and "hunk" or "hunks", said)))
  end
  return proposal
end

--- Offers a text that was made from a snapshot of the buffer, whatever was changed there since.
---@param buf integer
---@param proposed zeke.edit.Proposed
---@param snapshot zeke.edit.Snapshot
---@param request zeke.edit.Request
---@return zeke.edit.Proposal?
function M.answer(buf, proposed, snapshot, request)
  if request.is_reloaded and vim.api.nvim_buf_is_loaded(buf) then
    local now = target.size(buf) <= target.MAX_BYTES and vim.api.nvim_buf_get_lines(buf, 0, -1, false)
    -- Of a part nobody knows what it was a part of.
    local is_whole = snapshot.first == 0 and now
    local find = is_whole and hunks.finder(snapshot.raw, now) or function() end
    return open(buf, proposed, snapshot.sent, find)
  end
  local shift = snapshot.first
  return open(buf, proposed, snapshot.sent, function(range)
    local moved = { first = range.first + shift, last = range.last + shift }
    local place = { range = moved, is_touched = false, is_astray = false }
    for _, splice in ipairs(request.splices) do
      anchor.carry(place, splice)
    end
    -- What was touched may have been restored since: its lines are compared with what was sent.
    return not place.is_astray and place.range or nil
  end)
end

--- Offers a text that was made from `base`, or from what the buffer holds now.
---@param buf integer
---@param proposed zeke.edit.Proposed
---@param base? string
---@return zeke.edit.Proposal?
function M.text(buf, proposed, base)
  local now, refusal = target.snapshot(buf)
  if not now then
    require("zeke.notify").error(refusal)
    return nil
  end
  local sent = base and to_lines(base, now.sent) or now.sent
  return open(buf, proposed, sent, hunks.finder(sent, now.sent))
end

return M
