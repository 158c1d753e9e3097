--- `:ZekeHelp`, also where nobody has made the tags: a plugin manager and the build step do, a bare runtimepath
--- does not.
local M = {}

--- Opens the help; makes its tags first where they are missing. Where they cannot be written, the page is
--- opened as a file.
function M.open()
  if pcall(vim.cmd.help, "zeke") then
    return
  end
  local page = vim.api.nvim_get_runtime_file("doc/zeke.txt", false)[1]
  if not page then
    return require("zeke.notify").error("The help is not installed: there is no doc/zeke.txt beside the plugin.")
  end
  local folder = vim.fn.fnameescape(vim.fs.dirname(page))
  if pcall(vim.cmd.helptags, folder) and pcall(vim.cmd.help, "zeke") then
    return
  end
  -- Silent: the name of a file that is far away is longer than the line for messages.
  vim.cmd({ cmd = "sview", args = { page }, magic = { file = false }, mods = { silent = true } })
  vim.bo.filetype = "help"
end

return M
