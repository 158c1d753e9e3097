--- Earlier turns of a long conversation: Zeke tells the last ones when this Neovim joins, and those before them a
--- portion at a time when they are asked for. `:ZekeEarlier`, `gl`.
local M = {}

---@type zeke.Ask?
local asked
--- The conversation of which all turns are wanted.
---@type string?
local wants_all

local function ask()
  local session = require("zeke.session")
  local session_id = session.get().sessionId
  local is_settled = false
  local question = require("zeke.rpc").ask("earlier-turns", {
    sessionId = session_id,
    before = session.get().earlierTurnCount,
  }, {
    on_done = function(err, result)
      asked, is_settled = nil, true
      if result and session.add_earlier(session_id, result) then
        return require("zeke.chat.transcript").extend()
      end
      wants_all = nil
      local state = session.get()
      if err and err.kind ~= "cancelled" and state and state.sessionId == session_id then
        require("zeke.notify").failure(err)
      end
    end,
  })
  asked = not is_settled and question or nil
end

--- What was told is shown: asks for the next turns where all are wanted.
function M.go_on()
  local state = require("zeke.session").get()
  if asked or not state or wants_all ~= state.sessionId or state.earlierTurnCount == 0 then
    return
  end
  ask()
end

--- Loads no more. Tells whether it was about to.
---@return boolean
function M.stop()
  local was_loading = asked ~= nil or wants_all ~= nil
  if asked then
    asked.cancel()
  end
  asked, wants_all = nil, nil
  return was_loading
end

--- Loads the turns before those that are here: one portion of them, or all.
---@param is_all boolean
function M.load(is_all)
  local state = require("zeke.session").get()
  if not state then
    return require("zeke.notify").info("No conversation is joined yet. :ZekeChat joins it.")
  elseif state.earlierTurnCount == 0 then
    return require("zeke.notify").info("The conversation is here from its first turn on.")
  end
  wants_all = (is_all or wants_all == state.sessionId) and state.sessionId or nil
  if not asked then
    ask()
  end
end

--- `:ZekeEarlier[!]`: where no window shows the conversation, it is opened.
---@param ctx zeke.CommandContext
function M.command(ctx)
  if not require("zeke.chat.layout").windows() then
    require("zeke.chat").open()
  end
  M.load(ctx.bang)
end

return M
