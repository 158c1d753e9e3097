--- How much room ghost text has on the screen.
local M = {}

--- Lines that may be shown from the cursor on. What the user set, at most down to the end of the window:
--- text that nobody sees would be accepted with what they see.
---@return integer
function M.lines()
  local most = require("zeke.config").get().completion.max_lines
  if require("zeke.complete.menu").leaves_one_line() then
    return 1
  end
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  -- Where a line is as long as a file, finding the cursor's row costs what typing may not.
  if require("zeke.complete.where").is_long_line(vim.api.nvim_get_current_buf(), row) then
    return most
  end
  local window = vim.fn.getwininfo(vim.api.nvim_get_current_win())[1]
  return math.max(1, math.min(most, window.height - vim.fn.winline() + 1))
end

return M
