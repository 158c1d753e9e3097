--- Files by the paths that findings name. JSON has no bytes that are not UTF-8: a name with such bytes comes
--- with U+FFFD in their place.
local M = {}

local REPLACEMENT = "\239\191\189"

--- A path as findings name it. How many U+FFFD stand for bytes in a row is nobody's rule: one does.
---@param path string
---@return string
function M.told(path)
  local told = require("zeke.text").valid(path)
  local count
  repeat
    told, count = told:gsub(REPLACEMENT .. REPLACEMENT, REPLACEMENT)
  until count == 0
  return told
end

--- The only file of a folder that would be told by this name.
---@param folder string
---@param name string
---@return string?
local function find_entry(folder, name)
  local found
  for entry in vim.fs.dir(folder) do
    if M.told(entry) == M.told(name) then
      if found then
        return nil
      end
      found = entry
    end
  end
  return found
end

--- The file that a finding is about.
---@param root string
---@param path string
---@return string
function M.find(root, path)
  local whole = root .. "/" .. path
  if not path:find(REPLACEMENT, 1, true) or vim.uv.fs_stat(whole) then
    return whole
  end
  local file = root
  for name in vim.gsplit(path, "/", { plain = true }) do
    local has_bytes = name:find(REPLACEMENT, 1, true) ~= nil
    file = file .. "/" .. (has_bytes and find_entry(file, name) or name)
  end
  return file
end

return M
