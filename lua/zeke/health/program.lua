--- The program's part of `:checkhealth zeke`: where it is, whether it runs, and what `zeke doctor` says.
local M = {}

local VERSION_TIMEOUT_MS = 10000
--- It asks every provider for its models.
local DOCTOR_TIMEOUT_MS = 30000
local INSTALL = "Run npm ci in the plugin's folder, put zeke on PATH, or set `binary` (:help zeke-config)."

---@param command string[]
---@param args string[]
---@param timeout_ms integer
---@return vim.SystemCompleted? result
---@return string? problem
local function run(command, args, timeout_ms)
  local whole = vim.list_extend(vim.list_slice(command), args)
  local options = { text = true, timeout = timeout_ms, cwd = require("zeke.place").root() }
  local ok, process = pcall(vim.system, whole, options)
  if not ok then
    return nil, tostring(process)
  end
  local result = process:wait()
  if result.code == 124 then
    return nil, ("it said nothing for %d seconds"):format(timeout_ms / 1000)
  end
  return result
end

---@param text string?
---@return string
local function first_line(text)
  return require("zeke.text").clean(vim.trim(text or ""):match("^[^\n]*") or "")
end

--- What of the doctor's report concerns an editor; a terminal is none of it.
---@param name string
---@return boolean
local function is_wanted(name)
  return name ~= "zeke" and name ~= "terminal"
end

---@param check { name: string, status: "ok"|"note"|"problem", text: string }
local function report(check)
  local line = require("zeke.text").clean(("%s: %s"):format(check.name, (check.text:gsub("%s+", " "))))
  if check.status == "ok" then
    vim.health.ok(line)
  elseif check.status == "note" then
    vim.health.info(line)
  else
    vim.health.error(line, "Run zeke doctor in a terminal after mending it: it says the same.")
  end
end

--- Each key that is there was reported by its provider's name.
---@param checks { name: string, status: string, text: string }[]
local function report_missing_keys(checks)
  local has_key = vim.iter(checks):any(function(check)
    return vim.startswith(check.name, "key ") and check.name ~= "key file"
  end)
  if not has_key then
    local advice = 'Run "zeke auth add anthropic" (or another of "zeke auth list") in a terminal, or start Ollama.'
    vim.health.warn("There is no key for any provider: only local models and the built-in engine answer.", advice)
  end
end

---@param command string[]
local function check_doctor(command)
  local result, problem = run(command, { "doctor", "--json" }, DOCTOR_TIMEOUT_MS)
  local ok, checks =
    pcall(vim.json.decode, result and result.stdout or "", { luanil = { object = true, array = true } })
  if not ok or type(checks) ~= "table" then
    problem = problem or first_line(result and result.stderr)
    return vim.health.warn("zeke doctor could not be read: " .. problem, "Run zeke doctor in a terminal.")
  end
  for _, check in ipairs(checks) do
    if is_wanted(check.name) then
      report(check)
    end
  end
  report_missing_keys(checks)
end

--- Checks the program and what it says of itself. Keys are never printed.
function M.check()
  vim.health.start("The zeke program")
  local command = require("zeke.place").binary()
  if not command then
    return vim.health.error("There is no zeke program.", INSTALL)
  end
  vim.health.info("Program: " .. table.concat(command, " "))
  local result, problem = run(command, { "--version" }, VERSION_TIMEOUT_MS)
  if not result or result.code ~= 0 then
    local why = problem or first_line(result and result.stderr)
    return vim.health.error("It cannot be run: " .. why, INSTALL)
  end
  vim.health.ok("It runs: " .. first_line(result.stdout))
  check_doctor(command)
end

return M
