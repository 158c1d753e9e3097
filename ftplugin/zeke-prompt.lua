-- The prompt under the conversation.
if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = 1

vim.treesitter.language.register("markdown", "zeke-prompt")
if not pcall(vim.treesitter.start, 0, "markdown") then
  vim.bo.syntax = "markdown"
end
vim.bo.textwidth = 0
require("zeke.chat.maps").set(0, "prompt")
require("zeke.prompt_menu").attach(0)
