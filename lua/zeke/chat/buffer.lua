--- Makes the buffers of the conversation: no file, no swap, kept while they are hidden.
local M = {}

--- A new buffer of that name. One that has it already (`:bdelete`, a session file) goes, and its windows
--- show the new one.
---@param name string
---@param filetype string
---@param options table<string, any> Set before the filetype.
---@return integer buf
---@return integer[] windows That show it already.
function M.create(name, filetype, options)
  local windows = {}
  local buf = vim.api.nvim_create_buf(false, true)
  for _, other in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_get_name(other) == name then
      vim.list_extend(windows, vim.fn.win_findbuf(other))
      for _, win in ipairs(vim.fn.win_findbuf(other)) do
        vim.api.nvim_win_set_buf(win, buf)
      end
      vim.api.nvim_buf_delete(other, { force = true })
    end
  end
  vim.api.nvim_buf_set_name(buf, name)
  vim.bo[buf].buftype = "nofile"
  vim.bo[buf].bufhidden = "hide"
  vim.bo[buf].swapfile = false
  for option, value in pairs(options) do
    vim.bo[buf][option] = value
  end
  vim.bo[buf].filetype = filetype
  return buf, windows
end

return M
