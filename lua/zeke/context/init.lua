--- What goes along with a message: files, buffers, diagnostics and so on, named in it by `@` and `#`.
local M = {}

local MAX_SUGGESTIONS = 30

--- Where the user works, or worked last; nil where no file was ever open.
---@return zeke.Focus?
function M.focus()
  return require("zeke.context.focus").get()
end

--- Follows the window that the user works in, and tells Zeke of it. Called when this Neovim has joined.
function M.follow()
  require("zeke.context.focus").follow()
end

--- True for a path whose name says that it holds secrets.
---@param path string
---@return boolean
function M.is_secret(path)
  return require("zeke.context.secret").is_secret(path)
end

--- What a command's range holds: what is selected, where it was given by a selection.
---@param buf integer
---@param range { first: integer, last: integer }
---@return zeke.Found
function M.range(buf, range)
  return require("zeke.context.tokens").selection(buf, range.first, range.last)
end

---@class zeke.Expanded
---@field text string
---@field mentions string[]
---@field attachments zeke.Attachment[]
---@field editor? table
---@field problems string[] What could not be attached, and why: to be said to the user.

---@param path string
---@return string
local function without_lines(path)
  return (path:gsub(":%d+%-?%d*$", ""))
end

---@param text string
---@return string[] mentions
---@return string[] problems
local function readable_mentions(text)
  local mentions, problems = {}, {}
  for _, path in ipairs(require("zeke.context.tokens").mentions(text)) do
    if M.is_secret(without_lines(path)) then
      problems[#problems + 1] = ("%s is not attached: files of this name hold secrets."):format(path)
    else
      mentions[#mentions + 1] = path
    end
  end
  return mentions, problems
end

--- Expands a prompt for a `send` op. Calls back at once where nothing has to be asked of Zeke.
---@param text string
---@param focus? zeke.Focus
---@param done fun(expanded: zeke.Expanded)
function M.attachments(text, focus, done)
  local tokens = require("zeke.context.tokens")
  local mentions, problems = readable_mentions(text)
  local expanded = {
    text = text,
    mentions = mentions,
    attachments = {},
    editor = require("zeke.context.focus").place(focus),
    problems = problems,
  }
  local wanted = tokens.find(text)
  local found = {}
  local waiting = #wanted + 1
  local function settle()
    waiting = waiting - 1
    if waiting > 0 then
      return
    end
    for index = 1, #wanted do
      table.insert(expanded.attachments, found[index].attachment)
      table.insert(expanded.problems, found[index].problem)
      table.insert(expanded.mentions, found[index].mention)
    end
    done(expanded)
  end
  for index, token in ipairs(wanted) do
    tokens.kinds[token.name].resolve(token.argument, focus, function(one)
      found[index] = one
      settle()
    end)
  end
  settle()
end

---@class zeke.Suggestion
---@field label string What is inserted in place of `start` to `finish`.
---@field detail? string
---@field kind "file"|"variable"|"symbol"
---@field start integer Byte column, from 0.
---@field finish integer

--- How a message names a file.
---@param path string
---@return string
function M.mention_of(path)
  return path:find('[%s"]') and ('@"%s"'):format(path) or "@" .. path
end

--- Asks for names and suggests them.
---@param method "files"|"symbols"
---@param pattern string
---@param done fun(suggestions: zeke.Suggestion[])
---@param convert fun(result: table): zeke.Suggestion[]
---@return fun() cancel
local function suggest(method, pattern, done, convert)
  local asked = require("zeke.rpc").ask(method, { pattern = pattern, limit = MAX_SUGGESTIONS }, {
    on_done = function(err, result)
      done(err and {} or convert(result))
    end,
  })
  return asked.cancel
end

---@param word string What stands behind the `#`.
---@return zeke.Suggestion[]
local function variables(word)
  local tokens = require("zeke.context.tokens")
  local found = {}
  local name = word:match("^buffer:(.*)$")
  if name then
    for _, info in ipairs(vim.fn.getbufinfo({ buflisted = 1, bufloaded = 1 })) do
      local label = tokens.label(info.bufnr)
      if label:lower():find(name:lower(), 1, true) and not M.is_secret(label) and not label:find('"', 1, true) then
        local argument = label:find("[%s,;!?)]") and ('"%s"'):format(label) or label
        found[#found + 1] = { label = "#buffer:" .. argument, detail = "open buffer", kind = "variable" }
      end
    end
    return found
  end
  for kind_name, kind in pairs(tokens.kinds) do
    if vim.startswith(kind_name, word) then
      local label = "#" .. kind_name .. (kind.argument == "required" and ":" or "")
      found[#found + 1] = { label = label, detail = kind.desc, kind = "variable" }
    end
  end
  table.sort(found, function(left, right)
    return left.label < right.label
  end)
  return found
end

--- The name that is being typed at the end of a text: `@src/a`, `@"with sp`, `#buffer:"with sp`.
---@param before string
---@return integer? start
---@return string? sign
---@return string? word Without the quote.
function M.name_before(before)
  local start, sign, word = before:match('()([@#])([^%s"@#]*)$')
  if not start then
    start, sign, word = before:match('^.*()(@)"([^"]*)$')
  end
  if not start then
    local kind
    start, sign, kind, word = before:match('^.*()(#)(%l+:)"([^"]*)$')
    word = kind and kind .. word
  end
  if start and (start == 1 or before:sub(start - 1, start - 1):find("[%s(]")) then
    return start, sign, word
  end
end

--- What may stand at the cursor of a prompt: calls back with suggestions, none where no `@` or `#` is
--- being typed.
---@param line string
---@param col integer Byte column of the cursor, from 0.
---@param done fun(suggestions: zeke.Suggestion[])
---@return fun() cancel
function M.complete(line, col, done)
  local start, sign, word = M.name_before(line:sub(1, col))
  if not start then
    done({})
    return function() end
  end
  local function answer(suggestions)
    for _, suggestion in ipairs(suggestions) do
      suggestion.start = start - 1
      suggestion.finish = col
    end
    done(suggestions)
  end
  if sign == "@" then
    return suggest("files", word, answer, function(result)
      return vim.tbl_map(function(path)
        return { label = M.mention_of(path), kind = "file" }
      end, result.paths)
    end)
  end
  local symbol = word:match("^symbol:(.*)$")
  if symbol then
    return suggest("symbols", symbol, answer, function(result)
      return vim.tbl_map(function(one)
        local detail = ("%s · %s:%d"):format(one.kind, one.path, one.startLine)
        return { label = "#symbol:" .. one.name, detail = detail, kind = "symbol" }
      end, result.symbols)
    end)
  end
  answer(variables(word))
  return function() end
end

return M
