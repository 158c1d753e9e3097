" The conversation's syntax is Markdown's, where no parser colours it: lua/zeke/chat/markdown/colours.lua.
if has('nvim-0.12')
  finish
endif
runtime! syntax/markdown.vim
