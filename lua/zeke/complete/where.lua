--- Where ghost text may come: which buffers, and at which moments.
local M = {}

--- By buffer: what the user said of it.
---@type table<integer, boolean>
local by_buffer = {}

--- Buffers that hold no text of the user's: prompts, lists, terminals.
---@param buf integer
---@return boolean
local function is_text(buf)
  local options = vim.bo[buf]
  return options.buftype == "" and options.modifiable and not vim.wo.previewwindow and vim.fn.getcmdwintype() == ""
end

--- Says for one buffer whether ghost text comes by itself.
---@param buf integer
---@param is_on boolean
function M.set(buf, is_on)
  by_buffer[buf] = is_on
end

--- True where the user wants it, by buffer, by filetype or at all.
---@param buf integer
---@param is_on boolean What holds for all buffers.
---@return boolean
function M.is_wanted(buf, is_on)
  if by_buffer[buf] ~= nil then
    return by_buffer[buf]
  end
  if not is_on then
    return false
  end
  local filetypes = require("zeke.config").get().completion.filetypes
  local own = filetypes[vim.bo[buf].filetype]
  if own ~= nil then
    return own
  end
  return filetypes["*"] ~= false
end

--- True while a menu of completions is open: Neovim's, or one of the usual plugins'.
---@return boolean
function M.has_menu()
  if vim.fn.pumvisible() ~= 0 then
    return true
  end
  for module, question in pairs({ cmp = "visible", ["blink.cmp"] = "is_visible" }) do
    local loaded = package.loaded[module]
    if type(loaded) == "table" and type(loaded[question]) == "function" then
      local ok, is_open = pcall(loaded[question])
      if ok and is_open then
        return true
      end
    end
  end
  return false
end

--- True where ghost text may be shown now: the user types text, and nothing else lies over it.
---@param buf integer
---@return boolean
function M.may_show(buf)
  local is_typing = vim.api.nvim_get_mode().mode == "i" and vim.fn.reg_executing() == ""
  return is_typing and is_text(buf) and not M.has_menu()
end

return M
