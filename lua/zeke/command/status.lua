--- `:ZekeStatus` and `:ZekeJoin`: how things stand, in one line.
local M = {}

---@return string
local function attached()
  local names = {}
  for _, client in ipairs(require("zeke.session").clients()) do
    names[#names + 1] = client.isSelf and "this Neovim" or require("zeke.text").clean(client.name)
  end
  return table.concat(names, ", ")
end

---@return string
local function line()
  local status = require("zeke.statusline").get()
  if not status.model then
    return "No conversation is joined. :ZekeChat opens it."
  end
  local amounts = require("zeke.cost.amounts")
  local parts = { require("zeke.text").clean(status.model) }
  local used, size = status.context.used, status.context.size
  if used then
    local whole = size and (" of %s"):format(amounts.tokens(size)) or ""
    parts[#parts + 1] = ("%s%s tokens of context"):format(amounts.tokens(used), whole)
  end
  parts[#parts + 1] = status.cost and amounts.cost(status.cost) or nil
  parts[#parts + 1] = status.approval and "waits for your approval" or status.busy and "is at work" or nil
  parts[#parts + 1] = status.clients > 0 and ("attached: " .. attached()) or "not joined"
  return table.concat(parts, " · ")
end

--- Says which model answers, what it cost and who is attached. Joins nothing.
function M.say()
  require("zeke.notify").info(line())
end

--- Joins the conversation, and says what it is.
function M.join()
  require("zeke.rpc").join(function(err)
    if err then
      return require("zeke.rpc").report(err)
    end
    require("zeke.notify").info("Joined the conversation of " .. require("zeke.place").root() .. ".")
  end)
end

return M
