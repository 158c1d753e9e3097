-- The conversation: Markdown to look at, with maps of its own.
if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = 1

vim.treesitter.language.register("markdown", "zeke-chat")
if not pcall(vim.treesitter.start, 0, "markdown") then
  vim.bo.syntax = "markdown"
end
require("zeke.chat.maps").set(0, "transcript")
