--- Ops that are not known to be done, in order: a next host is asked again. They wait until it is known
--- which conversation a host has: one that was starting when another died may have begun a new one.
local M = {}

local ID_CHARACTERS = "23456789abcdefghjkmnpqrstvwxyz"
local ID_LENGTH = 8

---@class zeke.Asked
---@field id string
---@field op table
---@field on_done? fun(err?: zeke.Error)

---@type zeke.Asked[]
local asked_ops = {}
---@type fun(asked: zeke.Asked)?
local post
--- A host was lost since the last `open`.
local was_lost = false
--- Its conversation; nil where nothing was said in it.
---@type string?
local lost_session

--- A name for an op, or for what will come of it.
---@return string
function M.new_id()
  local characters = {}
  local bytes = vim.uv.random(ID_LENGTH)
  for index = 1, ID_LENGTH do
    local at = bytes:byte(index) % #ID_CHARACTERS + 1
    characters[index] = ID_CHARACTERS:sub(at, at)
  end
  return table.concat(characters)
end

---@param state? zeke.State
---@return boolean
local function is_empty(state)
  return state == nil or (#state.turns == 0 and not state.running and #state.queue == 0 and not state.review)
end

--- Asks, now or when there is a host.
---@param op table
---@param on_done? fun(err?: zeke.Error)
---@return string id
function M.add(op, on_done)
  local asked = { id = M.new_id(), op = op, on_done = on_done }
  asked_ops[#asked_ops + 1] = asked
  if post then
    post(asked)
  end
  return asked.id
end

---@return boolean
function M.is_waiting()
  return #asked_ops > 0
end

--- What was asked is asked of this host, after it has the conversation that was lost.
---@param send fun(asked: zeke.Asked)
function M.open(send)
  local state = require("zeke.session").get()
  if was_lost then
    -- The turn that a cancel was meant for ended with its host, also where it was asked since.
    asked_ops = vim.tbl_filter(function(asked)
      return asked.op.type ~= "cancel"
    end, asked_ops)
  end
  if lost_session and state and state.sessionId ~= lost_session and is_empty(state) then
    local op = { type = "open-session", sessionId = lost_session, resumesQueue = true }
    table.insert(asked_ops, 1, { id = M.new_id(), op = op })
  end
  was_lost, lost_session = false, nil
  post = send
  for _, asked in ipairs(asked_ops) do
    post(asked)
  end
end

--- There is no host until the next `open`.
function M.close()
  if post then
    local state = require("zeke.session").get()
    was_lost = true
    lost_session = not is_empty(state) and state.sessionId or nil
  end
  post = nil
end

--- Forgets everything, and says why to whoever waits.
---@param err zeke.Error
function M.clear(err)
  local ops = asked_ops
  asked_ops, post, was_lost, lost_session = {}, nil, false, nil
  for _, asked in ipairs(ops) do
    if asked.on_done then
      asked.on_done(err)
    end
  end
end

--- The host has done it, or says why not.
---@param message { id: string, error?: zeke.Error }
function M.done(message)
  for index, asked in ipairs(asked_ops) do
    if asked.id == message.id then
      table.remove(asked_ops, index)
      if asked.on_done then
        asked.on_done(message.error)
      elseif message.error then
        require("zeke.notify").failure(message.error)
      end
      return
    end
  end
end

return M
