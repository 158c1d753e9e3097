--- Messages that wait for the running turn: one is taken back into the prompt. It is ours only once the
--- conversation says that our asking took it: somebody else may have been faster, or its turn begun.
local M = {}

---@class zeke.chat.TakenBack
---@field op_id string
---@field session_id string
---@field queued { turnId: string, message: zeke.Message }

---@type zeke.chat.TakenBack?
local asked
local is_listening = false

---@param list { turnId: string }[]
---@param turn_id string
---@return table?
local function with_id(list, turn_id)
  for _, queued in ipairs(list) do
    if queued.turnId == turn_id then
      return queued
    end
  end
end

---@param state zeke.State
---@param turn_id string
---@return boolean
local function has_begun(state, turn_id)
  local turns = state.running and { state.running } or {}
  for _, turn in ipairs(vim.list_extend(turns, state.turns)) do
    if turn.id == turn_id then
      return true
    end
  end
  return false
end

--- What came of it, once that is known.
---@param events table[]
---@param state zeke.State
local function look(events, state)
  if not asked then
    return
  end
  local turn_id, notify = asked.queued.turnId, require("zeke.notify")
  local is_same = state.sessionId == asked.session_id
  if is_same and with_id(state.queue, turn_id) then
    return
  end
  local took_it = #events == 0
  for _, event in ipairs(events) do
    took_it = took_it or (event.type == "message-unqueue" and event.opId == asked.op_id)
  end
  local message = asked.queued.message
  asked = nil
  if not is_same then
    return
  elseif has_begun(state, turn_id) then
    notify.info("That message is being answered. :ZekeStop stops the answer.")
  elseif not took_it then
    notify.info("Somebody else has taken that message back.")
  elseif message.kind then
    notify.info(("`%s` does not wait any more."):format(require("zeke.chat.blocks").one_line(message.text)))
  else
    require("zeke.chat.prompt").write_again(message)
  end
end

--- Takes a message back: the one of that turn, else the last.
---@param turn_id? string
function M.take_back(turn_id)
  local state = require("zeke.session").get()
  local queue = state and state.queue or {}
  local queued = turn_id and with_id(queue, turn_id) or queue[#queue]
  if not state or not queued then
    return require("zeke.notify").info("No message waits.")
  end
  if not is_listening then
    is_listening = true
    require("zeke.session").on(look)
  end
  local op_id = require("zeke.rpc").op({ type = "unqueue", turnId = queued.turnId }, function(err)
    if err then
      asked = nil
      require("zeke.notify").failure(err)
    end
  end)
  asked = { op_id = op_id, session_id = state.sessionId, queued = queued }
end

--- `:ZekeUnqueue`
function M.command()
  M.take_back()
end

return M
