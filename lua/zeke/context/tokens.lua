--- What stands behind the words of a prompt that name context: `#buffer`, `#selection` … Each resolver
--- calls back with an attachment, a mention, or why there is none.
local M = {}

---@class zeke.Attachment
---@field label string
---@field text string

---@class zeke.Found
---@field attachment? zeke.Attachment
---@field mention? string A path that Zeke reads itself.
---@field problem? string

local MAX_BYTES = 1024 * 1024
local MAX_ITEMS = 200

---@class zeke.TokenKind
---@field desc string
---@field argument? "optional"|"required"
---@field resolve fun(argument: string?, focus: zeke.Focus?, done: fun(found: zeke.Found))

---@param buf integer
---@return string label A path of the project, or the buffer's own name.
function M.label(buf)
  local path = require("zeke.context.focus").path(buf)
  if path then
    return path
  end
  local name = vim.api.nvim_buf_get_name(buf)
  return name == "" and ("buffer %d"):format(buf) or vim.fn.fnamemodify(name, ":t")
end

--- Lines of a buffer as an attachment; `first` and `last` count from 1.
---@param buf integer
---@param first integer
---@param last integer
---@return zeke.Found
function M.lines(buf, first, last)
  local name = vim.api.nvim_buf_get_name(buf)
  local label = M.label(buf)
  if name ~= "" and require("zeke.context.secret").is_secret(vim.fs.normalize(name)) then
    return { problem = ("%s is not attached: files of this name hold secrets."):format(label) }
  end
  local count = vim.api.nvim_buf_line_count(buf)
  first, last = math.max(1, math.min(first, count)), math.min(last, count)
  local start = vim.api.nvim_buf_get_offset(buf, first - 1)
  if vim.api.nvim_buf_get_offset(buf, last) - start > MAX_BYTES then
    return { problem = ("%s is not attached: it is larger than 1 MB. Select what matters."):format(label) }
  end
  local lines = require("zeke.text").valid_lines(vim.api.nvim_buf_get_lines(buf, first - 1, last, false))
  if first > 1 or last < count then
    label = ("%s:%d-%d"):format(label, first, last)
  end
  return { attachment = { label = label, text = table.concat(lines, "\n") } }
end

---@param name string
---@return integer?
local function find_buffer(name)
  local found
  for _, info in ipairs(vim.fn.getbufinfo({ bufloaded = 1 })) do
    local label = M.label(info.bufnr)
    if label == name then
      return info.bufnr
    end
    if vim.bo[info.bufnr].buftype == "" and vim.endswith(label, "/" .. name) then
      found = found or info.bufnr
    end
  end
  return found
end

---@type table<string, zeke.TokenKind>
M.kinds = {}

M.kinds.buffer = {
  desc = "the buffer you work in, or another one by its name",
  argument = "optional",
  resolve = function(name, focus, done)
    local buf = name and find_buffer(name) or (not name and focus and focus.buf) or nil
    if not buf then
      return done({ problem = name and ("#buffer:%s is no open buffer."):format(name) or "#buffer: no file is open." })
    end
    local path = require("zeke.context.focus").path(buf)
    if path and not vim.bo[buf].modified and vim.uv.fs_stat(vim.api.nvim_buf_get_name(buf)) then
      local found = M.lines(buf, 1, 1)
      return done(found.problem and found or { mention = path })
    end
    done(M.lines(buf, 1, vim.api.nvim_buf_line_count(buf)))
  end,
}

M.kinds.selection = {
  desc = "the last selection in the buffer you work in",
  resolve = function(_, focus, done)
    local first = focus and vim.api.nvim_buf_get_mark(focus.buf, "<")[1] or 0
    local last = focus and vim.api.nvim_buf_get_mark(focus.buf, ">")[1] or 0
    if first == 0 or last == 0 then
      return done({ problem = "#selection: nothing was selected." })
    end
    done(M.lines(focus.buf, first, last))
  end,
}

M.kinds.diagnostics = {
  desc = "what is wrong in the buffer you work in",
  resolve = function(_, focus, done)
    local lines = {}
    for _, item in ipairs(focus and vim.diagnostic.get(focus.buf) or {}) do
      if #lines < MAX_ITEMS then
        local severity = vim.diagnostic.severity[item.severity]:lower()
        lines[#lines + 1] = ("%d:%d: %s: %s"):format(item.lnum + 1, item.col + 1, severity, item.message)
      end
    end
    if #lines == 0 then
      return done({ problem = "#diagnostics: there are none." })
    end
    done({ attachment = { label = "diagnostics of " .. M.label(focus.buf), text = table.concat(lines, "\n") } })
  end,
}

M.kinds.quickfix = {
  desc = "the quickfix list",
  resolve = function(_, _, done)
    local lines = {}
    for _, item in ipairs(vim.fn.getqflist()) do
      if #lines < MAX_ITEMS then
        local where = item.bufnr > 0 and ("%s:%d: "):format(M.label(item.bufnr), item.lnum) or ""
        lines[#lines + 1] = where .. item.text
      end
    end
    if #lines == 0 then
      return done({ problem = "#quickfix: the list is empty." })
    end
    local text = table.concat(require("zeke.text").valid_lines(lines), "\n")
    done({ attachment = { label = "quickfix list", text = text } })
  end,
}

--- Asks a service; what it says is no reason to keep the message back.
---@param token string
---@param method string
---@param params table
---@param done fun(found: zeke.Found)
---@param take fun(result: table): zeke.Found
local function ask(token, method, params, done, take)
  require("zeke.rpc").ask(method, params, {
    on_done = function(err, result)
      if err then
        return done({ problem = ("%s: %s"):format(token, err.message) })
      end
      done(take(result))
    end,
  })
end

M.kinds.diff = {
  desc = "what changed since the last commit",
  resolve = function(_, _, done)
    ask("#diff", "diff", {}, done, function(result)
      if vim.trim(result.text) == "" then
        return { problem = "#diff: nothing changed since the last commit." }
      end
      return { attachment = { label = "diff against the last commit", text = result.text } }
    end)
  end,
}

M.kinds.symbol = {
  desc = "a definition by its name",
  argument = "required",
  resolve = function(name, _, done)
    if not name then
      return done({ problem = "#symbol needs a name: #symbol:parseLine." })
    end
    ask("#symbol:" .. name, "definition", { name = name }, done, function(result)
      local definition = result.definition
      if not definition then
        return { problem = ("#symbol:%s is not defined in this project."):format(name) }
      end
      local label = ("%s:%d-%d"):format(definition.path, definition.startLine, definition.endLine)
      return { attachment = { label = label, text = definition.text } }
    end)
  end,
}

--- The names in a prompt, in order, each once: `{"buffer", "a.ts"}`. Only known ones: `#include` is text.
---@param text string
---@return { name: string, argument?: string }[]
function M.find(text)
  local found, seen = {}, {}
  for before, name, rest in (" " .. text):gmatch("([%s(])#(%l+)(%S*)") do
    local kind = M.kinds[name]
    local argument = kind and kind.argument and rest:match("^:([^%s,;!?)]+)") or nil
    argument = argument and argument:gsub("[.:]+$", "")
    local key = name .. ":" .. (argument or "")
    if before and kind and not seen[key] and not rest:find("^[%w_-]") then
      seen[key] = true
      found[#found + 1] = { name = name, argument = argument }
    end
  end
  return found
end

--- Paths named with `@`, in order, each once: `@src/a.ts`, `@src/a.ts:3-9`, `@"with space.ts"`.
---@param text string
---@return string[]
function M.mentions(text)
  local found, seen = {}, {}
  local function add(path)
    if path ~= "" and not seen[path] then
      seen[path] = true
      found[#found + 1] = path
    end
  end
  local at = 1
  local line = " " .. text
  while true do
    local _, sign = line:find("%s@", at)
    if not sign then
      return found
    end
    local quoted, range = line:match('^"([^"\n]+)"(:?[%d-]*)', sign + 1)
    if quoted then
      add(quoted .. (range:find("^:%d") and range or ""))
    else
      add((line:match('^[^%s"@]*', sign + 1):gsub("[.,;:!?)%]}]+$", "")))
    end
    at = sign + 1
  end
end

return M
