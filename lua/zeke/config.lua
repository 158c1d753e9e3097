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
  },
  statusline = {
    icons = true,
  },
}

---@param value any
---@return boolean
local function is_command(value)
  local parts = type(value) == "table" and vim.islist(value) and value or { value }
  return #parts > 0 and vim.iter(parts):all(function(part)
    return type(part) == "string" and part ~= ""
  end)
end

--- What is not told by the default's own type.
local SPECIAL = {
  binary = function(value)
    return is_command(value), "a program, or a list of a program and its arguments"
  end,
  ["chat.layout"] = function(value)
    return vim.tbl_contains({ "vsplit", "split", "float", "tab" }, value), '"vsplit", "split", "float" or "tab"'
  end,
  ["completion.backend"] = function(value)
    return vim.tbl_contains({ "auto", "extmarks", "lsp" }, value), '"auto", "extmarks" or "lsp"'
  end,
  ["completion.enabled"] = function(value)
    return type(value) == "boolean" or value == "auto", 'true, false or "auto"'
  end,
  ["completion.model"] = function(value)
    return type(value) == "string", "a string"
  end,
  ["completion.filetypes"] = function(value)
    return type(value) == "table", "a table"
  end,
}

---@type zeke.Config?
local merged
---@type table?
local from_setup
---@type string[]
local problems = {}

---@param path string
---@param value any
---@param default any
---@return boolean is_fine
local function check(path, value, default)
  local special = SPECIAL[path]
  local is_fine, wanted
  if special then
    is_fine, wanted = special(value)
  else
    is_fine, wanted = type(value) == type(default), "a " .. type(default)
  end
  if not is_fine then
    problems[#problems + 1] = ("%s must be %s, not %s"):format(path, wanted, vim.inspect(value))
  end
  return is_fine
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
      problems[#problems + 1] = ("%s is no setting"):format(path)
    elseif type(default) == "table" and type(value) == "table" and not SPECIAL[path] then
      merge(default, value, path .. ".")
    elseif check(path, value, default) then
      target[key] = value
    end
  end
end

---@return table
local function from_global()
  local given = vim.g.zeke
  if type(given) == "function" then
    given = given()
  end
  return type(given) == "table" and given or {}
end

--- The settings that hold. Made when first asked for.
---@return zeke.Config
function M.get()
  if merged then
    return merged
  end
  problems = {}
  merged = vim.deepcopy(M.defaults)
  merge(merged, from_global(), "")
  merge(merged, from_setup or {}, "")
  if #problems > 0 then
    require("zeke.notify").warn("Settings that were not taken: " .. table.concat(problems, "; ") .. ".")
  end
  return merged
end

--- Overrides settings. Later calls replace earlier ones. Nothing is loaded by this.
---@param opts? table See zeke.Config; every field may be left out.
function M.set(opts)
  from_setup = opts
  merged = nil
end

--- What was wrong with the settings, for `:checkhealth zeke`.
---@return string[]
function M.problems()
  M.get()
  return problems
end

return M
