--- Conversations of this project: opening one for every front end, exporting, deleting.
local M = {}

---@class zeke.SessionItem
---@field id string
---@field title string
---@field updatedAt integer
---@field turnCount integer
---@field model? string
---@field isOpen? boolean
---@field problem? string

---@param item zeke.SessionItem
---@return string
local function title_of(item)
  local title = require("zeke.text").clean((item.title:gsub("%s+", " ")))
  return title ~= "" and title or "(nothing said yet)"
end

---@param item zeke.SessionItem
---@return string
local function format(item)
  local parts = {
    title_of(item),
    require("zeke.cost.amounts").age(item.updatedAt),
    item.turnCount == 1 and "1 turn" or ("%d turns"):format(item.turnCount),
  }
  local state = require("zeke.session").get()
  if state and state.sessionId == item.id then
    parts[#parts + 1] = "open here"
  elseif item.isOpen then
    parts[#parts + 1] = "open elsewhere"
  end
  if item.problem then
    parts[#parts + 1] = "cannot be opened: " .. require("zeke.text").clean((item.problem:gsub("%s+", " ")))
  end
  return table.concat(parts, " · ")
end

--- Asks a service and says what came of it.
---@param method string
---@param params table
---@param on_result fun(result: table)
local function ask(method, params, on_result)
  require("zeke.rpc").ask(method, params, {
    on_done = function(err, result)
      if result then
        on_result(result)
      elseif err and err.kind ~= "cancelled" then
        require("zeke.notify").failure(err)
      end
    end,
  })
end

---@param prompt string
---@param on_choice fun(item: zeke.SessionItem)
local function choose(prompt, on_choice)
  ask("sessions", {}, function(result)
    local items = result.sessions
    if #items == 0 then
      return require("zeke.notify").info("There is no conversation of this project yet. :ZekeChat begins one.")
    end
    table.sort(items, function(left, right)
      return left.updatedAt > right.updatedAt
    end)
    vim.ui.select(items, { prompt = prompt, kind = "zeke_session", format_item = format }, function(item)
      if item then
        on_choice(item)
      end
    end)
  end)
end

---@param item zeke.SessionItem
local function open(item)
  local notify = require("zeke.notify")
  if item.problem then
    return notify.error(("“%s” cannot be opened: %s"):format(title_of(item), item.problem))
  end
  require("zeke.rpc").op({ type = "open-session", sessionId = item.id })
end

---@param item zeke.SessionItem
---@param file_format "markdown"|"json"
local function export(item, file_format)
  ask("export-session", { id = item.id, format = file_format }, function(result)
    require("zeke.notify").info("Written: " .. require("zeke.text").clean(result.path))
  end)
end

---@param item zeke.SessionItem
local function delete(item)
  ask("delete-session", { id = item.id }, function()
    require("zeke.notify").info(("“%s” is deleted."):format(title_of(item)))
  end)
end

--- What can be done with a conversation beside opening it.
---@param item zeke.SessionItem
local function choose_action(item)
  local actions = {
    { label = "Export as Markdown", run = export, argument = "markdown" },
    { label = "Export as JSON", run = export, argument = "json" },
    { label = "Delete for good", run = delete },
  }
  vim.ui.select(actions, {
    prompt = title_of(item),
    kind = "zeke_session_action",
    format_item = function(action)
      return action.label
    end,
  }, function(action)
    if action then
      action.run(item, action.argument)
    end
  end)
end

--- Opens the conversation that the user chooses, for every front end.
function M.pick()
  choose("Open a conversation (:ZekeSessions! exports or deletes)", open)
end

--- Exports or deletes the conversation that the user chooses.
function M.manage()
  choose("Export or delete a conversation", choose_action)
end

--- `:ZekeSessions`, and `:ZekeSessions!` to export or delete.
---@param ctx zeke.CommandContext
function M.command(ctx)
  if ctx.bang then
    return M.manage()
  end
  M.pick()
end

return M
