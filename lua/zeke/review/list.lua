--- The quickfix list of a review: one entry for each finding, in the order of paths and lines.
local M = {}

M.TITLE = "Zeke review"

---@type table<string, string>
local TYPES = { critical = "E", major = "W", minor = "I", info = "N" }

---@param text string
---@return string
local function one_line(text)
  return require("zeke.text").clean((text:gsub("%s+", " ")))
end

---@param review zeke.Review
---@param finding zeke.Finding
---@return table
local function to_item(review, finding)
  local patch = finding.patch and " (:ZekeReview! proposes a patch)" or ""
  return {
    filename = review.root .. "/" .. finding.path,
    lnum = finding.startLine,
    end_lnum = finding.endLine,
    col = 1,
    type = TYPES[finding.severity] or "N",
    text = ("%s: %s%s"):format(one_line(finding.category), one_line(finding.title), patch),
  }
end

--- An empty list, which is the current one from now on.
---@return integer id
function M.create()
  vim.fn.setqflist({}, " ", { title = M.TITLE, items = {} })
  return vim.fn.getqflist({ id = 0 }).id
end

--- Makes the list show the findings. An entry that the user went to stays the one they are at.
---@param review zeke.Review
function M.show(review)
  local list = vim.fn.getqflist({ id = review.list, idx = 0 })
  if list.id == 0 then
    -- Ten lists were made since: Neovim keeps no more.
    return
  end
  local at = review.listed[list.idx]
  local idx = 1
  local items = {}
  for index, finding in ipairs(review.findings) do
    items[index] = to_item(review, finding)
    if at and (at == finding or vim.deep_equal(at, finding)) then
      idx = index
    end
  end
  review.listed = review.findings
  vim.fn.setqflist({}, "r", {
    id = review.list,
    title = M.TITLE,
    items = items,
    idx = #items > 0 and idx or nil,
  })
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
