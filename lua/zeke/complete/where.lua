--- Where ghost text may come: which buffers, and at which moments.
local M = {}

--- Bytes of a line in which nothing is moved aside. Neovim measures a line anew for each key where text is
--- shown within it, which takes most of a second in one of a megabyte; drawn over its end it costs nothing.
local LONG_LINE = 20000

--- True for text of the user's: no prompt, list or terminal, and nothing that cannot be changed.
---@param buf integer
---@return boolean
function M.is_text(buf)
  local options = vim.bo[buf]
  return options.buftype == "" and options.modifiable and not vim.wo.previewwindow and vim.fn.getcmdwintype() == ""
end

--- Says for one buffer whether ghost text comes by itself.
---@param buf integer
---@param is_on boolean
function M.set(buf, is_on)
  vim.b[buf].zeke_complete = is_on
end

--- True where the user wants it, by buffer, by filetype or at all.
---@param buf integer
---@param is_on boolean What holds for all buffers.
---@return boolean is_wanted
---@return string? why What said so for this buffer.
function M.is_wanted(buf, is_on)
  local here = vim.b[buf].zeke_complete
  if here ~= nil then
    -- Vim script has no other false than 0.
    return here ~= false and here ~= 0, "b:zeke_complete"
  end
  if not is_on then
    return false
  end
  local filetypes = require("zeke.config").get().completion.filetypes
  local own = filetypes[vim.bo[buf].filetype]
  if own ~= nil then
    return own, ("completion.filetypes of %s"):format(vim.bo[buf].filetype)
  end
  return filetypes["*"] ~= false, "completion.filetypes"
end

--- Why a buffer is another than what holds for all; nil where it is none.
---@param buf integer
---@param is_on boolean What holds for all buffers.
---@return string?
function M.exception(buf, is_on)
  local is_wanted, why = M.is_wanted(buf, is_on)
  if is_wanted ~= is_on then
    return why
  end
  if is_on and not M.is_text(buf) then
    return "it is none where text is written"
  end
  if is_on and require("zeke.context").is_secret(vim.api.nvim_buf_get_name(buf)) then
    return "it holds secrets by its name"
  end
  return nil
end

--- True for a line over which text may be drawn at its end only.
---@param buf integer
---@param row integer Counted from 0.
---@return boolean
function M.is_long_line(buf, row)
  return vim.api.nvim_buf_get_offset(buf, row + 1) - vim.api.nvim_buf_get_offset(buf, row) > LONG_LINE
end

--- Why there is none at the cursor; nil where nothing is in the way.
---@param buf integer
---@return string?
function M.obstacle(buf)
  if not M.is_text(buf) then
    return "it comes where text of yours is written."
  end
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  if col < vim.fn.col("$") - 1 and M.is_long_line(buf, row - 1) then
    return "in so long a line it comes at the end only."
  end
  -- A key that accepts is recorded, and not what it accepts.
  if vim.fn.reg_recording() ~= "" then
    return "none comes while a macro is recorded."
  end
  if vim.fn.getcurpos()[4] > 0 then
    return "the cursor stands beside the text ('virtualedit')."
  end
  return nil
end

--- True in insert mode, also while a menu of Neovim's is open.
---@return boolean
function M.is_insert()
  local mode = vim.api.nvim_get_mode().mode
  return mode == "i" or mode == "ic"
end

--- True where ghost text may be shown now: the user types text, and neither anything else nor a menu is in
--- the way.
---@param buf integer
---@return boolean
function M.may_show(buf)
  local is_typing = M.is_insert() and vim.fn.reg_executing() == ""
  return is_typing and not M.obstacle(buf) and not require("zeke.complete.menu").hides()
end

return M
