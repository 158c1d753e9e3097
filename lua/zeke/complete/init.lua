--- Ghost text: what a model suggests at the cursor while you type. Each key ends the question before it;
--- a suggestion that is typed along is kept, and accepted in whole, by word or by line.
local M = {}

local cache = require("zeke.complete.cache")
local where = require("zeke.complete.where")

--- Different texts that are asked for when the user turns to the next one.
local MANY = 3
--- After an error no model is asked for a while, so that a host that is down is not asked for each key.
local PAUSE_MS = 10000

---@class zeke.CompleteState
---@field group? integer
---@field wanted? boolean What `:ZekeComplete` said last.
---@field suggestion? zeke.GhostSuggestion
---@field ask? zeke.Ask
---@field token? zeke.CompletePlace What is asked or will be, told from what was asked before.
---@field timer? uv.uv_timer_t
---@field is_due boolean Ask as soon as insert mode begins: the user did so by hand.
---@field paused_until integer
---@field requests integer
---@field reason? string
---@field hint? string
---@field model? string
local state = { is_due = false, paused_until = 0, requests = 0 }

---@return zeke.CompletionConfig
local function config()
  return require("zeke.config").get().completion
end

--- What shows suggestions in this Neovim.
---@class zeke.GhostDisplay
---@field show fun(opts: zeke.GhostOptions)
---@field clear fun()
---@field settle fun() The question has its answer, or will have none.
---@field dismiss fun()
---@field chosen fun(): string? What is left of the item that is shown, where keys of Neovim may have chosen it.

---@return zeke.GhostDisplay
local function display()
  local wanted = config().backend
  if wanted ~= "extmarks" and vim.lsp.inline_completion then
    return require("zeke.complete.lsp_inline")
  end
  return require("zeke.complete.ghost")
end

--- True when ghost text comes by itself. Unless told, it does where a Zeke is joined already: nobody
--- who never uses Zeke gets one started.
---@return boolean
local function is_on()
  if state.wanted ~= nil then
    return state.wanted
  end
  local enabled = config().enabled
  if enabled == "auto" then
    return require("zeke.rpc").is_joined()
  end
  return enabled
end

---@return integer buf
---@return integer row Counted from 0.
---@return integer col
local function place()
  local cursor = vim.api.nvim_win_get_cursor(0)
  return vim.api.nvim_get_current_buf(), cursor[1] - 1, cursor[2]
end

---@class zeke.CompletePlace
---@field buf integer
---@field row integer
---@field col integer
---@field tick integer

---@return zeke.CompletePlace
local function here()
  local buf, row, col = place()
  return { buf = buf, row = row, col = col, tick = vim.api.nvim_buf_get_changedtick(buf) }
end

--- True while the cursor and the text are what they were.
---@param before zeke.CompletePlace
---@return boolean
local function is_here(before)
  local now = here()
  return now.buf == before.buf and now.row == before.row and now.col == before.col and now.tick == before.tick
end

--- Ends what is asked, and what is about to be.
local function cancel()
  state.token = nil
  if state.timer then
    if not state.timer:is_closing() then
      state.timer:close()
    end
    state.timer = nil
  end
  if state.ask then
    state.ask.cancel()
    state.ask = nil
  end
end

local function drop()
  state.suggestion = nil
  display().clear()
end

--- Shows what is left of the suggestion at the cursor, and drops one of which nothing fits any more.
function M.refresh()
  local suggestion = state.suggestion
  if not suggestion then
    return
  end
  local buf, row, col = place()
  local rest = cache.rest(suggestion, buf, row, col)
  if not rest or rest == "" or not where.may_show(buf) then
    return drop()
  end
  display().show({
    buf = buf,
    row = row,
    col = col,
    text = rest,
    index = suggestion.index,
    count = #suggestion.items,
    limit = require("zeke.complete.room").lines(),
  })
end

--- Takes an answer that was asked for at this place.
---@param result table
---@param typed string What stands between the suggestion's begin and the cursor.
local function take(result, typed)
  state.model = result.model
  state.reason = result.reason
  state.hint = result.hint
  if not result.reason and not result.isCached then
    state.requests = state.requests + 1
  end
  if #result.items > 0 then
    local buf, row, col = place()
    if state.suggestion then
      local added = cache.add(state.suggestion, result.items, typed)
      cache.turn(state.suggestion, added > 0 and 1 or 0)
    else
      state.suggestion = cache.new(buf, row, col, result.items)
    end
    M.refresh()
    require("zeke.complete.tell").shown(M.current())
  end
  require("zeke.complete.tell").answered(result)
end

---@param err zeke.Error
---@param is_manual boolean
local function fail(err, is_manual)
  if require("zeke.complete.tell").failure(err, is_manual) then
    state.paused_until = vim.uv.now() + PAUSE_MS
  end
end

--- The path of a buffer, by which a file with secrets is known: both the name it was opened by and the
--- one that a link leads to count. Outside of the project it is the whole of it.
---@param buf integer
---@return string?
local function path_of(buf)
  local name = vim.fs.normalize(vim.api.nvim_buf_get_name(buf))
  if name == "" or require("zeke.context").is_secret(name) then
    return name ~= "" and name or nil
  end
  return require("zeke.place").relative(name) or vim.uv.fs_realpath(name) or name
end

---@param opts { is_manual?: boolean, count?: integer }
local function ask(opts)
  cancel()
  local token = here()
  local buf, row, col = token.buf, token.row, token.col
  state.token = token
  local around = require("zeke.complete.around").at(buf, row, col)
  local handle = require("zeke.rpc").ask("complete", {
    path = path_of(buf),
    language = vim.bo[buf].filetype ~= "" and vim.bo[buf].filetype or nil,
    prefix = around.prefix,
    suffix = around.suffix,
    model = config().model,
    count = opts.count or 1,
    isManual = opts.is_manual or config().allow_paid,
  }, {
    on_late = require("zeke.complete.spent").answered,
    on_done = function(err, result)
      require("zeke.complete.spent").answered(result)
      if state.token ~= token then
        return
      end
      state.token, state.ask = nil, nil
      if err or not result then
        display().settle()
        return fail(err or { kind = "internal", message = "Zeke gave no answer." }, opts.is_manual == true)
      end
      local is_told_to = state.wanted or config().enabled == true
      require("zeke.complete.tell").reason(result, opts.is_manual == true, is_told_to)
      if is_here(token) and where.may_show(buf) then
        local suggestion = state.suggestion
        local rest = suggestion and cache.rest(suggestion, buf, row, col)
        local item = rest and suggestion.items[suggestion.index]
        take(result, item and item:sub(1, #item - #rest) or "")
      end
      display().settle()
    end,
  })
  if state.token == token then
    state.ask = handle
  end
end

--- The cursor moved, by a key or otherwise: nothing that was asked for is wanted any more.
local function on_moved()
  -- Neovim tells of keys that came together after the last of them.
  if state.token and not is_here(state.token) then
    cancel()
    display().settle()
  end
  M.refresh()
end

--- The text changed.
local function on_changed()
  on_moved()
  local buf = vim.api.nvim_get_current_buf()
  local is_paused = vim.uv.now() < state.paused_until
  if state.suggestion or state.token or is_paused or not where.is_wanted(buf, is_on()) or not where.may_show(buf) then
    return
  end
  local token = here()
  state.token = token
  state.timer = vim.defer_fn(function()
    if state.token ~= token then
      return
    end
    state.timer = nil
    if is_here(token) and where.may_show(token.buf) then
      ask({})
    else
      state.token = nil
      display().settle()
    end
  end, config().debounce_ms)
end

local function on_insert()
  if state.is_due then
    state.is_due = false
    return ask({ is_manual = true })
  end
  if where.is_wanted(vim.api.nvim_get_current_buf(), is_on()) then
    on_changed()
  end
end

local function on_leave()
  if state.token then
    cancel()
    display().settle()
  end
  if state.suggestion then
    drop()
  end
end

--- Listens to what is typed. Costs nothing where ghost text is off: a few comparisons for each key.
function M.start()
  if state.group then
    return
  end
  require("zeke.highlights").setup()
  local group = vim.api.nvim_create_augroup("zeke_complete", { clear = true })
  state.group = group
  local function on(events, callback)
    vim.api.nvim_create_autocmd(events, { group = group, callback = callback })
  end
  on("InsertEnter", vim.schedule_wrap(on_insert))
  on({ "TextChangedI", "TextChangedP" }, on_changed)
  on({ "CursorMovedI", "CompleteChanged" }, on_moved)
  on({ "InsertLeave", "BufLeave" }, on_leave)
  require("zeke.complete.menu").on_change(group, function()
    if where.is_insert() then
      on_changed()
    end
  end)
  -- The event that insert mode began may be the one that got us here.
  vim.schedule(function()
    if where.is_insert() and not state.token then
      on_insert()
    end
  end)
end

--- Turns ghost text on or off, for all buffers or for one.
---@param is_enabled boolean
---@param buf? integer
function M.enable(is_enabled, buf)
  if buf then
    where.set(buf == 0 and vim.api.nvim_get_current_buf() or buf, is_enabled)
  else
    state.wanted = is_enabled
  end
  require("zeke.complete.tell").forget()
  state.paused_until = 0
  if is_enabled then
    M.start()
  else
    on_leave()
  end
end

--- Asks by hand, also where ghost text is off and where each request is paid.
function M.trigger()
  M.start()
  local mode = vim.api.nvim_get_mode().mode
  local buf = vim.api.nvim_get_current_buf()
  local obstacle = where.obstacle(buf)
  if obstacle then
    return require("zeke.notify").info("No ghost text here: " .. obstacle)
  end
  if where.is_insert() then
    return ask({ is_manual = true })
  end
  if not vim.startswith(mode, "n") then
    return require("zeke.notify").info("Ghost text comes in insert mode.")
  end
  state.is_due = true
  -- One command of normal mode amid insert mode ends with insert mode.
  if mode == "n" then
    local _, _, col = place()
    local is_at_end = col + 1 >= #vim.api.nvim_get_current_line()
    vim.cmd.startinsert({ bang = is_at_end })
  end
end

--- The part of the suggestion that `part` takes of it, inserted.
---@param part fun(text: string): string
---@return boolean is_accepted False where nothing is shown: a key can do what it does otherwise.
local function accept(part)
  local chosen = state.suggestion and display().chosen()
  if chosen then
    M.pick(chosen)
  end
  local _, rest = M.current()
  if not rest or rest == "" or not where.may_show(vim.api.nvim_get_current_buf()) then
    return false
  end
  local text = part(rest)
  if text == rest then
    display().dismiss()
  end
  require("zeke.complete.accept").insert(text, rest:sub(#text + 1))
  return true
end

--- Inserts all of the suggestion.
---@return boolean is_accepted
function M.accept()
  return accept(function(text)
    return text
  end)
end

--- Inserts the suggestion up to the end of its next word.
---@return boolean is_accepted
function M.accept_word()
  return accept(require("zeke.complete.accept").word)
end

--- Inserts the suggestion up to the end of its line.
---@return boolean is_accepted
function M.accept_line()
  return accept(require("zeke.complete.accept").line)
end

---@param step integer
local function turn(step)
  if not state.suggestion then
    return
  end
  if #state.suggestion.items > 1 then
    cache.turn(state.suggestion, step)
    M.refresh()
  else
    ask({ is_manual = true, count = MANY })
  end
end

--- Shows the next suggestion; asks for others where there is one only.
function M.next()
  turn(1)
end

--- Shows the suggestion before.
function M.previous()
  turn(-1)
end

--- Takes the suggestion away.
---@return boolean is_dismissed
function M.dismiss()
  cancel()
  display().settle()
  local was_shown = state.suggestion ~= nil
  display().dismiss()
  drop()
  return was_shown
end

--- `:ZekeComplete on|off|now`; without a word it says what holds.
---@param ctx zeke.CommandContext
function M.command(ctx)
  local word = vim.trim(ctx.args)
  if word == "on" or word == "off" then
    return M.enable(word == "on")
  end
  if word == "now" then
    return M.trigger()
  end
  local notify = require("zeke.notify")
  if word ~= "" then
    return notify.error((":ZekeComplete takes on, off or now, not %s."):format(word))
  end
  local status = M.status()
  local cost = status.cost_usd > 0 and (", $%.4f so far"):format(status.cost_usd) or ""
  if status.is_on and state.hint then
    return notify.info(state.hint)
  end
  local but = where.exception(vim.api.nvim_get_current_buf(), status.is_on)
  but = but and (", but %s in this buffer: %s"):format(status.is_on and "not" or "on", but) or ""
  notify.info(("Ghost text is %s%s%s."):format(status.is_on and "on" or "off", cost, but))
end

---@class zeke.CompleteStatus
---@field is_on boolean
---@field is_busy boolean A model is being asked.
---@field cost_usd number What this Neovim's ghost text cost.
---@field requests integer
---@field model? string The model that was asked last.
---@field reason? string Why nothing was sent the last time: `off-for-paid`, `secret-file` …

--- For a statusline and for `:checkhealth zeke`.
---@return zeke.CompleteStatus
function M.status()
  return {
    is_on = is_on(),
    is_busy = state.ask ~= nil,
    cost_usd = require("zeke.complete.spent").total_usd(),
    requests = state.requests,
    model = state.model,
    reason = state.reason,
  }
end

--- The suggestion at the cursor, for whoever shows it.
---@return zeke.GhostSuggestion? suggestion
---@return string? rest
function M.current()
  local suggestion = state.suggestion
  if not suggestion then
    return nil
  end
  local buf, row, col = place()
  local rest = cache.rest(suggestion, buf, row, col)
  return rest and rest ~= "" and suggestion or nil, rest
end

--- Turns to the item of which this is left at the cursor.
---@param wanted string
function M.pick(wanted)
  local suggestion, rest = M.current()
  if suggestion and rest then
    local count = #suggestion.items
    local typed = suggestion.items[suggestion.index]:sub(1, -#rest - 1)
    for index = 1, count do
      if suggestion.items[index] == typed .. wanted then
        suggestion.index = index
      end
    end
  end
end

--- True while a model is asked, or is about to be.
---@return boolean
function M.is_waiting()
  return state.token ~= nil
end

return M
