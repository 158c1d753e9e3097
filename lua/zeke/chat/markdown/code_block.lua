--- The code block at a line of an answer, and the file it is for, as far as the answer says. Pure.
local M = {}

---@class zeke.chat.CodeBlock
---@field lines string[]
---@field info string What stands behind the opening fence.
---@field before string The last line with text above it.
---@field first integer Index of the opening fence.
---@field last integer

--- A line of a block without the indentation that its fence has: in a list all of it is indented.
---@param line string
---@param indent string
---@return string
local function outdented(line, indent)
  local own = #line:match("^%s*")
  return line:sub(math.min(own, #indent) + 1)
end

--- The block that holds the line, or the next one below it, or the last one above it.
---@param lines string[]
---@param line integer
---@return zeke.chat.CodeBlock?
function M.find(lines, line)
  local nearest, open
  local before = ""
  for index, text in ipairs(lines) do
    local indent, mark, info = text:match("^(%s*)(```+)%s*([^`]*)$")
    if not mark then
      indent, mark, info = text:match("^(%s*)(~~~+)%s*(.*)$")
    end
    if open and mark and mark:sub(1, #open.mark) == open.mark and info == "" then
      open.block.last = index
      nearest = open.block
      open = nil
      if nearest.last >= line then
        return nearest
      end
    elseif open then
      table.insert(open.block.lines, outdented(text, open.indent))
    elseif mark then
      local block = { lines = {}, info = vim.trim(info), before = before, first = index, last = index }
      open = { mark = mark, indent = indent, block = block }
    end
    if not open and text:find("%S") then
      before = text
    end
  end
  -- One that is still being written.
  return open and open.block or nearest
end

--- A word that looks like a path of a file: with a name that has an ending, or a folder.
---@param word string
---@return string?
local function path_in(word)
  local path = word:gsub("^[`*\"'(%[:]+", ""):gsub("[`*\"')%]:,;.]+$", ""):gsub(":%d+%-?%d*$", "")
  local is_named = path:find("[^/.]%.%w+$") or path:find("%w/%w") or path:find("^%.%a[%w_.-]+$")
  if path:find("^[%w_@.][%w_@./+-]*$") and is_named and #path < 400 then
    return path
  end
end

---@param text string
---@return string?
local function first_path(text)
  for word in text:gmatch("%S+") do
    local path = path_in(word)
    if path then
      return path
    end
  end
end

--- The file a block is for: named behind the fence (`ts src/a.ts`, `ts:src/a.ts`, `title="src/a.ts"`), in
--- the line above, or in a comment on its first line.
---@param block zeke.chat.CodeBlock
---@return string?
function M.path(block)
  local value = block.info:match("[%w]+=[\"']?([^\"'%s}]+)")
  local behind = block.info:match("^[^%s:]*:(%S+)$") or block.info:match("^%S+%s+(%S+)$")
  local named = value and path_in(value) or behind and path_in(behind) or path_in(block.info)
  if named or block.info:find("[:=]") and first_path(block.info) then
    return named or first_path(block.info)
  end
  local above = block.before:match("`([^`]+)`") or block.before:match("%*%*([^*]+)%*%*")
  local in_heading = above and path_in(above) or first_path(block.before:find("[:#*]") and block.before or "")
  if in_heading then
    return in_heading
  end
  local comment = (block.lines[1] or ""):match("^%s*[/#%-;<!*]+%s*(%S+)")
  return comment and path_in(comment) or nil
end

M.path_in = path_in

return M
