--- Menus of completions, Neovim's own and those that plugins draw: beside an open one ghost text has the
--- line of the cursor to itself, and what lies below belongs to the menu.
local M = {}

--- For how long after a menu was seen open ghost text keeps to one line. While somebody types, menus close
--- and open at each word, and lines that come and go as often would make all the text below jump.
local LINGER_MS = 400

---@class zeke.MenuPlugin
---@field is_open fun(plugin: table): boolean
---@field is_previewing fun(plugin: table): boolean It writes what it offers at the cursor, as ghost text is.

--- By a plugin's module.
---@type table<string, zeke.MenuPlugin>
local PLUGINS = {
  ["blink.cmp"] = {
    is_open = function(blink)
      return blink.is_menu_visible()
    end,
    is_previewing = function(blink)
      return blink.is_ghost_text_visible()
    end,
  },
  cmp = {
    -- Its `visible()` would wait until it has searched for what was typed last: up to a second for each key.
    is_open = function(cmp)
      return cmp.core.view:visible()
    end,
    is_previewing = function(cmp)
      return cmp.core.view:visible() and cmp.get_config().experimental.ghost_text
    end,
  },
}

---@type fun()?
local listener
--- nvim-cmp tells only whoever asked it to, and it may be loaded at any time.
local has_asked_cmp = false
--- When a menu was seen open last, in milliseconds of the loop's clock.
local seen_open_ms = -LINGER_MS
--- Runs until then is long enough ago.
---@type uv.uv_timer_t?
local timer

local function tell()
  if listener then
    -- The plugin is still about to open or close it.
    vim.schedule(listener)
  end
end

---@param cmp any
local function listen_to_cmp(cmp)
  if not has_asked_cmp and type(cmp) == "table" and type(cmp.event) == "table" then
    has_asked_cmp = true
    cmp.event:on("menu_opened", tell)
    cmp.event:on("menu_closed", tell)
  end
end

--- What a plugin says that is loaded; one of another version than we know says nothing.
---@param question "is_open"|"is_previewing"
---@return boolean
local function does_any(question)
  listen_to_cmp(package.loaded.cmp)
  for module, plugin in pairs(PLUGINS) do
    local loaded = package.loaded[module]
    if type(loaded) == "table" then
      local ok, answer = pcall(plugin[question], loaded)
      if ok and answer then
        return true
      end
    end
  end
  return false
end

--- True while a menu is open.
---@return boolean
local function is_open()
  return vim.fn.pumvisible() ~= 0 or does_any("is_open")
end

--- True while a menu has put what it offers behind the cursor: two such texts are none.
---@return boolean
local function is_previewing()
  local is_preinserted = vim.fn.exists("*preinserted") == 1 and vim.fn.preinserted() ~= 0
  return is_preinserted or does_any("is_previewing")
end

---@return "line"|"all"|"hide"
local function wanted()
  return require("zeke.config").get().completion.with_menu
end

--- True while ghost text has to wait for a menu.
---@return boolean
function M.hides()
  return is_previewing() or (wanted() == "hide" and is_open())
end

--- True while only the line of the cursor is free for ghost text. The listener is told when that is over.
---@return boolean
function M.leaves_one_line()
  if wanted() ~= "line" then
    return false
  end
  local now_ms = vim.uv.now()
  if is_open() then
    seen_open_ms = now_ms
    return true
  end
  local left_ms = seen_open_ms + LINGER_MS - now_ms
  if left_ms <= 0 then
    return false
  end
  if not timer then
    timer = vim.defer_fn(function()
      timer = nil
      tell()
    end, left_ms)
  end
  return true
end

--- Calls back when a menu has opened or closed, and when one that did leaves more than a line.
---@param group integer An augroup.
---@param callback fun()
function M.on_change(group, callback)
  listener = callback
  vim.api.nvim_create_autocmd("User", {
    group = group,
    pattern = { "BlinkCmpMenuOpen", "BlinkCmpMenuClose", "BlinkCmpHide" },
    callback = tell,
  })
  -- Neovim itself tells of changed text, and where a menu of its own went without any.
  vim.api.nvim_create_autocmd("CompleteDone", { group = group, callback = tell })
end

return M
