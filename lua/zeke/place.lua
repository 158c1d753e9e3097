--- Where things are: the project's root, the socket of its conversation, the program. Computed as
--- src/platform/paths.ts computes them, so that whoever started first is found without asking anybody;
--- test/nvim/place.test.ts compares both.
local M = {}

local uv = vim.uv

---@param name string
---@return string?
local function env(name)
  return vim.env[name]
end

--- A path without `//`, `.` and `..`, as Node's `path.join` leaves it.
---@param path string
---@return string
local function plain(path)
  local is_absolute = path:sub(1, 1) == "/"
  local parts = {}
  for part in path:gmatch("[^/]+") do
    if part == ".." and #parts > 0 and parts[#parts] ~= ".." then
      parts[#parts] = nil
    elseif part ~= "." and not (part == ".." and is_absolute) then
      parts[#parts + 1] = part
    end
  end
  return (is_absolute and "/" or "") .. table.concat(parts, "/")
end

---@param ... string
---@return string
local function join(...)
  return plain(table.concat({ ... }, "/"))
end

--- The first 12 hex digits of the SHA-256.
---@param text string
---@return string
local function short_hash(text)
  return vim.fn.sha256(text):sub(1, 12)
end

---@return string
local function home()
  return env("HOME") or uv.os_homedir()
end

---@return string
local function state_dir()
  if env("ZEKE_STATE_DIR") then
    return env("ZEKE_STATE_DIR")
  end
  if vim.fn.has("mac") == 1 then
    return join(home(), "Library", "Application Support", "zeke")
  end
  return join(env("XDG_STATE_HOME") or join(home(), ".local", "state"), "zeke")
end

--- As Node's `os.tmpdir`.
---@return string
local function temporary_dir()
  local path = env("TMPDIR") or env("TMP") or env("TEMP") or "/tmp"
  if #path > 1 then
    path = path:gsub("/$", "")
  end
  return path
end

---@return string
local function runtime_dir()
  local given = env("XDG_RUNTIME_DIR")
  if given and given:sub(1, 1) == "/" and not env("ZEKE_STATE_DIR") then
    return join(given, "zeke")
  end
  return join(temporary_dir(), ("zeke-%d-%s"):format(uv.getuid(), short_hash(state_dir())))
end

--- The root of the project that holds the working directory: the nearest folder upwards with `.git` or
--- `.zeke`, else the working directory itself. Always a real path.
---@param directory? string
---@return string
function M.root(directory)
  local start = uv.fs_realpath(directory or uv.cwd() or ".") or directory or "."
  local current = start
  while true do
    if uv.fs_stat(current .. "/.git") or uv.fs_stat(current .. "/.zeke") then
      return current
    end
    local parent = vim.fs.dirname(current)
    if parent == nil or parent == current then
      return start
    end
    current = parent
  end
end

---@class zeke.Address
---@field path string The socket, or the name of the pipe.
---@field folder? string The folder that only this user may enter; nil for a named pipe.

--- Where the conversation of a project is joined.
---@param root string Real path of the project's root.
---@return zeke.Address
function M.address(root)
  local name = short_hash(root)
  if vim.fn.has("win32") == 1 then
    return { path = "\\\\.\\pipe\\zeke-" .. name }
  end
  local folder = runtime_dir()
  return { path = join(folder, name .. ".sock"), folder = folder }
end

--- Why a socket in this folder must not be used; nil where it may, or where there is no folder yet.
--- Whoever answers there can run anything in this Neovim: nobody else may put a socket into it.
--- Only where the folder was there, by the same look, is it ours for good: the next moment it may be made
--- by anybody.
---@param address zeke.Address
---@return string? distrust
---@return boolean is_there
function M.distrust(address)
  if not address.folder then
    return nil, true
  end
  local stat = uv.fs_lstat(address.folder)
  if not stat then
    return nil, false
  end
  if stat.type ~= "directory" then
    return address.folder .. " is no folder.", true
  end
  if stat.uid ~= uv.getuid() then
    return address.folder .. " belongs to another user.", true
  end
  if bit.band(stat.mode, 63) ~= 0 then
    return address.folder .. " is open to other users.", true
  end
  return nil, true
end

--- The address that has this path.
---@param path string
---@return zeke.Address
function M.address_at(path)
  return { path = path, folder = vim.fn.has("win32") == 0 and vim.fs.dirname(path) or nil }
end

--- Where a claim beside a journal says that its process shares: see src/session/share/claim.ts.
---@param file string
---@return string?
local function claimed_socket(file)
  local handle = io.open(file)
  local text = handle and handle:read("*a") or ""
  if handle then
    handle:close()
  end
  return text:match("^%S+ %x+ (.+)$")
end

--- False where nobody can hold the conversation of this project: there is no socket, neither here nor where
--- a process that knows another folder for sockets has made one.
---@return boolean
function M.has_host()
  local root = M.root()
  local address = M.address(root)
  if address.folder == nil or uv.fs_stat(address.path) then
    return true
  end
  local sessions = join(state_dir(), "projects", short_hash(root), "sessions")
  for name in vim.fs.dir(sessions) do
    local path = name:sub(-5) == ".host" and claimed_socket(sessions .. "/" .. name)
    if path and vim.fs.basename(path) == vim.fs.basename(address.path) and uv.fs_stat(path) then
      return true
    end
  end
  return false
end

--- This plugin's own folder.
---@return string
function M.plugin_root()
  local source = debug.getinfo(1, "S").source:sub(2)
  return vim.fs.dirname(vim.fs.dirname(vim.fs.dirname(uv.fs_realpath(source) or source)))
end

--- The command that starts Zeke, as a list; nil where there is none. The plugin's own that is not built
--- counts after one on PATH: it can still say what is to be done.
---@return string[]?
function M.binary()
  local given = require("zeke.config").get().binary
  if given then
    local command = type(given) == "table" and vim.deepcopy(given) or {
      given --[[@as string]],
    }
    command[1] = vim.fs.normalize(command[1])
    return command
  end
  local own = M.plugin_root() .. "/bin/zeke"
  local is_built = uv.fs_stat(M.plugin_root() .. "/dist/main.js") ~= nil
  if not is_built and vim.fn.executable("zeke") == 1 then
    return { vim.fn.exepath("zeke") }
  end
  if not uv.fs_stat(own) then
    return nil
  end
  return vim.fn.has("win32") == 1 and { "node", own } or { own }
end

--- A path as Zeke wants it told: relative to the root, with `/`; nil for what lies outside.
---@param path string
---@param root? string
---@return string?
function M.relative(path, root)
  root = root or M.root()
  local real = uv.fs_realpath(path)
  if not real then
    -- A file that is not written yet: its folder may be there.
    local folder = uv.fs_realpath(vim.fs.dirname(path))
    real = folder and (folder .. "/" .. vim.fs.basename(path)) or vim.fs.normalize(path)
  end
  real = real:gsub("\\", "/")
  local prefix = root:gsub("\\", "/"):gsub("/$", "") .. "/"
  if real:sub(1, #prefix) ~= prefix then
    return nil
  end
  return real:sub(#prefix + 1)
end

return M
