--- The program's part of `:checkhealth zeke`: where it is, whether it runs, and what `zeke doctor` says.
local M = {}

local VERSION_TIMEOUT_MS = 10000
--- It asks every provider for its models.
local DOCTOR_TIMEOUT_MS = 30000
--- Health pages make a link of all that follows `:help` without a space.
local INSTALL = "Run npm ci in %s, put zeke on PATH, or set `binary`: see :help zeke-config-binary"
local NODE = "Install Node 22.13 or newer, and start Neovim where node is on PATH. It is not on %s"
local BINARY = "`binary` is set to this: correct it or leave it out, see :help zeke-config-binary"

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
    -- Where in Neovim's own code it was noticed is no news.
    return nil, (tostring(process):gsub("^.-:%d+: ", ""))
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
  local text_module = require("zeke.text")
  return text_module.clean(text_module.complaint(text or ""):match("^[^\n]*"))
end

--- What of the doctor's report concerns an editor; a terminal is none of it.
---@param name string
---@return boolean
local function is_wanted(name)
  return name ~= "zeke" and name ~= "terminal"
end

---@param check { name: string, status: "ok"|"note"|"problem", text: string }
local function report(check)
  local line = require("zeke.text").one_line(("%s: %s"):format(check.name, check.text))
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

--- What to do about a program that does not run.
---@return string
local function advice()
  local place = require("zeke.place")
  if require("zeke.config").get().binary then
    return BINARY
  end
  if vim.fn.executable("node") == 0 then
    return NODE:format(vim.env.PATH or "an empty PATH")
  end
  return INSTALL:format(vim.fn.fnamemodify(place.plugin_root(), ":~"))
end

--- Checks the program and what it says of itself. Keys are never printed.
function M.check()
  vim.health.start("The zeke program")
  local command = require("zeke.place").binary()
  if not command then
    return vim.health.error("There is no zeke program.", advice())
  end
  vim.health.info("Program: " .. table.concat(command, " "))
  local result, problem = run(command, { "--version" }, VERSION_TIMEOUT_MS)
  if not result or result.code ~= 0 then
    local why = problem or first_line(result and result.stderr)
    return vim.health.error("It cannot be run: " .. why, advice())
  end
  local version = first_line(result.stdout)
  if not version:find("^zeke %d") then
    return vim.health.error(("It is not Zeke. Asked for its version it says: “%s”"):format(version), advice())
  end
  vim.health.ok("It runs: " .. version)
  check_doctor(command)
end

return M
