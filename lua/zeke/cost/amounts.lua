--- Quantities as people read them, as the terminal writes them (src/tui/frame/format.ts).
local M = {}

local MINUTE_MS = 60 * 1000

---@param number number
---@param digits integer
---@return string
local function short(number, digits)
  return (("%%.%df"):format(digits):format(number):gsub("%.0$", ""))
end

--- 1234 is `1.2k`, 200000 is `200k`, 1000000 is `1M`.
---@param count number
---@return string
function M.tokens(count)
  if count < 1000 then
    return ("%d"):format(count)
  end
  if count < 999500 then
    return short(count / 1000, count < 10000 and 1 or 0) .. "k"
  end
  return short(count / 1000000, 1) .. "M"
end

--- US dollars, with more digits below a dollar; nil is a price that nobody knows.
---@param cost_usd? number
---@return string
function M.cost(cost_usd)
  if not cost_usd then
    return "unknown"
  end
  return ((cost_usd < 1 and "$%.4f" or "$%.2f"):format(cost_usd))
end

--- How long ago a time was, roughly.
---@param at_ms number Milliseconds since the epoch.
---@return string
function M.age(at_ms)
  local minutes = math.floor((os.time() * 1000 - at_ms) / MINUTE_MS)
  if minutes < 1 then
    return "just now"
  end
  if minutes < 60 then
    return ("%d min ago"):format(minutes)
  end
  local hours = math.floor(minutes / 60)
  if hours < 24 then
    return hours == 1 and "1 hour ago" or ("%d hours ago"):format(hours)
  end
  local days = math.floor(hours / 24)
  if days < 31 then
    return days == 1 and "yesterday" or ("%d days ago"):format(days)
  end
  return tostring(os.date("%Y-%m-%d", math.floor(at_ms / 1000)))
end

return M
