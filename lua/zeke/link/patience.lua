--- Waits for a host that took the connection and says nothing. It may be stopped (Ctrl+Z): a `zeke host`
--- takes its place. It may be busy: then it is waited for, as long as it is there. Or it answers others and
--- never will answer this plugin.
local M = {}

local clock = require("zeke.link.clock")

--- From then on whoever waits wants to know what for.
local NOTICE_MS = 2000
--- A busy host is looked at again after this, and then less and less often.
local PATIENCE_MS = 5000
local MAX_PATIENCE_MS = 80000

---@class zeke.Patience
---@field start fun(): zeke.Host? Starts a `zeke host`; nil where that cannot be.
---@field go fun(path: string) The conversation is held there by now.
---@field fail fun(err: zeke.Error)
---@field tell fun() Says that somebody is waited for; called more than once.

--- To be called again and again until the host answers.
---@param patience zeke.Patience
---@return fun()
function M.new(patience)
  local due, patience_ms, tell_at = clock.now(), PATIENCE_MS, clock.now() + NOTICE_MS
  local is_served = false
  ---@type zeke.Host?
  local looker
  return function()
    local report = looker and looker.report
    if report and report.state == "hosting" then
      return patience.go(report.address)
    end
    if clock.now() >= tell_at then
      patience.tell()
    end
    if (looker and not looker.code) or clock.now() < due then
      return
    end
    if looker and looker.code ~= 0 then
      return patience.fail(looker.failure())
    end
    local is_busy = report and report.state == "busy"
    if looker and not is_busy and not is_served then
      -- It answers others: then what it was told before is answered now.
      is_served, due = true, clock.now() + PATIENCE_MS
      return
    end
    if looker and not is_busy then
      return patience.fail({
        kind = "silent",
        message = "The Zeke that holds this conversation does not answer.",
        hint = "It may be older than this plugin: close it and try again.",
      })
    end
    looker, is_served = patience.start(), false
    due = clock.now() + patience_ms
    patience_ms = math.min(patience_ms * 2, MAX_PATIENCE_MS)
  end
end

return M
