--- `:ZekeTerminal`: Zeke as it is in a terminal, in a window of this Neovim. It shares the conversation.
local M = {}

---@type integer?
local buffer

---@param command string[]
---@param cwd string
local function run(command, cwd)
  if vim.fn.has("nvim-0.11") == 1 then
    vim.fn.jobstart(command, { term = true, cwd = cwd })
  else
    vim.fn.termopen(command, { cwd = cwd })
  end
end

--- Opens it, or goes to the one that is there.
function M.open()
  local command = require("zeke.place").binary()
  if not command then
    return require("zeke.notify").failure(require("zeke.link.host").missing())
  end
  local win = buffer and vim.api.nvim_buf_is_valid(buffer) and vim.fn.bufwinid(buffer) or -1
  if win ~= -1 then
    vim.api.nvim_set_current_win(win)
  elseif buffer and vim.api.nvim_buf_is_valid(buffer) then
    vim.cmd.sbuffer(buffer)
  else
    vim.cmd.new()
    run(command, require("zeke.place").root())
    buffer = vim.api.nvim_get_current_buf()
  end
  vim.cmd.startinsert()
end

return M
