--- What stands behind the words of a prompt that name context: `#buffer`, `#selection` … Each resolver
--- calls back with an attachment, a mention, or why there is none.
local M = {}

---@class zeke.Attachment
---@field label string
---@field text string

---@class zeke.Found
---@field attachment? zeke.Attachment
---@field mention? string A path that Zeke reads itself.
---@field problem? string Why not, or not all of it.

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

--- Why nothing that stands in a buffer may be sent; nil where it may.
---@param buf integer
---@return string?
local function secret_problem(buf)
  local name = vim.api.nvim_buf_get_name(buf)
  if name ~= "" and require("zeke.context.secret").is_secret(vim.fs.normalize(name)) then
    return ("%s is not attached: files of this name hold secrets."):format(M.label(buf))
  end
end

--- Lines of a buffer as an attachment; `first` and `last` count from 1.
---@param buf integer
---@param first integer
---@param last integer
---@return zeke.Found
function M.lines(buf, first, last)
  local label = M.label(buf)
  local refused = secret_problem(buf)
  if refused then
    return { problem = refused }
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

--- What is selected in the lines of a buffer, where that is less than these lines.
---@param buf integer
---@param first integer
---@param last integer
---@return { text: string, columns: string }?
local function piece(buf, first, last)
  local from, to = vim.api.nvim_buf_get_mark(buf, "<"), vim.api.nvim_buf_get_mark(buf, ">")
  local found = vim.api.nvim_buf_call(buf, function()
    local mode = vim.fn.visualmode()
    if mode == "V" or mode == "" or from[1] ~= first or to[1] ~= last then
      return nil
    end
    return vim.fn.getregion(vim.fn.getpos("'<"), vim.fn.getpos("'>"), { type = mode })
  end)
  local whole = vim.api.nvim_buf_get_lines(buf, first - 1, last, false)
  if not found or vim.deep_equal(found, whole) then
    return nil
  end
  local text = table.concat(require("zeke.text").valid_lines(found), "\n")
  -- A selection that goes to the ends of lines has the last column there is.
  local last_column = math.min(to[2] + 1, #whole[#whole])
  return { text = text, columns = ("columns %d to %d"):format(from[2] + 1, last_column) }
end

--- What is selected in a buffer: the lines of a selection by lines, else its very characters.
---@param buf integer
---@param first integer
---@param last integer
---@return zeke.Found
function M.selection(buf, first, last)
  local found = M.lines(buf, first, last)
  local selected = found.attachment and piece(buf, first, last)
  if selected and vim.trim(selected.text) ~= "" then
    local label = found.attachment.label:gsub(":%d+%-%d+$", "")
    label = ("%s:%d-%d (%s)"):format(label, first, last, selected.columns)
    return { attachment = { label = label, text = selected.text } }
  end
  return found
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
    done(M.selection(focus.buf, first, last))
  end,
}

M.kinds.diagnostics = {
  desc = "what is wrong in the buffer you work in",
  resolve = function(_, focus, done)
    local lines = {}
    local refused = focus and secret_problem(focus.buf)
    if refused then
      return done({ problem = refused })
    end
    for _, item in ipairs(focus and vim.diagnostic.get(focus.buf) or {}) do
      if #lines < MAX_ITEMS then
        local severity = vim.diagnostic.severity[item.severity]:lower()
        lines[#lines + 1] = ("%d:%d: %s: %s"):format(item.lnum + 1, item.col + 1, severity, item.message)
      end
    end
    if #lines == 0 then
      return done({ problem = "#diagnostics: there are none." })
    end
    local text = table.concat(vim.tbl_map(require("zeke.text").valid, lines), "\n")
    done({ attachment = { label = "diagnostics of " .. M.label(focus.buf), text = text } })
  end,
}

M.kinds.quickfix = {
  desc = "the quickfix list",
  resolve = function(_, _, done)
    local lines, problem = {}, nil
    for _, item in ipairs(vim.fn.getqflist()) do
      -- What a search found in such a file is the secret.
      local refused = item.bufnr > 0 and secret_problem(item.bufnr) or nil
      if refused then
        problem = "#quickfix: " .. refused
      elseif #lines < MAX_ITEMS then
        local where = item.bufnr > 0 and ("%s:%d: "):format(M.label(item.bufnr), item.lnum) or ""
        lines[#lines + 1] = where .. item.text
      end
    end
    if #lines == 0 then
      return done({ problem = problem or "#quickfix: the list is empty." })
    end
    local text = table.concat(require("zeke.text").valid_lines(lines), "\n")
    done({ attachment = { label = "quickfix list", text = text }, problem = problem })
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
      local problem
      if result.leftOut and #result.leftOut > 0 then
        local names = require("zeke.text").clean(table.concat(result.leftOut, ", "))
        problem = ("#diff: without %s: files of this name hold secrets."):format(names)
      end
      if #result.text > MAX_BYTES then
        return { problem = "#diff is not attached: it is larger than 1 MB." }
      elseif vim.trim(result.text) == "" then
        return { problem = problem or "#diff: nothing changed since the last commit." }
      end
      return { attachment = { label = "diff against the last commit", text = result.text }, problem = problem }
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

--- What stands behind a name: `:a.ts`, `:"with space.ts"`.
---@param rest string What follows the name.
---@return string?
local function argument_in(rest)
  local quoted = rest:match('^:"([^"\n]+)"')
  if quoted then
    return quoted
  end
  local argument = rest:match("^:([^%s,;!?)]+)")
  return argument and (argument:gsub("[.:]+$", "")) or nil
end

--- The names in a prompt, in order, each once: `{"buffer", "a.ts"}`. Only known ones: `#include` is text.
---@param text string
---@return { name: string, argument?: string }[]
function M.find(text)
  local found, seen = {}, {}
  local line = " " .. text
  for name, at in line:gmatch("[%s(]#(%l+)()") do
    local kind, rest = M.kinds[name], line:sub(at)
    local argument = kind and kind.argument and argument_in(rest) or nil
    local key = name .. ":" .. (argument or "")
    if kind and not seen[key] and not rest:find("^[%w_-]") then
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
