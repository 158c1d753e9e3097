-- The conversation: Markdown to look at, with maps of its own.
if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = 1

vim.treesitter.language.register("markdown", "zeke-chat")
require("zeke.chat.markdown.colours").start(vim.api.nvim_get_current_buf())
require("zeke.chat.maps").set(0, "transcript")
