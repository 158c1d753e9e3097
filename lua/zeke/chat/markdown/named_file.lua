--- The file that an answer means by a path: models leave folders out. What is there under that very path is
--- meant; else the one file of the project that ends so; of several the user chooses; else it is a new one.
local M = {}

local MAX_FOUND = 30

---@param path string
---@param named string
---@return boolean
local function ends_so(path, named)
  return vim.endswith(path, "/" .. named) and not require("zeke.context").is_secret(path)
end

--- Files of open buffers, which may not be on the disk.
---@param named string
---@return string[]
local function open_files(named)
  local found = {}
  for _, info in ipairs(vim.fn.getbufinfo({ bufloaded = 1 })) do
    local path = require("zeke.context.focus").path(info.bufnr)
    if path and ends_so(path, named) then
      found[#found + 1] = path
    end
  end
  return found
end

---@param candidates string[]
---@param named string
---@param done fun(path: string)
local function choose(candidates, named, done)
  table.sort(candidates)
  if #candidates < 2 then
    return done(candidates[1] or named)
  end
  local prompt = ("Which %s is meant?"):format(require("zeke.text").clean(named))
  vim.ui.select(candidates, { prompt = prompt, kind = "zeke_file" }, function(path)
    if path then
      done(path)
    end
  end)
end

--- Finds it; calls back at once where nothing has to be asked.
---@param named string Relative to the root.
---@param done fun(path: string) Relative to the root.
function M.find(named, done)
  local root = require("zeke.context.focus").root()
  if vim.uv.fs_stat(vim.fs.joinpath(root, named)) then
    return done(named)
  end
  local candidates = open_files(named)
  if not require("zeke.rpc").is_joined() then
    return choose(candidates, named, done)
  end
  require("zeke.rpc").ask("files", { pattern = named, limit = MAX_FOUND }, {
    on_done = function(_, result)
      for _, path in ipairs(result and result.paths or {}) do
        if ends_so(path, named) and not vim.tbl_contains(candidates, path) then
          candidates[#candidates + 1] = path
        end
      end
      choose(candidates, named, done)
    end,
  })
end

return M
