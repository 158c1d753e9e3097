--- Menus of completions, over which no ghost text is shown: Neovim's own, and those that plugins draw.
local M = {}

--- By a plugin's module: its function that says whether its menu is open.
local QUESTIONS = { cmp = "visible", ["blink.cmp"] = "is_visible" }

---@type fun()?
local listener
--- nvim-cmp tells only whoever asked it to, and it may be loaded at any time.
local has_asked_cmp = false

local function tell()
  if listener then
    -- The plugin is still about to open or close it.
    vim.schedule(listener)
  end
end

---@param cmp table
local function listen_to_cmp(cmp)
  if not has_asked_cmp and type(cmp.event) == "table" then
    has_asked_cmp = true
    cmp.event:on("menu_opened", tell)
    cmp.event:on("menu_closed", tell)
  end
end

--- True while a menu is open.
---@return boolean
function M.is_open()
  if vim.fn.pumvisible() ~= 0 then
    return true
  end
  for module, question in pairs(QUESTIONS) do
    local loaded = package.loaded[module]
    if type(loaded) == "table" and type(loaded[question]) == "function" then
      local ok, is_open = pcall(loaded[question])
      if ok and is_open then
        if module == "cmp" then
          listen_to_cmp(loaded)
        end
        return true
      end
    end
  end
  return false
end

--- Calls back when a plugin has opened or closed a menu. Neovim itself tells of its own as of changed text.
---@param group integer An augroup.
---@param callback fun()
function M.on_change(group, callback)
  listener = callback
  vim.api.nvim_create_autocmd("User", {
    group = group,
    pattern = { "BlinkCmpMenuOpen", "BlinkCmpMenuClose", "BlinkCmpHide" },
    callback = tell,
  })
end

return M
