--- The lines of the function, class or the like that the cursor stands in.
local M = {}

--- What parsers call a definition, in whatever language.
local WORDS = { "function", "method", "class", "struct", "impl", "interface", "enum", "constructor" }
--- Around a cursor in no definition.
local LINES_AROUND = 20

---@param node_type string
---@return boolean
local function is_definition(node_type)
  local is_whole = node_type:find("declaration") or node_type:find("definition") or node_type:find("_item$")
  if not is_whole then
    return node_type == "arrow_function" or node_type == "method" or node_type == "function"
  end
  for _, word in ipairs(WORDS) do
    if node_type:find(word, 1, true) then
      return true
    end
  end
  return false
end

--- By the parser of the buffer's language; without one, the lines around the cursor.
---@return { first: integer, last: integer }
function M.at_cursor()
  local line = vim.api.nvim_win_get_cursor(0)[1]
  local ok, node = pcall(function()
    vim.treesitter.get_parser(0):parse()
    return vim.treesitter.get_node()
  end)
  while ok and node do
    if is_definition(node:type()) then
      local first, _, last, last_column = node:range()
      return { first = first + 1, last = last_column == 0 and last or last + 1 }
    end
    node = node:parent()
  end
  local count = vim.api.nvim_buf_line_count(0)
  return { first = math.max(1, line - LINES_AROUND), last = math.min(count, line + LINES_AROUND) }
end

return M
