--- Questions to services that wait for their answer. Each is settled once: by its answer, by a host that
--- died, or by being cancelled, which is told to nobody but Zeke.
local M = {}

---@class zeke.Ask
---@field cancel fun()

---@class zeke.Question
---@field on_progress? fun(progress: table)
---@field on_done fun(err?: zeke.Error, result?: table)
---@field on_late? fun(result: table) The answer that crossed the word that it is not wanted: it is paid for.

---@type table<integer, zeke.Question>
local waiting = {}
--- Forgotten ones until Zeke has answered them, which it does.
---@type table<integer, zeke.Question>
local forgotten = {}
local last_id = 0

--- The number of the next question.
---@return integer
function M.next_id()
  last_id = last_id + 1
  return last_id
end

---@param id integer
---@param question zeke.Question
function M.add(id, question)
  waiting[id] = question
end

--- Forgets a question; false when it waits no more.
---@param id integer
---@return boolean
function M.forget(id)
  local question = waiting[id]
  waiting[id] = nil
  if question and question.on_late then
    forgotten[id] = question
  end
  return question ~= nil
end

---@param id integer
---@return boolean
function M.is_waiting(id)
  return waiting[id] ~= nil
end

--- The numbers of all that wait.
---@return integer[]
function M.ids()
  return vim.tbl_keys(waiting)
end

---@param message { id: integer, error?: zeke.Error, result?: table }
function M.answer(message)
  local question, late = waiting[message.id], forgotten[message.id]
  waiting[message.id], forgotten[message.id] = nil, nil
  if question then
    question.on_done(message.error, message.result)
  elseif late and message.result then
    late.on_late(message.result)
  end
end

---@param message { id: integer }
function M.progress(message)
  local question = waiting[message.id]
  if question and question.on_progress then
    question.on_progress(message)
  end
end

--- Ends all that wait with an error.
---@param err zeke.Error
function M.fail_all(err)
  local questions = waiting
  waiting, forgotten = {}, {}
  for _, question in pairs(questions) do
    question.on_done(err)
  end
end

return M
