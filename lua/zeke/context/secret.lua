--- Which files hold secrets by their very name: the twin of src/platform/walk/secret-files.ts, so that
--- what stands in a buffer is guarded like what stands on the disk. test/lua/chat-context.test.ts compares.
local M = {}

---@param names string
---@return table<string, true>
local function set(names)
  local result = {}
  for name in names:gmatch("%S+") do
    result[name] = true
  end
  return result
end

local FOLDERS = set(".ssh .aws .gnupg .kube .azure .password-store")
local NAMES = set([[
  .npmrc .yarnrc .netrc _netrc .pypirc .pgpass .htpasswd .git-credentials .dockercfg .dockerconfigjson
  .vault-token .terraformrc .s3cfg .boto .my.cnf kubeconfig
]])
local EXTENSIONS = set([[
  pem key p12 pfx pkcs12 jks keystore kdb kdbx ppk asc gpg tfstate tfvars kubeconfig ovpn env
]])
local KEY_COPIES = set("bak old key pem ppk")
--- `.env.example` and its like are made to be shared.
local SHARED_ENV = { "example", "sample", "template", "dist" }

---@param name string
---@return boolean
local function is_environment(name)
  if not vim.startswith(name, ".env") then
    return false
  end
  for _, ending in ipairs(SHARED_ENV) do
    if vim.endswith(name, ending) and #name >= #".env" + #ending then
      return false
    end
  end
  return true
end

---@param name string
---@return boolean
local function is_private_key(name)
  local extension = name:match("^id_[a-z0-9_]+%.([a-z]+)$")
  return name:find("^id_[a-z0-9_]+$") ~= nil or KEY_COPIES[extension or ""] == true
end

--- True for a path (with `/`) whose name says that it holds secrets.
---@param path string
---@return boolean
function M.is_secret(path)
  local lower = path:lower()
  local segments = vim.split(lower, "/", { plain = true })
  local name = table.remove(segments)
  if NAMES[name] or EXTENSIONS[name:match("%.([^.]+)$") or ""] or is_environment(name) or is_private_key(name) then
    return true
  end
  for _, segment in ipairs(segments) do
    if FOLDERS[segment] then
      return true
    end
  end
  return ("/" .. lower):find("/.docker/config.json", 1, true) ~= nil and vim.endswith(lower, ".docker/config.json")
end

return M
