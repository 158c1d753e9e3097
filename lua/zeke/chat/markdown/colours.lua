--- Markdown colours for a buffer that grows many times in a second.
local M = {}

--- Longer paragraphs and lines are shown without colours: they would be read anew with each piece.
local MAX_INLINE_BYTES = 20000
--- A line that is longer takes all of them away: it would be looked through at each change and each time that
--- it is drawn, by the syntax from each of its columns on.
local MAX_LINE_BYTES = { parser = 200000, syntax = 10000 }
local MAX_SYNTAX_COLUMNS = 1000
--- What else is in Markdown. Neovim's own list has parts that are read as one however far they are from
--- each other (HTML): with those, each change looks through all of the text.
local INJECTIONS = [[
  (fenced_code_block
    (info_string (language) @injection.language)
    (code_fence_content) @injection.content)
  ([(inline) (pipe_table_cell)] @injection.content
    (#zeke-short? @injection.content)
    (#set! injection.language "markdown_inline"))
]]

--- True for what is short enough to be read with each change.
---@param match table<integer, TSNode[]>
---@param predicate any[]
---@return boolean
local function is_short(match, _, _, predicate)
  for _, node in ipairs(match[predicate[2]] or {}) do
    if node:byte_length() > MAX_INLINE_BYTES then
      return false
    end
  end
  return true
end

---@type table<integer, "parser"|"syntax">
local started = {}

--- Starts them, unless they are. Before Neovim 0.12 by the syntax alone: every change would look for other languages in
--- all of the text there, which takes longer than a key may.
---@param buf integer
function M.start(buf)
  if started[buf] then
    return
  end
  local has_started = vim.fn.has("nvim-0.12") == 1
    and pcall(function()
      vim.treesitter.query.add_predicate("zeke-short?", is_short, { force = true })
      vim.treesitter.get_parser(buf, "markdown", { injections = { markdown = INJECTIONS } })
      vim.treesitter.start(buf, "markdown")
    end)
  if not has_started then
    vim.bo[buf].synmaxcol = MAX_SYNTAX_COLUMNS
    vim.bo[buf].syntax = "markdown"
  end
  started[buf] = has_started and "parser" or "syntax"
end

--- Takes them away where a line is too long, until the conversation is written anew.
---@param buf integer
---@param lines string[] What is about to be written.
---@param before? integer Bytes that stand before the first of them.
function M.look(buf, lines, before)
  local limit = MAX_LINE_BYTES[started[buf]]
  for index, line in ipairs(limit and lines or {}) do
    if #line + (index == 1 and before or 0) > limit then
      started[buf] = nil
      pcall(vim.treesitter.stop, buf)
      vim.bo[buf].syntax = ""
      return
    end
  end
end

return M
