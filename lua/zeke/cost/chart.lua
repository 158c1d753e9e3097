--- A small bar chart of block characters.
local M = {}

local BLOCKS = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" }

--- Rows of a chart, top first; each value is a column, and a value above zero is always to be seen.
---@param values number[]
---@param height integer Rows.
---@return string[]
function M.rows(values, height)
  local peak = math.max(0, unpack(values))
  local rows = {}
  for row = height, 1, -1 do
    local cells = {}
    for column, value in ipairs(values) do
      local eighths = peak > 0 and math.ceil(value / peak * height * #BLOCKS) or 0
      local here = math.min(#BLOCKS, eighths - (row - 1) * #BLOCKS)
      cells[column] = here > 0 and BLOCKS[here] or " "
    end
    rows[#rows + 1] = table.concat(cells)
  end
  return rows
end

return M
