--- What the user is told of ghost text: once by itself, each time where they asked by hand; and what whoever
--- listens to events is told.
local M = {}

local REASONS = {
  ["secret-file"] = "This file holds secrets by its name: nothing of it is sent to a model.",
  ["secret-text"] = "A secret stands here: nothing was sent to the model.",
  ["no-model"] = "The built-in engine completes nothing. Choose a model with :ZekeModel, or run one for code here.",
}

--- No fault of anybody: what was asked is not wanted any more, or its Zeke is gone and another one comes.
local QUIET = { cancelled = true, left = true, lost = true }

---@type table<string, boolean>
local said = {}

--- Says a thing once until ghost text is turned on again.
---@param message string
local function once(message)
  if not said[message] then
    said[message] = true
    require("zeke.notify").warn(message)
  end
end

--- Says what went wrong.
---@param err zeke.Error
---@param is_manual boolean The user asked by hand.
---@return boolean is_fault False where that is none.
function M.failure(err, is_manual)
  if QUIET[err.kind] then
    return false
  end
  if is_manual then
    require("zeke.notify").failure(err)
  else
    once(err.message .. (err.hint and err.hint ~= "" and " " .. err.hint or ""))
  end
  return true
end

--- Says why nothing came, to whoever asked by hand or turned ghost text on.
---@param result table
---@param is_manual boolean
---@param is_turned_on boolean
function M.reason(result, is_manual, is_turned_on)
  if result.hint and is_turned_on then
    once(result.hint)
  elseif is_manual and #result.items == 0 then
    require("zeke.notify").info(REASONS[result.reason] or "The model suggests nothing here.")
  end
end

--- Fires the event of an answer.
---@param result table
function M.answered(result)
  require("zeke.events").fire("Completion", {
    model = result.model,
    count = #result.items,
    costUsd = result.costUsd,
    isCached = result.isCached,
    reason = result.reason,
  })
end

--- Fires the event of a suggestion that has come; not each time that it is shown on after a key.
---@param suggestion? zeke.GhostSuggestion Nil where it does not fit any more.
---@param text? string What is shown of it.
function M.shown(suggestion, text)
  if suggestion then
    require("zeke.events").fire("CompletionShown", {
      buf = suggestion.buf,
      line = vim.api.nvim_win_get_cursor(0)[1],
      text = text,
      index = suggestion.index,
      count = #suggestion.items,
    })
  end
end

--- What was said may be said again.
function M.forget()
  said = {}
end

return M
