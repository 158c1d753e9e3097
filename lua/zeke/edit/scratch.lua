--- A small window in which the lines of a hunk are changed before they are accepted.
local M = {}

local MIN_WIDTH = 40
local MAX_HEIGHT = 20

---@param lines string[]
---@return vim.api.keyset.win_config
local function window_of(lines)
  local widest = MIN_WIDTH
  for _, line in ipairs(lines) do
    widest = math.max(widest, vim.fn.strdisplaywidth(line) + 1)
  end
  return {
    relative = "cursor",
    row = 1,
    col = 0,
    width = math.min(widest, math.max(MIN_WIDTH, vim.o.columns - 8)),
    height = math.max(1, math.min(#lines, MAX_HEIGHT, vim.o.lines - 6)),
    border = "rounded",
    title = " :w takes it, q leaves it ",
  }
end

---@param hunk zeke.edit.Hunk
---@return integer buf
local function create_buffer(hunk)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(buf, ("zeke://hunk/%d"):format(buf))
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, #hunk.new > 0 and hunk.new or { "" })
  vim.bo[buf].buftype = "acwrite"
  vim.bo[buf].bufhidden = "wipe"
  vim.bo[buf].swapfile = false
  vim.bo[buf].filetype = vim.bo[hunk.proposal.buf].filetype
  vim.bo[buf].tabstop = vim.bo[hunk.proposal.buf].tabstop
  vim.bo[buf].modified = false
  return buf
end

--- Opens it. `on_taken` gets the lines and says whether they were taken; else the window stays.
---@param hunk zeke.edit.Hunk
---@param on_taken fun(lines: string[]): boolean
function M.open(hunk, on_taken)
  local buf = create_buffer(hunk)
  local win = vim.api.nvim_open_win(buf, true, window_of(hunk.new))
  local function close()
    if vim.api.nvim_win_is_valid(win) then
      vim.api.nvim_win_close(win, true)
    end
  end
  local function take()
    local lines = vim.api.nvim_buf_get_lines(buf, 0, -1, false)
    -- An empty window is no empty line, unless that was proposed: the old lines go, and nothing comes.
    if #lines == 1 and lines[1] == "" and not vim.deep_equal(hunk.new, lines) then
      lines = {}
    end
    if on_taken(lines) then
      vim.bo[buf].modified = false
      -- `:wq` closes the window itself.
      vim.schedule(close)
    end
  end
  vim.api.nvim_create_autocmd("BufWriteCmd", { buffer = buf, callback = take })
  vim.keymap.set("n", "<CR>", take, { buffer = buf, desc = "Zeke: accept the hunk with these lines" })
  vim.keymap.set("n", "q", close, { buffer = buf, desc = "Zeke: leave the hunk as it was" })
end

return M
