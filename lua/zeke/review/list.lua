--- The quickfix list of a review: one entry for each finding, in the order of paths and lines.
local M = {}

M.TITLE = "Zeke review"

---@type table<string, string>
local TYPES = { critical = "E", major = "W", minor = "I", info = "N" }

--- How many lists Neovim keeps.
---@return integer
local function max_lists()
  return vim.fn.exists("&chistory") == 1 and vim.o.chistory or 10
end

---@param review zeke.Review
---@param finding zeke.Finding
---@param lines table<zeke.Finding, integer|false> Where findings are in buffers; false: not there any more.
---@return table
local function to_item(review, finding, lines)
  local one_line = require("zeke.text").one_line
  local patch = finding.patch and " (:ZekeReview! proposes a patch)" or ""
  local line = lines[finding] or finding.startLine
  local gone = lines[finding] == false and " (its line is another one now)" or ""
  return {
    filename = require("zeke.review.file").find(review.root, finding.path),
    lnum = line,
    end_lnum = line + finding.endLine - finding.startLine,
    col = 1,
    type = TYPES[finding.severity] or "N",
    text = ("%s: %s%s%s"):format(one_line(finding.category), one_line(finding.title), gone, patch),
  }
end

--- Runs a change of lists that are not the current one; the window of that shows what it showed.
---@param change fun()
local function keeping_view(change)
  local win = vim.fn.getqflist({ winid = 0 }).winid
  local view = win ~= 0 and vim.api.nvim_win_call(win, vim.fn.winsaveview)
  change()
  if view then
    vim.api.nvim_win_call(win, function()
      vim.fn.winrestview(view)
    end)
  end
end

--- An empty list after all others, which is the current one from now on.
---@return integer id
function M.create()
  vim.fn.setqflist({}, " ", { nr = "$", title = M.TITLE, items = {} })
  return vim.fn.getqflist({ id = 0 }).id
end

--- The list of somebody else's reviews.
---@type integer
local shared_list = 0

--- True when the current list is a review's: an older one, when nothing was found now.
---@return boolean
function M.is_current()
  return vim.fn.getqflist({ title = 0 }).title == M.TITLE
end

--- An empty list for somebody else's review. The current list stays that, where there is one: a user may be
--- walking through it. 0 where a new list would push the current one out.
---@return integer id
function M.create_behind()
  local current = vim.fn.getqflist({ id = 0, nr = 0 })
  local is_known = shared_list ~= 0 and vim.fn.getqflist({ id = shared_list }).id ~= 0
  if is_known and shared_list ~= current.id then
    return shared_list
  end
  if current.nr == 1 and vim.fn.getqflist({ nr = "$" }).nr >= max_lists() then
    return 0
  end
  keeping_view(function()
    shared_list = M.create()
    local number = current.id == 0 and 0 or vim.fn.getqflist({ id = current.id, nr = 0 }).nr
    if number > 0 then
      vim.cmd(("silent %dchistory"):format(number))
    end
  end)
  return shared_list
end

--- How to come to the list, in a few words.
---@param review zeke.Review
---@return string
function M.advice(review)
  if review.list == 0 then
    return ""
  end
  if vim.fn.getqflist({ id = 0 }).id == review.list then
    return " :copen shows them."
  end
  return (" :%dchistory and :copen show them."):format(vim.fn.getqflist({ id = review.list, nr = 0 }).nr)
end

--- Makes the list show the findings. An entry that the user went to stays the one they are at.
---@param review zeke.Review
function M.show(review)
  local list = vim.fn.getqflist({ id = review.list, idx = 0 })
  if review.list == 0 or list.id == 0 then
    -- So many lists were made since that Neovim does not keep it any more.
    return
  end
  local lines = require("zeke.review.marks").lines()
  local at = review.listed[list.idx]
  local idx = 1
  local items = {}
  for index, finding in ipairs(review.findings) do
    items[index] = to_item(review, finding, lines)
    if at and (at == finding or vim.deep_equal(at, finding)) then
      idx = index
    end
  end
  review.listed = review.findings
  local function replace()
    vim.fn.setqflist({}, "r", {
      id = review.list,
      title = M.TITLE,
      items = items,
      idx = #items > 0 and idx or nil,
    })
  end
  if vim.fn.getqflist({ id = 0 }).id == review.list then
    replace()
  else
    keeping_view(replace)
  end
end

--- Opens the list below, and leaves the cursor where it is. False when the user looks at another list.
---@param review zeke.Review
---@return boolean
function M.open(review)
  if vim.fn.getqflist({ id = 0 }).id ~= review.list then
    return false
  end
  local win = vim.api.nvim_get_current_win()
  vim.cmd("botright copen " .. math.min(10, #review.findings))
  vim.api.nvim_set_current_win(win)
  return true
end

--- The finding under the cursor of a quickfix window, and its number; nil for another list.
---@param review zeke.Review
---@return zeke.Finding?
---@return integer?
function M.at_cursor(review)
  if vim.bo.buftype ~= "quickfix" or vim.fn.getqflist({ id = 0 }).id ~= review.list then
    return nil
  end
  local index = vim.api.nvim_win_get_cursor(0)[1]
  return review.findings[index], index
end

return M
