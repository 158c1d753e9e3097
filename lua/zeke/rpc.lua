--- The link to Zeke: the only file that starts or talks to a process. Everything is a notification, so
--- that a Zeke that is stopped, busy or gone never holds the editor up; what waits, waits on timers.
local M = {}

local clock = require("zeke.link.clock")
local outbox = require("zeke.link.outbox")
local protocol = require("zeke.protocol")
local questions = require("zeke.link.questions")
local uv = vim.uv

---@class zeke.Error
---@field kind string
---@field message string
---@field hint? string

--- The plugin's version, told at hello.
M.VERSION = "0.1.0"

local CONNECT_EVERY_MS = 30
--- Whoever else is attached may take over from a host that died, before another one is started.
local TAKE_OVER_MS = 1500
local WELCOME_MS = 5000
--- A cold start on a busy machine, with a long journal to open.
local JOIN_MS = 30000
--- Where a host was found again and again that cannot be joined, not one process after the other is made.
local RESTART_MS = 1000
local WATCH_MS = 300
--- A host that dies as soon as it is joined, and does nothing before, is not started for ever.
local MAX_REJOINS = 5
local STEADY_MS = 10000

---@class zeke.Link
---@field phase "idle"|"connecting"|"greeting"|"joined"
---@field channel? integer
---@field root? string
---@field address? zeke.Address Where it is joined, or was last.
---@field addresses? zeke.Address[] Where to look; the one that the environment names is the last.
---@field is_waiting? boolean The user was told that the host does not answer.
---@field welcome? table
---@field watch? zeke.HostWatch Of the host that is joined.
---@field host? zeke.Host The process that was started for this join.
---@field deadline? integer
---@field start_after? integer
---@field rejoins integer Since a host was of any use.
---@field joined_at? integer
---@field is_new? boolean It has welcomed this Neovim, and not said yet which conversation it has.
local link = { phase = "idle", rejoins = 0 }

---@type fun(err?: zeke.Error)[]
local waiters = {}
---@type table<string, string>
local overlays = {}

local connect, lose

--- Sends a notification. False when the connection is gone.
---@param name string
---@param ... any
---@return boolean
local function notify(name, ...)
  if not link.channel then
    return false
  end
  return (pcall(vim.rpcnotify, link.channel, name, ...))
end

---@param err? zeke.Error
local function settle_waiters(err)
  local waiting = waiters
  waiters = {}
  for _, callback in ipairs(waiting) do
    callback(err)
  end
end

local function hang_up()
  if link.channel then
    pcall(vim.fn.chanclose, link.channel)
    link.channel = nil
  end
end

--- Gives up joining and says why to whoever waits.
---@param err zeke.Error
local function fail(err)
  clock.stop()
  hang_up()
  link.phase = "idle"
  link.host, link.is_waiting = nil, false
  questions.fail_all(err)
  outbox.clear(err)
  if #waiters == 0 then
    require("zeke.notify").failure(err)
  end
  settle_waiters(err)
end

--- Starts a host for this project, which goes on with the conversation that this Neovim knows. Where that
--- cannot be, joining has failed.
---@return zeke.Host?
local function start_host()
  local state = require("zeke.session").get()
  local session_id = state and state.project == link.root and state.sessionId or nil
  local host, err = require("zeke.link.host").start(link.root, session_id)
  if not host then
    fail(err)
  end
  return host
end

---@param path? string Where the conversation is held, as a `zeke host` has found.
local function look_first_at(path)
  if path and path ~= link.addresses[1].path then
    table.insert(link.addresses, 1, require("zeke.place").address_at(path))
  end
end

--- Another host has the conversation by now: leaves the one that did not answer.
---@param path? string
local function look_again(path)
  hang_up()
  link.phase = "connecting"
  link.deadline = clock.now() + JOIN_MS
  look_first_at(path)
  clock.every(CONNECT_EVERY_MS, connect)
end

--- The user is told once what is waited for, and how that ends.
local function tell_busy()
  if not link.is_waiting then
    link.is_waiting = true
    require("zeke.notify").info("The Zeke that holds this conversation is busy: waiting. :ZekeStop ends that.")
  end
end

local function greet()
  link.phase = "greeting"
  local version = vim.version()
  local state = require("zeke.session").get()
  local hello = {
    client = "neovim",
    protocol = protocol.VERSION,
    plugin = M.VERSION,
    neovim = ("%d.%d.%d"):format(version.major, version.minor, version.patch),
    loadsEarlier = true,
  }
  if state and state.project == link.root then
    hello.seen = { sessionId = state.sessionId, seq = state.seq }
  end
  local watch = require("zeke.link.watch")
  local socket = watch.socket_at(link.address)
  local deadline, look = clock.now() + WELCOME_MS, nil
  if not notify(protocol.TO_ZEKE.hello, hello) then
    return lose()
  end
  clock.every(WATCH_MS, function()
    if not watch.is_open(link.channel) then
      return lose()
    end
    if (watch.socket_at(link.address) or socket) ~= socket then
      return look_again()
    end
    if clock.now() >= deadline then
      local handlers = { start = start_host, go = look_again, fail = fail, tell = tell_busy }
      look = look or require("zeke.link.patience").new(handlers)
      look()
    end
  end)
end

--- One try to connect; starts a host where nobody listens and it is time to.
connect = function()
  local place = require("zeke.place")
  look_first_at(link.host and link.host.report and link.host.report.address)
  for index, address in ipairs(link.addresses) do
    local distrust, is_there = place.distrust(address)
    if distrust and index == #link.addresses then
      return fail({
        kind = "permission",
        message = "The socket is not used: " .. distrust,
        hint = "Make the folder your own (chmod 700), or set XDG_RUNTIME_DIR.",
      })
    end
    if is_there and not distrust and (not address.folder or uv.fs_stat(address.path)) then
      local ok, channel = pcall(vim.fn.sockconnect, "pipe", address.path, { rpc = true })
      if ok and channel > 0 then
        link.channel, link.address = channel, address
        return greet()
      end
    end
  end
  if link.host and link.host.code and link.host.code ~= 0 then
    return fail(link.host.failure())
  end
  if clock.now() > link.deadline then
    return fail({
      kind = "timeout",
      message = "Zeke was started and cannot be joined.",
      hint = "See :checkhealth zeke.",
    })
  end
  -- One that ended well has found another host, which left since.
  local is_over = link.host and link.host.code == 0
  if clock.now() >= link.start_after and (not link.host or is_over) then
    link.start_after = clock.now() + RESTART_MS
    link.host = start_host()
  end
end

---@param take_over_ms integer
local function look_for_host(take_over_ms)
  local place = require("zeke.place")
  link.phase = "connecting"
  link.root = link.root or place.root()
  local usual = place.address(link.root)
  local is_known = link.address and link.address.path ~= usual.path
  link.addresses = is_known and { link.address, usual } or { usual }
  link.host = nil
  link.deadline = clock.now() + JOIN_MS
  link.start_after = clock.now() + take_over_ms
  connect()
  if link.phase == "connecting" then
    clock.every(CONNECT_EVERY_MS, connect)
  end
end

--- The connection is gone, and nobody asked for that: looks for the next host.
lose = function()
  local was_joined = link.phase == "joined"
  if was_joined and clock.now() - link.joined_at > STEADY_MS then
    link.rejoins = 0
  end
  hang_up()
  clock.stop()
  if was_joined then
    questions.fail_all({ kind = "lost", message = "The Zeke that worked on this is gone.", hint = "Ask again." })
    outbox.close()
    require("zeke.session").set_clients({})
    require("zeke.events").fire("Left", { willRejoin = true })
  end
  link.rejoins = link.rejoins + 1
  if link.rejoins > MAX_REJOINS then
    link.rejoins = 0
    return fail({
      kind = "host",
      message = "The connection to Zeke was lost again and again.",
      hint = "See :checkhealth zeke; any command of Zeke joins again.",
    })
  end
  look_for_host(was_joined and TAKE_OVER_MS or 0)
end

--- Joins the project's conversation, starting a Zeke in the background where none runs.
---@param callback? fun(err?: zeke.Error) Called once it is joined, or failed.
function M.join(callback)
  if link.phase == "joined" then
    if callback then
      vim.schedule(callback)
    end
    return
  end
  waiters[#waiters + 1] = callback or require("zeke.rpc").report
  if link.phase ~= "idle" then
    return
  end
  if not uv.cwd() then
    local hint = ":cd goes to another one."
    return fail({ kind = "cwd", message = "The working directory is not there any more.", hint = hint })
  end
  link.rejoins = 0
  link.root, link.address = nil, nil
  look_for_host(0)
end

--- Says an error of joining to the user.
---@param err? zeke.Error
function M.report(err)
  if err then
    require("zeke.notify").failure(err)
  end
end

---@return boolean
function M.is_joined()
  return link.phase == "joined"
end

--- Leaves the conversation, which goes on for the others.
function M.leave()
  clock.stop()
  hang_up()
  local was_joined = link.phase == "joined"
  link.phase, link.is_waiting = "idle", false
  local err = { kind = "left", message = "This Neovim has left the conversation." }
  questions.fail_all(err)
  outbox.clear(err)
  if was_joined then
    require("zeke.session").set_clients({})
    require("zeke.events").fire("Left", { willRejoin = false })
  end
end

--- Ends the waiting for a host that does not answer; false where there is none.
---@return boolean
function M.stop_waiting()
  local was_waiting = link.is_waiting == true
  if was_waiting then
    fail({ kind = "cancelled", message = "Zeke is not waited for any more." })
  end
  return was_waiting
end

--- Asks the conversation for something; joins first where needed. It is asked again of the next host
--- until one has done it.
---@param op table See src/session/ops.ts.
---@param on_done? fun(err?: zeke.Error)
---@return string id What its turn is called, for a `send`.
function M.op(op, on_done)
  local id = outbox.add(op, on_done)
  if link.phase ~= "joined" then
    -- Whoever waits for the op is told by it that nobody could be joined.
    M.join(on_done and function() end or M.report)
  end
  return id
end

--- Asks a service; joins first where needed. `on_done` is called once, also when the host dies.
---@param method string One of protocol.SERVICES.
---@param params table
---@param callbacks zeke.Question
---@return zeke.Ask
function M.ask(method, params, callbacks)
  local id = questions.next_id()
  questions.add(id, callbacks)
  M.join(function(err)
    if not questions.is_waiting(id) then
      return
    end
    if err then
      return questions.answer({ id = id, error = err })
    end
    -- An empty table has to travel as a map.
    notify(protocol.TO_ZEKE.ask, id, method, next(params) == nil and vim.empty_dict() or params)
  end)
  return {
    cancel = function()
      if questions.forget(id) then
        notify(protocol.TO_ZEKE.cancel, id)
      end
    end,
  }
end

--- Cancels every question of this Neovim; each is settled with an error of kind `cancelled`.
---@return integer count How many there were.
function M.cancel_all()
  local ids = questions.ids()
  for _, id in ipairs(ids) do
    notify(protocol.TO_ZEKE.cancel, id)
  end
  questions.fail_all({ kind = "cancelled", message = "This was cancelled." })
  return #ids
end

--- Tells where the user works. Does nothing while nobody is joined.
---@param focus { path?: string, line?: integer, openFiles: string[] }
function M.editor(focus)
  notify(protocol.TO_ZEKE.editor, focus)
end

--- Tells what stands in a buffer that is not on the disk; without a text it is on the disk again.
---@param path string
---@param text? string
function M.overlay(path, text)
  if overlays[path] == text then
    return
  end
  overlays[path] = text
  if text then
    notify(protocol.TO_ZEKE.overlay, path, text)
  else
    notify(protocol.TO_ZEKE.overlay, path)
  end
end

--- Facts for `:checkhealth zeke`.
---@return { phase: string, root?: string, address?: string, welcome?: table }
function M.status()
  return { phase = link.phase, root = link.root, address = link.address and link.address.path, welcome = link.welcome }
end

--- What comes from Zeke, by kind.
---@type table<string, fun(message: table)>
local receivers = {}

function receivers.welcome(message)
  if message.error or message.protocol ~= protocol.VERSION then
    local is_newer = (message.protocol or 0) > protocol.VERSION
    local hint = is_newer and "Update the plugin and restart Neovim."
      or "Update Zeke and close every Zeke of this project."
    local message_text = message.error
      or ("The Zeke here speaks protocol %s, this plugin %d."):format(tostring(message.protocol), protocol.VERSION)
    return fail({ kind = "protocol", message = message_text, hint = message.error and "" or hint })
  end
  link.phase, link.is_waiting = "joined", false
  link.welcome = message
  link.joined_at = clock.now()
  link.host = nil
  link.watch = require("zeke.link.watch").new(link.channel, link.root, link.address)
  clock.every(WATCH_MS, function()
    if link.watch:is_gone(outbox.is_waiting() or #questions.ids() > 0) then
      lose()
    end
  end)
  for path, text in pairs(overlays) do
    notify(protocol.TO_ZEKE.overlay, path, text)
  end
  link.is_new = true
  require("zeke.context").follow()
  require("zeke.events").fire("Joined", message)
  settle_waiters(nil)
end

--- The first that a host tells after its welcome says which conversation it has.
local function open_outbox()
  if link.is_new then
    link.is_new = false
    outbox.open(function(asked)
      notify(protocol.TO_ZEKE.op, asked.id, asked.op)
    end)
  end
end

--- What a review found is shown wherever the conversation is joined, its chat open or not.
---@param is_new boolean It was made just now, and not before this Neovim came.
local function show_review(is_new)
  local state = require("zeke.session").get()
  if state and state.review then
    require("zeke.review").follow(state.review, is_new)
  end
end

function receivers.state(message)
  local session = require("zeke.session")
  local before = session.get()
  -- Told anew what it had fallen behind of, as opposed to having come, or gone to another one.
  local is_same = before ~= nil and before.sessionId == message.sessionId
  session.replace(message)
  open_outbox()
  show_review(is_same)
end

function receivers.events(message)
  require("zeke.session").apply(message)
  open_outbox()
  show_review(true)
end

function receivers.clients(message)
  require("zeke.session").set_clients(message, link.welcome and link.welcome.clientId)
end

function receivers.done(message)
  link.rejoins = 0
  outbox.done(message)
end

function receivers.answer(message)
  link.rejoins = 0
  questions.answer(message)
end

receivers.progress = questions.progress

function receivers.spent(message)
  if message.service == "complete" then
    require("zeke.complete.spent").add(message.costUsd)
  end
end

--- Called by Zeke for everything it has to say.
---@param kind string
---@param json string
function M.receive(kind, json)
  local receiver = receivers[kind]
  if not receiver then
    return
  end
  if link.watch then
    link.watch:heard()
  end
  local ok, err = xpcall(function()
    receiver(vim.json.decode(json, { luanil = { object = true, array = true } }))
  end, debug.traceback)
  if not ok then
    require("zeke.notify").error(("What Zeke said (%s) could not be taken: %s"):format(kind, err))
  end
end

return M
