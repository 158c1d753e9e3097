--- The menu of names in a prompt: `@file`, `#symbol` and the like, opened while they are typed. What is in
--- it comes from the language server (lsp.lua), where plugins for completion find the same.
local M = {}

--- True where a plugin completes already, from all language servers: a second menu would only be in its way.
---@return boolean
local function has_completion_plugin()
  for _, name in ipairs({ "cmp", "blink.cmp", "mini.completion" }) do
    if package.loaded[name] then
      return true
    end
  end
  return false
end

--- Nothing is inserted before one is chosen, and there is a menu for a single one too.
local MENU = "menuone,noselect"

--- Opens the menu with what was found for the name at the cursor.
---@param buf integer
---@param name string What stood there when it was asked for.
---@param suggestions table[] See `context.complete`.
local function open_menu(buf, name, suggestions)
  local _, col = unpack(vim.api.nvim_win_get_cursor(0))
  local before = vim.api.nvim_get_current_line():sub(1, col)
  local is_typing = vim.fn.mode() == "i" and vim.api.nvim_get_current_buf() == buf
  if not is_typing or #suggestions == 0 or before:sub(-#name) ~= name then
    return
  end
  local items = vim.tbl_map(function(suggestion)
    return { word = suggestion.label, menu = suggestion.detail or "", dup = 1 }
  end, suggestions)
  vim.fn.complete(suggestions[1].start + 1, items)
end

--- Sets the menu's option while the user is in the prompt: before Neovim 0.11 it is one for all buffers.
---@param buf integer
---@param on fun(events: string|string[], callback: fun())
local function set_menu_option(buf, on)
  if vim.api.nvim_get_option_info2("completeopt", {}).scope == "buf" then
    vim.bo[buf].completeopt = MENU
    return
  end
  ---@type string?
  local before
  on("InsertEnter", function()
    before = before or vim.o.completeopt
    vim.o.completeopt = MENU
  end)
  on({ "InsertLeave", "BufLeave" }, function()
    if before then
      vim.o.completeopt = before
      before = nil
    end
  end)
end

--- Neovim 0.12 can open a menu of words by itself, and would do so for the letters of a name.
---@param buf integer
---@return fun(is_wanted: boolean) allow
local function words_menu(buf)
  local is_allowed = true
  return function(is_wanted)
    if is_wanted == is_allowed or vim.fn.exists("+autocomplete") == 0 then
      return
    end
    is_allowed = is_wanted
    vim.api.nvim_buf_call(buf, function()
      vim.cmd.setlocal(is_wanted and "autocomplete<" or "noautocomplete")
    end)
  end
end

--- Asks for what the name at the cursor may be, by Neovim's own completion where it can: before 0.11
--- that finds only what begins as the name does.
---@param buf integer
---@param name string
---@param line string
---@param col integer
---@return fun()? cancel
local function ask_for_menu(buf, name, line, col)
  if vim.lsp.completion then
    vim.lsp.completion.get()
    return nil
  end
  return require("zeke.context").complete(line, col, function(suggestions)
    open_menu(buf, name, suggestions)
  end)
end

--- Opens the menu while a name is typed, and anew with each key: Neovim opens it for the first sign of a
--- name alone, and not at all where the next key comes at once.
---@param buf integer
local function complete_while_typing(buf)
  local group = vim.api.nvim_create_augroup("zeke_prompt_completion_" .. buf, { clear = true })
  ---@type string?
  local asked_for
  ---@type fun()?
  local cancel
  local function stop()
    if cancel then
      cancel()
      cancel = nil
    end
  end
  local function on(events, callback)
    vim.api.nvim_create_autocmd(events, { group = group, buffer = buf, callback = callback })
  end
  set_menu_option(buf, on)
  local allow_words = words_menu(buf)
  on({ "InsertLeave", "BufLeave" }, function()
    stop()
    asked_for = nil
    allow_words(true)
  end)
  -- The next keys may be there before the text counts as changed.
  on("InsertCharPre", function()
    if vim.v.char:find("[@#]") then
      allow_words(false)
    end
  end)
  on({ "TextChangedI", "TextChangedP" }, function()
    local col = vim.api.nvim_win_get_cursor(0)[2]
    local line = vim.api.nvim_get_current_line()
    local before = line:sub(1, col)
    local start = require("zeke.context").name_before(before)
    local name = start and before:sub(start) or nil
    allow_words(name == nil)
    -- Opening a menu counts as a change of the text, and so does going through it.
    local is_new = name ~= asked_for and vim.fn.complete_info({ "selected" }).selected == -1
    asked_for = name
    if not is_new then
      return
    end
    stop()
    if name and not has_completion_plugin() then
      cancel = ask_for_menu(buf, name, line, col)
    end
  end)
end

--- Completes `@file`, `#symbol` and the like in a prompt, while typing.
---@param buf integer
function M.attach(buf)
  buf = buf == 0 and vim.api.nvim_get_current_buf() or buf
  local client_id = require("zeke.lsp").attach(buf, { completion = true })
  if not client_id then
    return
  end
  vim.bo[buf].omnifunc = "v:lua.vim.lsp.omnifunc"
  if vim.lsp.completion then
    vim.lsp.completion.enable(true, client_id, buf)
  end
  complete_while_typing(buf)
end

return M
