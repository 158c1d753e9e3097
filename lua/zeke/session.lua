--- The conversation as this Neovim knows it: the state it was told, moved on by the same events that
--- every front end gets. `reduce` is the twin of src/session/state.ts (bounded as src/nvim/editor-state.ts
--- bounds it); test/nvim/session-mirror.test.ts replays journals through both.
local M = {}

---@class zeke.Usage
---@field inputTokens integer
---@field outputTokens integer
---@field cachedTokens integer
---@field reasoningTokens integer
---@field costUsd? number US dollars; nil while no price was known.

---@class zeke.Part
---@field type "text"|"reasoning"|"tool-call"
---@field step integer
---@field text? string
---@field isClosed? boolean
---@field id? string
---@field name? string
---@field input? table
---@field outputTail? string
---@field result? { output: string, isError: boolean }

---@class zeke.Message
---@field kind? "command"|"compact"|"continue"
---@field text string
---@field mentions? string[]
---@field attachments? { label: string, text: string }[]
---@field images? { label: string }[]

---@class zeke.Approval
---@field id string
---@field callId string
---@field tool string
---@field title string
---@field detail { type: "diff"|"command", text: string }
---@field scope string

---@class zeke.Turn
---@field id string
---@field model string
---@field message zeke.Message
---@field context { source: string, title: string, reason?: string }[]
---@field parts zeke.Part[]
---@field usage zeke.Usage
---@field lastUsage? zeke.Usage
---@field step integer
---@field error? { kind: string, message: string, retryable: boolean }
---@field endReason? string Absent while the turn runs.
---@field startedAt integer
---@field changes { path: string }[]
---@field isUndone boolean
---@field isRetracted boolean

---@class zeke.Finding
---@field path string Relative to the project's root.
---@field startLine integer
---@field endLine integer
---@field severity "info"|"minor"|"major"|"critical"
---@field category string
---@field rule? string
---@field title string
---@field body string
---@field patch? string A unified diff against the file as it was.
---@field lineHash? string Names the text of the first line: see src/session/review.ts.

---@class zeke.SharedReview
---@field opId string Whoever asked for it knows its own by this.
---@field by string What the front end is called that asked.
---@field turnCount integer How many turns had begun before it.
---@field findings zeke.Finding[] By path and line.
---@field summary string
---@field notices string[]
---@field base? string
---@field model string
---@field costUsd? number

---@class zeke.State
---@field sessionId string
---@field project string
---@field title string
---@field model string
---@field createdAt integer
---@field updatedAt integer
---@field seq integer
---@field turns zeke.Turn[]
---@field earlierTurnCount integer
---@field running? zeke.Turn
---@field queue { turnId: string, message: zeke.Message }[]
---@field clearedTurnCount integer
---@field compaction? { summary: string, turnCount: integer }
---@field approval? zeke.Approval
---@field forkedFrom? { sessionId: string, turnCount: integer }
---@field notices { seq: integer, level: string, text: string }[]
---@field review? zeke.SharedReview The last one.
---@field usage zeke.Usage

local MAX_TITLE_CHARACTERS = 60
local MAX_TAIL_CHARACTERS = 2000

---@type zeke.State?
local state
---@type { id: string, name: string, isHost: boolean, isSelf: boolean }[]
local clients = {}
---@type table<function, true>
local listeners = {}

local function no_usage()
  return { inputTokens = 0, outputTokens = 0, cachedTokens = 0, reasoningTokens = 0 }
end

---@param left zeke.Usage
---@param right zeke.Usage
local function add_usage(left, right)
  local is_priced = left.costUsd ~= nil or right.costUsd ~= nil
  return {
    inputTokens = left.inputTokens + right.inputTokens,
    outputTokens = left.outputTokens + right.outputTokens,
    cachedTokens = left.cachedTokens + right.cachedTokens,
    reasoningTokens = left.reasoningTokens + right.reasoningTokens,
    costUsd = is_priced and ((left.costUsd or 0) + (right.costUsd or 0)) or nil,
  }
end

--- The title of a session from its first message.
---@param message table
---@return string
local function title_from(message)
  if message.kind == "compact" or message.kind == "continue" then
    return ""
  end
  local line = vim.trim(message.text):match("^[^\n]*") or ""
  if vim.fn.strchars(line) <= MAX_TITLE_CHARACTERS then
    return line
  end
  return vim.fn.strcharpart(line, 0, MAX_TITLE_CHARACTERS - 1) .. "…"
end

---@param current zeke.State
---@return string
local function first_title(current)
  for _, turn in ipairs(current.turns) do
    local title = title_from(turn.message)
    if title ~= "" then
      return title
    end
  end
  return current.running and title_from(current.running.message) or ""
end

---@param turn zeke.Turn
---@param kind "text"|"reasoning"
---@param text string
local function append(turn, kind, text)
  local last = turn.parts[#turn.parts]
  if last and last.type == kind and last.step == turn.step and not last.isClosed then
    last.text = last.text .. text
    return
  end
  local part = { type = kind, step = turn.step, text = text }
  if kind == "reasoning" then
    part.isClosed = false
  end
  turn.parts[#turn.parts + 1] = part
end

---@param turn zeke.Turn
---@param id string
---@return zeke.Part?
local function find_call(turn, id)
  for index = #turn.parts, 1, -1 do
    local part = turn.parts[index]
    if part.type == "tool-call" and part.id == id then
      return part
    end
  end
end

--- What an event does to the running turn.
---@type table<string, fun(turn: zeke.Turn, event: table)>
local in_turn = {
  context = function(turn, event)
    vim.list_extend(turn.context, event.blocks)
  end,
  ["step-start"] = function(turn, event)
    turn.step = event.step
  end,
  ["text-delta"] = function(turn, event)
    append(turn, "text", event.text)
  end,
  ["reasoning-delta"] = function(turn, event)
    append(turn, "reasoning", event.text)
  end,
  ["reasoning-end"] = function(turn)
    for index = #turn.parts, 1, -1 do
      local part = turn.parts[index]
      if part.type == "reasoning" and not part.isClosed then
        part.isClosed = part.step == turn.step
        return
      end
    end
  end,
  ["tool-call"] = function(turn, event)
    local call = { type = "tool-call", step = turn.step, id = event.id, name = event.name, input = event.input }
    turn.parts[#turn.parts + 1] = call
  end,
  ["tool-output"] = function(turn, event)
    local call = find_call(turn, event.id)
    if call and not call.result then
      local tail = (call.outputTail or "") .. event.text
      local count = vim.fn.strchars(tail)
      if count > MAX_TAIL_CHARACTERS then
        tail = vim.fn.strcharpart(tail, count - MAX_TAIL_CHARACTERS)
      end
      call.outputTail = tail
    end
  end,
  ["tool-result"] = function(turn, event)
    local call = find_call(turn, event.id)
    if call then
      call.outputTail = nil
      call.result = { output = event.output, isError = event.isError == true }
    end
  end,
  ["file-change"] = function(turn, event)
    turn.changes[#turn.changes + 1] = { path = event.path, before = event.before, after = event.after }
  end,
  usage = function(turn, event)
    turn.usage = add_usage(turn.usage, event)
    turn.lastUsage = add_usage(no_usage(), event)
  end,
  error = function(turn, event)
    turn.error = { kind = event.kind, message = event.message, retryable = event.retryable }
  end,
}

---@param current zeke.State
---@param turn_id string
---@param field "isRetracted"|"isUndone"
local function mark_turn(current, turn_id, field)
  for index = #current.turns, 1, -1 do
    if current.turns[index].id == turn_id then
      current.turns[index][field] = true
      return
    end
  end
end

---@param current zeke.State
---@param turn_id string
local function unqueue(current, turn_id)
  current.queue = vim.tbl_filter(function(queued)
    return queued.turnId ~= turn_id
  end, current.queue)
end

--- What an event does to the conversation.
---@type table<string, fun(current: zeke.State, event: table)>
local in_session = {
  ["session-start"] = function(current, event)
    current.sessionId = event.sessionId
    current.project = event.project
    current.model = event.model
    current.createdAt = event.at
    current.forkedFrom = event.forkedFrom
  end,
  ["session-rename"] = function(current, event)
    current.title = event.title ~= "" and event.title or first_title(current)
  end,
  ["model-switch"] = function(current, event)
    current.model = event.model
  end,
  ["message-queue"] = function(current, event)
    current.queue[#current.queue + 1] = { turnId = event.turnId, message = event.message }
  end,
  ["message-unqueue"] = function(current, event)
    unqueue(current, event.turnId)
  end,
  clear = function(current)
    current.clearedTurnCount = current.earlierTurnCount + #current.turns
    current.compaction = nil
  end,
  ["turn-retract"] = function(current, event)
    mark_turn(current, event.turnId, "isRetracted")
  end,
  compact = function(current, event)
    current.compaction = { summary = event.summary, turnCount = event.turnCount }
  end,
  ["compact-undo"] = function(current)
    current.compaction = nil
  end,
  undo = function(current, event)
    mark_turn(current, event.turnId, "isUndone")
  end,
  ["approval-request"] = function(current, event)
    current.approval = {
      id = event.id,
      callId = event.callId,
      tool = event.tool,
      title = event.title,
      detail = event.detail,
      scope = event.scope,
    }
  end,
  ["approval-answer"] = function(current, event)
    if current.approval and current.approval.id == event.id then
      current.approval = nil
    end
  end,
  notice = function(current, event)
    current.notices[#current.notices + 1] = { seq = event.seq, level = event.level, text = event.text }
  end,
  review = function(current, event)
    current.review = {
      opId = event.opId,
      by = event.by,
      turnCount = current.earlierTurnCount + #current.turns + (current.running and 1 or 0),
      findings = event.findings,
      summary = event.summary,
      notices = event.notices,
      base = event.base,
      model = event.model,
      costUsd = event.costUsd,
    }
  end,
  ["turn-start"] = function(current, event)
    current.running = {
      id = event.turnId,
      model = event.model,
      message = event.message,
      context = {},
      parts = {},
      usage = no_usage(),
      step = 0,
      startedAt = event.at,
      changes = {},
      isUndone = false,
      isRetracted = false,
    }
    if current.title == "" then
      current.title = title_from(event.message)
    end
    unqueue(current, event.turnId)
  end,
  ["turn-end"] = function(current, event)
    local turn = current.running
    if turn and turn.id == event.turnId then
      turn.endReason = event.reason
      current.turns[#current.turns + 1] = turn
      current.running = nil
      current.approval = nil
    end
  end,
  usage = function(current, event)
    current.usage = add_usage(current.usage, event)
  end,
}

--- Moves a state on by one event, in place. An event of an unknown type only moves `seq` and the time.
---@param current zeke.State
---@param event table
function M.reduce(current, event)
  current.seq = event.seq
  current.updatedAt = math.max(current.updatedAt, event.at)
  local change = in_session[event.type]
  if change then
    change(current, event)
  end
  local running = current.running
  local turn_change = in_turn[event.type]
  if running and turn_change and event.turnId == running.id then
    turn_change(running, event)
  end
end

--- The state before the first event.
---@return zeke.State
function M.empty()
  return {
    sessionId = "",
    project = "",
    title = "",
    model = "",
    createdAt = 0,
    updatedAt = 0,
    seq = 0,
    turns = {},
    earlierTurnCount = 0,
    queue = {},
    clearedTurnCount = 0,
    notices = {},
    usage = no_usage(),
  }
end

--- The conversation; nil before the first one was joined. Read only: events change it in place.
---@return zeke.State?
function M.get()
  return state
end

--- Who is attached, this Neovim among them; a Zeke in the background is no front end.
---@return { id: string, name: string, isHost: boolean, isSelf: boolean }[]
function M.clients()
  return clients
end

--- Calls the listener after every change with the events that made it. Without events: look anew.
---@param listener fun(events: table[], state: zeke.State)
---@return fun() off
function M.on(listener)
  listeners[listener] = true
  return function()
    listeners[listener] = nil
  end
end

---@param events table[]
local function tell(events)
  for listener in pairs(listeners) do
    local ok, err = xpcall(listener, debug.traceback, events, state)
    if not ok then
      require("zeke.notify").error("Something failed while showing the conversation: " .. err)
    end
  end
end

--- Another state: at the beginning, after another session was opened, after falling behind.
---@param new_state zeke.State
function M.replace(new_state)
  if state then
    require("zeke.known_turns").keep(state, new_state)
  end
  state = new_state
  tell({})
end

--- Turns before those that are known, as a service told them.
---@param session_id string
---@param earlier { turns: zeke.Turn[], earlierTurnCount: integer }
---@return boolean is_taken False where another conversation is open by now.
function M.add_earlier(session_id, earlier)
  return state ~= nil and state.sessionId == session_id and require("zeke.known_turns").prepend(state, earlier)
end

--- The next events, in order. Those that are in the state already are not taken twice.
---@param events table[]
function M.apply(events)
  if not state then
    return
  end
  local fresh = {}
  for _, event in ipairs(events) do
    if event.seq > state.seq then
      M.reduce(state, event)
      fresh[#fresh + 1] = event
    end
  end
  if #fresh == 0 then
    return
  end
  tell(fresh)
  require("zeke.events").fire_all(fresh)
end

---@param new_clients { id: string, name: string, isHost: boolean }[]
---@param own_id? string
function M.set_clients(new_clients, own_id)
  clients = {}
  for _, client in ipairs(new_clients) do
    if client.name ~= "background" then
      client.isSelf = client.id == own_id
      clients[#clients + 1] = client
    end
  end
  if state then
    tell({})
  end
  require("zeke.events").fire("Clients", { clients = clients })
end

return M
