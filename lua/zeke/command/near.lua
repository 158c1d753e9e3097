--- Names that resemble a mistyped one.
local M = {}

local MAX_NAMES = 5

--- How many letters have to be inserted, deleted or changed to make one word of the other.
---@param left string
---@param right string
---@return integer
local function distance(left, right)
  local row = {}
  for column = 0, #right do
    row[column] = column
  end
  for line = 1, #left do
    local diagonal = row[0]
    row[0] = line
    for column = 1, #right do
      local is_same = left:byte(line) == right:byte(column)
      local best = math.min(diagonal + (is_same and 0 or 1), row[column] + 1, row[column - 1] + 1)
      diagonal, row[column] = row[column], best
    end
  end
  return row[#right]
end

--- How far a name is from what was typed: nil where nobody can have meant it. Its words are looked at, too:
--- `sonet` is near `anthropic/claude-sonnet-4` by one of them.
---@param typed string
---@param name string
---@return integer?
local function rank(typed, name)
  local tail = name:match("/([^/]+)$")
  if name == typed or tail == typed then
    return 0
  end
  if name:find(typed, 1, true) then
    return 1
  end
  local allowed = #typed < 4 and 1 or math.max(2, math.floor(#typed / 3))
  local best = distance(typed, name)
  for _, word in ipairs(vim.split(name, "[/:_-]", { trimempty = true })) do
    best = math.min(best, distance(typed, word))
  end
  best = tail and math.min(best, distance(typed, tail)) or best
  return best <= allowed and best + 1 or nil
end

--- The names nearest to what was typed, the nearest first; none where all are far.
---@param typed string
---@param names string[]
---@return string[]
function M.find(typed, names)
  local ranks, found = {}, {}
  for _, name in ipairs(names) do
    ranks[name] = rank(typed:lower(), name:lower())
    found[#found + 1] = ranks[name] and name or nil
  end
  table.sort(found, function(left, right)
    if ranks[left] ~= ranks[right] then
      return ranks[left] < ranks[right]
    end
    return left < right
  end)
  return vim.list_slice(found, 1, MAX_NAMES)
end

return M
