--- Starts a Zeke in the background that hosts the conversation for editors: `zeke host`. It outlives this
--- Neovim, and leaves by itself when the last front end has left.
local M = {}

local uv = vim.uv

---@class zeke.HostReport Where the conversation is held, as `zeke host` found.
---@field address string
---@field state "hosting"|"hosted"|"busy" By that process; by another one; by one that does not answer.

---@class zeke.Host
---@field code? integer Its exit code, once it has ended.
---@field report? zeke.HostReport
---@field failure fun(): zeke.Error Why it ended, in its own words.

--- Why none can be started where there is no program.
---@return zeke.Error
function M.missing()
  return {
    kind = "missing",
    message = "There is no Zeke to start.",
    hint = "Run its build step (npm ci in the plugin's folder), put zeke on PATH, or set `binary`.",
  }
end

--- What a line of `zeke host` says; nil for anything else.
---@param line? string
---@return zeke.HostReport?
function M.report_of(line)
  local ok, report = pcall(vim.json.decode, line or "")
  local is_report = ok and type(report) == "table" and type(report.address) == "string"
  return is_report and report or nil
end

--- Starts one. Returns nil and the error where it cannot be started.
---@param root string Real path of the project's root.
---@param session_id? string The conversation to go on with.
---@return zeke.Host?
---@return zeke.Error?
function M.start(root, session_id)
  local command = require("zeke.place").binary()
  if not command then
    return nil, M.missing()
  end
  local args = vim.list_slice(command, 2)
  args[#args + 1] = "host"
  if session_id then
    vim.list_extend(args, { "--session", session_id })
  end
  local stdout, stderr = assert(uv.new_pipe()), assert(uv.new_pipe())
  local told, said = {}, {}
  local host = {}
  local handle, problem = uv.spawn(command[1], {
    args = args,
    cwd = root,
    stdio = { nil, stdout, stderr },
    -- A process group of its own: it is not ended with this Neovim, nor by Ctrl+C in its terminal.
    detached = true,
    hide = true,
  }, function(code)
    host.code = code
    if not stderr:is_closing() then
      stderr:close()
    end
  end)
  if not handle then
    stdout:close()
    stderr:close()
    local message = ("%s could not be started: %s."):format(command[1], problem)
    return nil, { kind = "missing", message = message, hint = "See :checkhealth zeke." }
  end
  handle:unref()
  stderr:read_start(function(_, data)
    said[#said + 1] = data
  end)
  stderr:unref()
  stdout:read_start(function(_, data)
    told[#told + 1] = data
    local line = table.concat(told):match("^(.-)\n")
    if line or not data then
      stdout:close()
      host.report = M.report_of(line)
    end
  end)
  stdout:unref()
  function host.failure()
    local words = require("zeke.text").complaint(table.concat(said)):gsub("^zeke: ", "")
    local why = words ~= "" and words or ("It ended with code %d."):format(host.code)
    return { kind = "host", message = "Zeke could not be started. " .. why, hint = "See :checkhealth zeke." }
  end
  return host
end

return M
