--- Models: switching to one for every front end, and choosing one from what the providers offer.
local M = {}

---@class zeke.Model
---@field ref string `provider/model`.
---@field label string
---@field contextTokens? integer
---@field price? string
---@field capabilities? string[]

--- A list is asked for anew after this.
local STALE_MS = 5 * 60 * 1000
--- A provider that is slow keeps nobody from choosing another one's model for longer.
local SHOW_AFTER_MS = 1500
--- Once, when a name is completed before any list is there.
local COMPLETE_WAIT_MS = 400

---@type zeke.Model[]
local known = {}
local known_at = -STALE_MS
local has_waited = false
---@type fun(err?: zeke.Error)[]
local waiters = {}
local is_asking = false

---@param models zeke.Model[]
local function add(models)
  local have = {}
  for _, model in ipairs(known) do
    have[model.ref] = true
  end
  for _, model in ipairs(models) do
    if not have[model.ref] then
      have[model.ref] = true
      known[#known + 1] = model
    end
  end
  table.sort(known, function(left, right)
    return left.ref < right.ref
  end)
end

--- Asks what there is, unless somebody does.
---@param on_done? fun(err?: zeke.Error)
local function fetch(on_done)
  waiters[#waiters + 1] = on_done
  if is_asking then
    return
  end
  is_asking = true
  require("zeke.rpc").ask("models", {}, {
    on_progress = function(progress)
      add(progress.models)
    end,
    on_done = function(err, result)
      is_asking = false
      if result then
        known = {}
        add(result.models)
        known_at = vim.uv.now()
      end
      local waiting = waiters
      waiters = {}
      for _, waiter in ipairs(waiting) do
        waiter(err)
      end
    end,
  })
end

---@return boolean
local function is_fresh()
  return #known > 0 and vim.uv.now() - known_at < STALE_MS
end

---@return string?
local function current_ref()
  local state = require("zeke.session").get()
  return state and state.model or nil
end

---@param model zeke.Model
---@param width integer Of the longest name.
---@return string
local function format(model, width)
  local text = require("zeke.text")
  local ref = text.clean(model.ref)
  local parts = { ref .. (" "):rep(width - vim.fn.strdisplaywidth(ref)) }
  if model.contextTokens then
    parts[#parts + 1] = require("zeke.cost.amounts").tokens(model.contextTokens) .. " context"
  end
  if model.price then
    parts[#parts + 1] = text.clean(model.price)
  end
  if model.capabilities and #model.capabilities > 0 then
    parts[#parts + 1] = text.clean(table.concat(model.capabilities, ", "))
  end
  local mark = model.ref == current_ref() and "● " or "  "
  return mark .. vim.trim(table.concat(parts, "  "))
end

--- The models that hold every word, in whatever order.
---@param words string
---@return zeke.Model[]
local function matching(words)
  return vim.tbl_filter(function(model)
    local name = (model.ref .. " " .. model.label):lower()
    for word in words:lower():gmatch("%S+") do
      if not name:find(word, 1, true) then
        return false
      end
    end
    return true
  end, known)
end

--- The models whose names are nearest to what was typed, as a sentence; empty where none is near.
---@param name string
---@return string
local function near(name)
  local refs = vim.tbl_map(function(model)
    return model.ref
  end, known)
  local found = require("zeke.command.near").find(name, refs)
  return #found > 0 and (" Did you mean %s?"):format(require("zeke.text").clean(table.concat(found, ", "))) or ""
end

---@param words string Only the models that hold them are shown.
local function show(words)
  if #known == 0 then
    return require("zeke.notify").warn(
      'There is no model to choose. "zeke auth add anthropic" in a terminal adds a key; "zeke models" says more.'
    )
  end
  local models = matching(words)
  if #models == 0 then
    return require("zeke.notify").warn(("No model is named “%s”.%s"):format(words, near(words)))
  end
  local width = 0
  for _, model in ipairs(models) do
    width = math.max(width, vim.fn.strdisplaywidth(require("zeke.text").clean(model.ref)))
  end
  vim.ui.select(models, {
    prompt = "Model for every front end",
    kind = "zeke_model",
    format_item = function(model)
      return format(model, width)
    end,
  }, function(model)
    if model then
      M.set(model.ref)
    end
  end)
end

--- Lets the user choose. What is known is shown at once; otherwise what has come when all providers have
--- answered, or after a moment.
---@param ctx? zeke.CommandContext Its words choose which are shown: a provider, a part of a name.
function M.pick(ctx)
  local words = ctx and vim.trim(ctx.args) or ""
  if is_fresh() then
    return show(words)
  end
  local is_shown = false
  local timer = assert(vim.uv.new_timer())
  local function show_once()
    if not is_shown then
      is_shown = true
      timer:stop()
      timer:close()
      show(words)
    end
  end
  fetch(function(err)
    if err and not is_shown then
      is_shown = true
      timer:stop()
      timer:close()
      if err.kind ~= "cancelled" then
        require("zeke.notify").failure(err)
      end
      return
    end
    show_once()
  end)
  timer:start(
    SHOW_AFTER_MS,
    SHOW_AFTER_MS,
    vim.schedule_wrap(function()
      if #known > 0 and not timer:is_closing() then
        show_once()
      end
    end)
  )
end

--- Switches the model of the conversation, for every front end.
---@param name string `provider/model`
function M.set(name)
  require("zeke.rpc").op({ type = "switch-model", model = name }, function(err)
    local notify = require("zeke.notify")
    if err then
      return notify.failure(err)
    end
    notify.info(("The model is %s now."):format(require("zeke.text").clean(name)))
  end)
end

--- Calls back once the list of models is there, or why it is not.
---@param callback fun(err?: zeke.Error)
local function when_known(callback)
  if is_fresh() then
    return callback()
  end
  fetch(callback)
end

--- A model may be one that nobody lists; its provider is one that can be used.
---@param name string
local function warn_of_unknown(name)
  local provider = name:match("^[^/]+/")
  when_known(function(err)
    local is_known = vim.iter(known):any(function(model)
      return vim.startswith(model.ref, provider)
    end)
    if not err and not is_known then
      local text = "No provider “%s” can be used here: the next message would fail. :ZekeModels lists what can."
      require("zeke.notify").warn(text:format(require("zeke.text").clean(provider:sub(1, -2))))
    end
  end)
end

--- Says that a name is none, and which are near it.
---@param name string
local function refuse(name)
  when_known(function()
    local text = "“%s” is no provider/model.%s :ZekeModels lists them."
    require("zeke.notify").error(text:format(require("zeke.text").clean(name), near(name)))
  end)
end

--- `:ZekeModel [name]`
---@param ctx zeke.CommandContext
function M.command(ctx)
  local name = vim.trim(ctx.args)
  if name == "" then
    return M.pick()
  end
  if not name:find("^[^/%s]+/[^%s]+$") then
    return refuse(name)
  end
  M.set(name)
  warn_of_unknown(name)
end

--- Switches to the model so many places further in the list, around its end.
---@param count integer
local function step(count)
  when_known(function(err)
    if err then
      return require("zeke.notify").failure(err)
    end
    if #known == 0 then
      return show("")
    end
    local current = current_ref()
    local at = count > 0 and 0 or 1
    for index, model in ipairs(known) do
      at = model.ref == current and index or at
    end
    M.set(known[(at + count - 1) % #known + 1].ref)
  end)
end

--- `:ZekeModelNext`
function M.next()
  step(1)
end

--- `:ZekeModelPrevious`
function M.previous()
  step(-1)
end

--- The providers whose models are known, for completion.
---@return string[]
function M.providers()
  local names = {}
  for _, ref in ipairs(M.complete("")) do
    names[ref:match("^[^/]+")] = true
  end
  return vim.tbl_keys(names)
end

--- Names that `:ZekeModel` takes. A Zeke that is joined is asked once; the next time its list is there.
---@param lead string
---@return string[]
function M.complete(lead)
  if not is_fresh() and require("zeke.rpc").is_joined() then
    local is_done = false
    fetch(function()
      is_done = true
    end)
    if not has_waited then
      has_waited = true
      vim.wait(COMPLETE_WAIT_MS, function()
        return is_done
      end, 10)
    end
  end
  local names = {}
  for _, model in ipairs(known) do
    names[model.ref] = true
  end
  local current = current_ref()
  if current then
    names[current] = true
  end
  return vim.tbl_filter(function(name)
    return vim.startswith(name, lead)
  end, vim.tbl_keys(names))
end

return M
