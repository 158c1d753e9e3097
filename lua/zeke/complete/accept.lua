--- Puts suggested text into the buffer, or a part of it, as one step of undo.
local M = {}

--- What the keys of `M.insert` will insert.
---@type { text: string, left: string }?
local waiting

--- The text up to the end of its first word, as |w| tells words: by 'iskeyword', and beyond ASCII by script.
---@param text string
---@return string
function M.word(text)
  local blank = text:match("^%s*")
  local class
  local word = ""
  for _, character in ipairs(vim.fn.split(text:sub(#blank + 1):match("^%S*"), "\\zs")) do
    local its_class = vim.fn.charclass(character)
    class = class or its_class
    if its_class ~= class then
      break
    end
    word = word .. character
  end
  return blank .. word
end

--- The text up to the end of its first line; one that begins with a line break up to the end of the next.
---@param text string
---@return string
function M.line(text)
  return text:match("^\n?[^\n]*")
end

--- Inserts text at the cursor, in insert mode, once Neovim is ready for it: it may be asked for by a
--- mapping with `expr`, during which nothing may be changed.
---@param text string
---@param left string What is left of the suggestion behind it.
function M.insert(text, left)
  waiting = { text = text, left = left }
  -- CTRL-G u ends one step of undo and begins the next.
  local keys = '<C-g>u<Cmd>lua require("zeke.complete.accept").apply()<CR><C-g>u'
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, true, true), "ni", false)
end

--- Called by the keys of `insert`.
function M.apply()
  local accepted = waiting
  waiting = nil
  if not accepted or not vim.bo.modifiable then
    return
  end
  -- As pasted text: `.` repeats it with what was typed around it, and nothing is indented once more.
  vim.api.nvim_paste(accepted.text, false, -1)
  M.tell(vim.api.nvim_get_current_buf(), accepted.text, accepted.left)
end

--- Fires the event of a text that was inserted, by a key of ours or of Neovim's.
---@param buf integer
---@param text string
---@param left string What is left of the suggestion behind it.
function M.tell(buf, text, left)
  require("zeke.events").fire("CompletionAccepted", { buf = buf, text = text, left = left })
end

return M
