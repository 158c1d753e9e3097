--- What the windows of the conversation show, while lines come and go above it.
local M = {}

--- Lets a window that stands at the end be full, where what is above it has come.
---@param win integer The current one.
local function fill_window(win)
  local first, last = vim.fn.line("w0"), vim.fn.line("$")
  local height = vim.api.nvim_win_get_height(win)
  local is_at_end = first > 1 and vim.fn.line(".") == last
  if is_at_end and vim.api.nvim_win_text_height(win, { start_row = first - 1 }).all < height then
    vim.cmd("normal! zb")
  end
end

--- Scrolls the current window until its cursor is in that row of it: lines above it may take more rows or
--- fewer than those that stood there.
---@param row integer
local function scroll_to(row)
  local current = vim.fn.winline()
  while current ~= row do
    local key = current < row and "\25" or "\5"
    vim.cmd("normal! " .. key)
    local moved = vim.fn.winline()
    if moved == current or (moved < row) ~= (current < row) then
      return
    end
    current = moved
  end
end

--- Runs what changes lines from the head to the first view. Whoever looks at a turn goes on seeing it where it
--- was; whoever stands in the head stays there.
---@param shown zeke.chat.Shown
---@param change fun(): integer Returns how many lines there are more.
function M.keep(shown, change)
  local kept = {}
  for _, win in ipairs(vim.fn.win_findbuf(shown.buf)) do
    if vim.api.nvim_win_get_cursor(win)[1] > #shown.head then
      vim.api.nvim_win_call(win, function()
        kept[win] = { view = vim.fn.winsaveview(), row = vim.fn.winline() }
      end)
    end
  end
  local head_count = #shown.head
  local count = change()
  for win, one in pairs(kept) do
    local shows_head = one.view.topline <= head_count
    one.view.lnum, one.view.topline = one.view.lnum + count, math.max(1, one.view.topline + count)
    vim.api.nvim_win_call(win, function()
      vim.fn.winrestview(one.view)
      if shows_head then
        scroll_to(one.row)
      end
      fill_window(win)
    end)
  end
end

return M
