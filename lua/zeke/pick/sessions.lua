--- Conversations of this project: opening one for every front end, searching, renaming, copying, exporting,
--- deleting.
local M = {}

---@class zeke.SessionItem
---@field id string
---@field title string
---@field updatedAt integer
---@field turnCount integer
---@field model? string
---@field isOpen? boolean
---@field problem? string

--- Once, when a title is completed before any list is there.
local COMPLETE_WAIT_MS = 400

--- What was listed last, for completion.
---@type zeke.SessionItem[]
local known = {}
local has_waited = false

---@param item zeke.SessionItem
---@return string
local function title_of(item)
  local title = require("zeke.text").one_line(item.title)
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
    parts[#parts + 1] = "cannot be opened: " .. require("zeke.text").one_line(item.problem)
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

---@param items zeke.SessionItem[]
---@param prompt string
---@param on_choice fun(item: zeke.SessionItem)
local function show(items, prompt, on_choice)
  items = vim.list_slice(items)
  table.sort(items, function(left, right)
    return left.updatedAt > right.updatedAt
  end)
  vim.ui.select(items, { prompt = prompt, kind = "zeke_session", format_item = format }, function(item)
    if item then
      on_choice(item)
    end
  end)
end

--- Those that hold the words, in their title or in what was said.
---@param items zeke.SessionItem[]
---@param words string
---@param callback fun(items: zeke.SessionItem[])
local function search(items, words, callback)
  if words == "" then
    return callback(items)
  end
  ask("search-sessions", { query = words }, function(result)
    local is_hit = {}
    for _, hit in ipairs(result.hits) do
      is_hit[hit.id] = true
    end
    callback(vim.tbl_filter(function(item)
      return is_hit[item.id] == true
    end, items))
  end)
end

---@param prompt string
---@param words string Only those that hold them; all where it is empty.
---@param on_choice fun(item: zeke.SessionItem)
local function choose(prompt, words, on_choice)
  local notify = require("zeke.notify")
  ask("sessions", {}, function(result)
    known = result.sessions
    if #known == 0 then
      return notify.info("There is no conversation of this project yet. :ZekeChat begins one.")
    end
    search(known, words, function(items)
      if #items == 0 then
        return notify.info(("No conversation of this project holds “%s”."):format(words))
      end
      show(items, prompt, on_choice)
    end)
  end)
end

---@param item zeke.SessionItem
---@return boolean is_possible False, and said, where it cannot be opened.
local function open(item)
  if item.problem then
    local problem = require("zeke.text").clean(item.problem)
    require("zeke.notify").error(("“%s” cannot be opened: %s"):format(title_of(item), problem))
    return false
  end
  local state = require("zeke.session").get()
  if not state or state.sessionId ~= item.id then
    require("zeke.rpc").op({ type = "open-session", sessionId = item.id })
  end
  return true
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

--- Gives the conversation that is open another title, for every front end.
---@param title string
local function set_title(title)
  require("zeke.rpc").op({ type = "rename", title = title }, function(err)
    if err then
      return require("zeke.notify").failure(err)
    end
    require("zeke.notify").info(("The conversation is called “%s” now."):format(require("zeke.text").clean(title)))
  end)
end

---@param title string As it is.
local function ask_title(title)
  vim.ui.input({ prompt = "Title: ", default = require("zeke.text").clean(title) }, function(typed)
    if typed and typed:find("%S") then
      set_title(vim.trim(typed))
    end
  end)
end

--- `:ZekeRename [title]`: asks for one where none is given.
---@param ctx zeke.CommandContext
function M.rename(ctx)
  local title = vim.trim(ctx.args)
  if title ~= "" then
    return set_title(title)
  end
  local state = require("zeke.session").get()
  ask_title(state and state.title or "")
end

--- Only the open conversation can be renamed: another one is opened first.
---@param item zeke.SessionItem
local function rename(item)
  if open(item) then
    ask_title(item.title)
  end
end

--- Opens a copy, in which the conversation goes another way.
---@param item zeke.SessionItem
local function copy(item)
  if not open(item) then
    return
  end
  require("zeke.rpc").op({ type = "fork", turnCount = item.turnCount }, function(err)
    if err then
      return require("zeke.notify").failure(err)
    end
    require("zeke.notify").info(("A copy of “%s” is open."):format(title_of(item)))
  end)
end

--- What can be done with a conversation beside opening it.
---@param item zeke.SessionItem
local function choose_action(item)
  local actions = {
    { label = "Rename", run = rename },
    { label = "Open a copy", run = copy },
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

--- `:ZekeSessions [words]` opens the one that the user chooses, for every front end; `:ZekeSessions!` asks
--- what to do with it.
---@param ctx zeke.CommandContext
function M.command(ctx)
  local words = vim.trim(ctx.args)
  if ctx.bang then
    return choose("Rename, copy, export or delete a conversation", words, choose_action)
  end
  choose("Open a conversation (:ZekeSessions! does more)", words, open)
end

--- Titles for `:ZekeSessions`: what is behind the words that are typed already. A Zeke that is joined is
--- asked once; the next time its list is there.
---@param lead string
---@param before string
---@return string[]
function M.complete(lead, before)
  if not has_waited and require("zeke.rpc").is_joined() then
    has_waited = true
    local is_done = false
    ask("sessions", {}, function(result)
      known, is_done = result.sessions, true
    end)
    vim.wait(COMPLETE_WAIT_MS, function()
      return is_done
    end, 10)
  end
  local typed = before == "" and lead or (before .. " " .. lead)
  local found = {}
  for _, item in ipairs(known) do
    if item.title ~= "" and vim.startswith(item.title, typed) then
      found[#found + 1] = title_of(item):sub(#typed - #lead + 1)
    end
  end
  return found
end

return M
