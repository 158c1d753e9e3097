" The conversation's syntax is Markdown's, where no parser colours it: lua/zeke/chat/markdown/colours.lua.
if has('nvim-0.12')
  finish
endif
runtime! syntax/markdown.vim
" Lines come above the window and at its end many times in a second: it is read from near by.
syntax sync clear
syntax sync minlines=40 maxlines=80
