--- What this Neovim's ghost text cost, also answers that came too late for their place and those that the
--- next key cancelled: as much as Zeke writes down.
local M = {}

local total_usd = 0

--- Counts what was paid.
---@param cost_usd? number US dollars; nil where no price is known.
function M.add(cost_usd)
  if not cost_usd or cost_usd <= 0 then
    return
  end
  total_usd = total_usd + cost_usd
  -- Where nobody shows one it is not loaded.
  local statusline = package.loaded["zeke.statusline"]
  if statusline then
    statusline.redraw()
  end
end

--- Counts what an answer says of itself.
---@param result? table
function M.answered(result)
  M.add(result and result.costUsd)
end

---@return number
function M.total_usd()
  return total_usd
end

return M
