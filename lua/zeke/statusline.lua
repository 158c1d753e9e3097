--- What a statusline shows of the conversation, made from the state that is here already: it never waits, and
--- loads and joins nothing.
local M = {}

---@class zeke.Status
---@field model? string `provider/model`; nil while no conversation is known.
---@field context { used?: integer, size?: integer } Tokens of the next request, and what the model takes.
---@field cost? number US dollars of this conversation; nil where no price is known.
---@field busy "answer"|"review"|"completion"|false What is being done.
---@field clients integer Front ends that are attached, this one among them.
---@field approval boolean Whether somebody has to allow something.
---@field completion boolean Whether ghost text comes by itself.
---@field completion_cost number US dollars of this Neovim's ghost text, which is no part of the conversation.

--- After these the next request has another size.
local CHANGES_CONTEXT = {
  ["turn-end"] = true,
  ["model-switch"] = true,
  ["session-start"] = true,
  clear = true,
  compact = true,
  ["compact-undo"] = true,
  undo = true,
  ["turn-retract"] = true,
}

---@type { used?: integer, size?: integer }
local context = {}
local is_listening = false
local is_watching = false
local is_asking = false
local is_stale = true
local last_text = ""

--- A module that is in use already: a statusline is no reason to load one.
---@param name string
---@return table?
local function loaded(name)
  local module = package.loaded["zeke." .. name]
  return type(module) == "table" and module or nil
end

--- Asks how full the context is; once more where that changed meanwhile.
local function ask_context()
  local rpc = loaded("rpc")
  if is_asking or not is_stale or not rpc or not rpc.is_joined() then
    return
  end
  is_asking, is_stale = true, false
  rpc.ask("context-use", {}, {
    on_done = function(_, result)
      is_asking = false
      if result then
        context = { used = result.tokens, size = result.contextTokens }
        M.redraw()
      end
      ask_context()
    end,
  })
end

---@param events table[]
local function follow(events)
  local is_changed = #events == 0
  for _, event in ipairs(events) do
    is_changed = is_changed or CHANGES_CONTEXT[event.type] == true
  end
  if is_changed then
    is_stale = true
    ask_context()
  end
  M.redraw()
end

--- Follows the conversation once there is one.
local function watch_session()
  local session = loaded("session")
  if session and not is_watching then
    is_watching = true
    session.on(follow)
    vim.schedule(ask_context)
  end
end

--- Hears, from the first time that somebody looks, of what changes the line.
local function listen()
  if is_listening then
    return
  end
  is_listening = true
  vim.api.nvim_create_autocmd("User", {
    group = vim.api.nvim_create_augroup("zeke_statusline", { clear = true }),
    pattern = { "ZekeJoined", "ZekeLeft", "ZekeClients", "ZekeReviewStart", "ZekeReviewDone", "ZekeCompletion" },
    callback = function()
      watch_session()
      M.redraw()
    end,
  })
  watch_session()
end

---@param state zeke.State
---@return "answer"|"review"|"completion"|false
local function activity(state)
  local review, complete = loaded("review"), loaded("complete")
  if state.running then
    return "answer"
  end
  if review and review.is_running() then
    return "review"
  end
  return complete ~= nil and complete.status().is_busy and "completion" or false
end

--- What there is to show, as data. Costs a look at a few tables.
---@return zeke.Status
function M.get()
  listen()
  local session, complete = loaded("session"), loaded("complete")
  local state = session and session.get()
  local status = { context = {}, busy = false, clients = 0, approval = false, completion = false, completion_cost = 0 }
  if complete then
    local ghost_text = complete.status()
    status.completion = ghost_text.is_on
    status.completion_cost = ghost_text.cost_usd
  end
  if not session or not state then
    return status
  end
  status.model = state.model
  status.context = context
  status.cost = state.usage.costUsd
  status.busy = activity(state)
  status.clients = #session.clients()
  status.approval = state.approval ~= nil
  return status
end

local WORDS = { answer = "answering", review = "reviewing", completion = "completing" }

---@param model string
---@return string
local function short_model(model)
  return (model:gsub("^[^/]*/", ""))
end

---@param status zeke.Status
---@return string?
local function context_part(status)
  local amounts = require("zeke.cost.amounts")
  local used, size = status.context.used, status.context.size
  return used and amounts.tokens(used) .. (size and "/" .. amounts.tokens(size) or "") or nil
end

---@param status zeke.Status
---@param has_icons boolean
---@return string?
local function busy_part(status, has_icons)
  if status.approval then
    return has_icons and "⚠ approval" or "approval!"
  end
  return status.busy and WORDS[status.busy] .. (has_icons and "…" or "...") or nil
end

---@param text string
---@return string Fit for 'statusline', where `%` begins an item.
local function escape(text)
  return (require("zeke.text").clean(text):gsub("%%", "%%%%"))
end

---@param status zeke.Status
---@return string[]
local function parts_of(status)
  local amounts = require("zeke.cost.amounts")
  local has_icons = require("zeke.config").get().statusline.icons
  local parts = { short_model(status.model), context_part(status) }
  if status.cost then
    parts[#parts + 1] = amounts.cost(status.cost)
  end
  if status.completion_cost > 0 then
    parts[#parts + 1] = amounts.cost(status.completion_cost) .. " ghost text"
  end
  parts[#parts + 1] = busy_part(status, has_icons)
  if status.clients > 1 then
    parts[#parts + 1] = (has_icons and "⇄ %d" or "%d attached"):format(status.clients)
  end
  if status.clients == 0 then
    parts[#parts + 1] = "not joined"
  end
  return parts
end

--- A line for 'statusline', with every `%` of a name escaped; empty while no conversation is known.
---@return string
function M.text()
  local status = M.get()
  if not status.model then
    return ""
  end
  local separator = require("zeke.config").get().statusline.icons and " · " or " | "
  return escape(table.concat(parts_of(status), separator))
end

--- The parts of the line under the names that users of zeke.nvim know, each for a component of lualine; empty
--- where there is nothing to say.
---@return string
function M.lualine_model()
  local model = M.get().model
  return model and escape(short_model(model)) or ""
end

--- Tokens of context.
---@return string
function M.lualine_tokens()
  return context_part(M.get()) or ""
end

--- What is running.
---@return string
function M.lualine_requests()
  return busy_part(M.get(), require("zeke.config").get().statusline.icons) or ""
end

--- All in one line.
---@return string
function M.lualine_status()
  return M.text()
end

--- The parts, to be put into a section of lualine.
---@return (fun(): string)[]
function M.get_lualine_components()
  return { M.lualine_model, M.lualine_tokens, M.lualine_requests }
end

--- Adds the component to lualine as it is set up now.
function M.setup_lualine()
  local lualine = require("lualine")
  local config = lualine.get_config()
  table.insert(config.sections.lualine_x, 1, "zeke")
  lualine.setup(config)
end

--- Has statuslines drawn anew where the text is another one.
function M.redraw()
  local text = M.text()
  if text == last_text then
    return
  end
  last_text = text
  vim.schedule(function()
    vim.cmd.redrawstatus({ bang = true })
    require("zeke.events").fire("Status", { text = text })
  end)
end

return M
