--- What the user set: `vim.g.zeke` (a table, or a function that returns one), and over it `setup(opts)`.
--- Works without either. A wrong value is said once and its default holds.
local M = {}

---@class zeke.ChatConfig
---@field layout "vsplit"|"split"|"float"|"tab" Where the conversation opens.
---@field width number Columns of a vsplit or float; a share of the screen below 1.
---@field height number Lines of a split or float; a share of the screen below 1.
---@field show_reasoning boolean Whether reasoning is unfolded while it streams.
---@field auto_scroll boolean Whether the window follows the answer while the cursor is on the last line.

---@class zeke.EditConfig
---@field word_diff boolean Whether changed words are highlighted within changed lines.

---@class zeke.CompletionConfig
---@field enabled boolean|"auto" Whether ghost text comes by itself; `auto`: once a conversation is joined.
---@field model? string `provider/model` for ghost text; otherwise the conversation's.
---@field debounce_ms integer Milliseconds without a key before a model is asked.
---@field allow_paid boolean Whether a provider that is paid by request may be asked without a key of yours.
---@field filetypes table<string, boolean> Filetypes for which it is on or off; `["*"]` is the rest.
---@field backend "auto"|"extmarks"|"lsp" `auto`: `vim.lsp.inline_completion` where Neovim has it.
---@field max_lines integer Lines that are shown of one suggestion.
---@field with_menu "line"|"all"|"hide" What is shown of it while a menu of completions is open; `line`: its first line.

---@class zeke.StatuslineConfig
---@field icons boolean Whether symbols beyond ASCII are used.

---@class zeke.Config
---@field binary? string|string[] The program; otherwise bin/zeke beside the plugin, then `zeke` on PATH.
---@field notify boolean Whether notices of the conversation are shown by `vim.notify`.
---@field chat zeke.ChatConfig
---@field edit zeke.EditConfig
---@field completion zeke.CompletionConfig
---@field statusline zeke.StatuslineConfig

---@type zeke.Config
M.defaults = {
  binary = nil,
  notify = true,
  chat = {
    layout = "vsplit",
    width = 0.4,
    height = 0.4,
    show_reasoning = false,
    auto_scroll = true,
  },
  edit = {
    word_diff = true,
  },
  completion = {
    enabled = "auto",
    model = nil,
    debounce_ms = 150,
    allow_paid = false,
    filetypes = { ["*"] = true },
    backend = "auto",
    max_lines = 12,
    with_menu = "line",
  },
  statusline = {
    icons = true,
  },
}

---@param ... string
---@return fun(value: any): boolean
local function one_of(...)
  local names = { ... }
  return function(value)
    return vim.tbl_contains(names, value)
  end
end

--- A number in these bounds; NaN is in none.
---@param least number
---@param is_whole boolean
---@return fun(value: any): boolean
local function number_from(least, is_whole)
  return function(value)
    return type(value) == "number"
      and value >= least
      and value < math.huge
      and (not is_whole or math.floor(value) == value)
  end
end

---@param value any
---@return boolean
local function is_command(value)
  local parts = type(value) == "table" and vim.islist(value) and value or { value }
  return #parts > 0 and vim.iter(parts):all(function(part)
    return type(part) == "string" and part ~= ""
  end)
end

---@param value any
---@return boolean
local function is_filetypes(value)
  return type(value) == "table"
    and vim.iter(value):all(function(name, is_on)
      return type(name) == "string" and type(is_on) == "boolean"
    end)
end

--- What the default's own type does not tell: a check, and what it wants.
---@type table<string, { [1]: (fun(value: any): boolean), [2]: string }>
local SPECIAL = {
  binary = { is_command, "a program, or a list of a program and its arguments" },
  ["chat.layout"] = { one_of("vsplit", "split", "float", "tab"), '"vsplit", "split", "float" or "tab"' },
  ["chat.width"] = { number_from(0.01, false), "a number of columns, or a share of the screen below 1" },
  ["chat.height"] = { number_from(0.01, false), "a number of lines, or a share of the screen below 1" },
  ["completion.backend"] = { one_of("auto", "extmarks", "lsp"), '"auto", "extmarks" or "lsp"' },
  ["completion.enabled"] = {
    function(value)
      return type(value) == "boolean" or value == "auto"
    end,
    'true, false or "auto"',
  },
  ["completion.model"] = {
    function(value)
      return type(value) == "string" and value:find("^[^/%s]+/[^%s]+$") ~= nil
    end,
    'a string such as "provider/model"',
  },
  ["completion.debounce_ms"] = { number_from(0, true), "a whole number of milliseconds" },
  ["completion.max_lines"] = { number_from(1, true), "a whole number from 1" },
  ["completion.with_menu"] = { one_of("line", "all", "hide"), '"line", "all" or "hide"' },
  ["completion.filetypes"] = { is_filetypes, "a table of filetypes, each true or false" },
}

---@type zeke.Config?
local merged
local from_setup
---@type string[]
local problems = {}
--- What was said already: a mistake is said once, also where setup() is called again.
---@type table<string, true>
local said = {}

---@param path string
---@param value any
---@param default any
---@return boolean is_fine
local function check(path, value, default)
  local special = SPECIAL[path]
  local is_fine, wanted
  if special then
    is_fine, wanted = special[1](value), special[2]
  else
    is_fine, wanted = type(value) == type(default), "a " .. type(default)
  end
  if not is_fine then
    problems[#problems + 1] = ("%s must be %s, not %s"):format(path, wanted, vim.inspect(value))
  end
  return is_fine
end

--- Says that a name is none, and which one may have been meant.
---@param path string
---@param prefix string
---@param target table
local function refuse(path, prefix, target)
  local names = vim.tbl_keys(target)
  for special in pairs(SPECIAL) do
    local name = vim.startswith(special, prefix) and special:sub(#prefix + 1)
    if name and not name:find(".", 1, true) and target[name] == nil then
      names[#names + 1] = name
    end
  end
  local near = require("zeke.command.near").find(path:sub(#prefix + 1), names)[1]
  local hint = near and (" (did you mean %s%s?)"):format(prefix, near) or ""
  problems[#problems + 1] = ("%s is no setting%s"):format(path, hint)
end

--- Puts what was given over what is there, value by value.
---@param target table
---@param given table
---@param prefix string
local function merge(target, given, prefix)
  for key, value in pairs(given) do
    local path = prefix .. tostring(key)
    local default = target[key]
    if default == nil and not SPECIAL[path] then
      refuse(path, prefix, target)
    elseif type(default) == "table" and type(value) == "table" and not SPECIAL[path] then
      merge(default, value, path .. ".")
    elseif check(path, value, default) then
      target[key] = type(value) == "table" and vim.deepcopy(value) or value
    end
  end
end

--- What is given as a whole; nothing, and a problem, where that is no table.
---@param given any
---@param name string
---@return table
local function as_table(given, name)
  if given == nil or type(given) == "table" then
    return given or {}
  end
  problems[#problems + 1] = ("%s must be a table, not %s"):format(name, vim.inspect(given))
  return {}
end

---@return table
local function from_global()
  local given = vim.g.zeke
  if type(given) ~= "function" then
    return as_table(given, "vim.g.zeke")
  end
  local ok, result = pcall(given)
  if not ok then
    problems[#problems + 1] = "the function vim.g.zeke failed: " .. tostring(result)
    return {}
  end
  return as_table(result, "what vim.g.zeke returns")
end

--- Says what was not said yet.
local function say_problems()
  local fresh = vim.tbl_filter(function(problem)
    return not said[problem]
  end, problems)
  for _, problem in ipairs(fresh) do
    said[problem] = true
  end
  if #fresh > 0 then
    require("zeke.notify").warn("Settings that were not taken: " .. table.concat(fresh, "; ") .. ".")
  end
end

--- The settings that hold. Made when first asked for.
---@return zeke.Config
function M.get()
  if merged then
    return merged
  end
  problems = {}
  local config = vim.deepcopy(M.defaults)
  merge(config, from_global(), "")
  merge(config, as_table(from_setup, "what setup() is given"), "")
  table.sort(problems)
  merged = config
  say_problems()
  return merged
end

--- Overrides settings. Later calls replace earlier ones. Says at once what is wrong with them.
---@param opts? table See zeke.Config; every field may be left out.
function M.set(opts)
  from_setup = opts
  merged = nil
  M.get()
  -- `vim.g.zeke` may still be set: it is looked at again when something is used.
  merged = nil
end

--- What was wrong with the settings, for `:checkhealth zeke`.
---@return string[]
function M.problems()
  M.get()
  return problems
end

return M
