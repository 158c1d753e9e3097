--- Names of files and of what else a message may name, for the command line: at once, without asking Zeke.
local M = {}

--- Files and folders of the project below what is typed, relative to its root.
---@param lead string
---@return string[]
function M.files(lead)
  local root = require("zeke.context.focus").root()
  local prefix = root:gsub("/$", "") .. "/"
  local found = {}
  for _, path in ipairs(vim.fn.getcompletion(vim.fn.fnameescape(prefix) .. lead, "file")) do
    local name = vim.startswith(path, prefix) and path:sub(#prefix + 1) or nil
    if name and not require("zeke.context").is_secret(name) then
      found[#found + 1] = name
    end
  end
  return found
end

--- What may be typed behind `@` and `#`.
---@param lead string
---@return string[]
function M.complete(lead)
  local sign, word = lead:match("^([@#])(.*)$")
  if sign == "@" then
    return vim.tbl_map(function(path)
      return "@" .. path
    end, M.files(word))
  end
  if sign ~= "#" or vim.startswith(word, "symbol:") then
    return {}
  end
  local found = {}
  require("zeke.context").complete(lead, #lead, function(suggestions)
    for _, suggestion in ipairs(suggestions) do
      found[#found + 1] = suggestion.label
    end
  end)
  return found
end

return M
