-- The conversation: Markdown to look at, with maps of its own.
if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = 1

vim.treesitter.language.register("markdown", "zeke-chat")
-- Before 0.12 every change looks for other languages in all of the text, which takes longer than a key may.
local is_quick = vim.fn.has("nvim-0.12") == 1
if not is_quick or not pcall(vim.treesitter.start, 0, "markdown") then
  vim.bo.syntax = "markdown"
end
require("zeke.chat.maps").set(0, "transcript")
