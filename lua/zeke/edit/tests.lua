--- Where the tests of a file are: in the file itself, in one that is there by the conventions of its
--- language, or nowhere yet.
local M = {}

local target = require("zeke.edit.target")

--- Languages whose tests stand in the file that they test.
local INSIDE = { rust = true, zig = true }
--- What a test file of `stem` may be called, without the extension; `%s` is the stem.
local NAMES = { "%s.test", "%s.spec", "%s_test", "%s_spec", "test_%s", "test-%s", "%sTest", "%sTests", "%s-test" }
--- Folders of tests, beside the file, or beside a folder that it is in.
local FOLDERS = { "__tests__", "test", "tests", "spec" }

--- True where a file is called as tests are.
---@param path string
---@return boolean
local function is_test(path)
  local stem = vim.fs.basename(path):gsub("%.%w+$", "")
  for _, name in ipairs(NAMES) do
    if stem:find("^" .. vim.pesc(name):gsub("%%%%s", ".+") .. "$") then
      return true
    end
  end
  return false
end

--- The folders in which tests of a file may be, nearest first, up to the project's root.
---@param path string
---@return string[]
local function folders_of(path)
  local root = require("zeke.place").root()
  local folder = vim.fs.dirname(path)
  local found, below = { folder }, ""
  while true do
    for _, name in ipairs(FOLDERS) do
      found[#found + 1] = vim.fs.joinpath(folder, name, below)
      -- `src/a/b.ts` is tested by `test/a/b.test.ts`.
      local inner = below:match("^[^/]+/(.+)$")
      found[#found + 1] = inner and vim.fs.joinpath(folder, name, inner) or nil
      found[#found + 1] = below ~= "" and vim.fs.joinpath(folder, name) or nil
    end
    local parent = vim.fs.dirname(folder)
    if folder == root or parent == folder or not vim.startswith(folder, root) then
      return found
    end
    below = below == "" and vim.fs.basename(folder) or vim.fs.joinpath(vim.fs.basename(folder), below)
    folder = parent
  end
end

--- The file that holds the tests of another one, where there is one.
---@param path string
---@return string?
function M.find(path)
  local stem, extension = vim.fs.basename(path):match("^(.-)(%.%w+)$")
  if not stem then
    return nil
  end
  for _, folder in ipairs(folders_of(path)) do
    for _, name in ipairs(NAMES) do
      local candidate = vim.fs.joinpath(folder, name:format(stem) .. extension)
      if vim.uv.fs_stat(candidate) then
        return candidate
      end
    end
  end
  return nil
end

--- Whether tests of a buffer go into the buffer itself.
---@param buf integer
---@return boolean
function M.are_inside(buf)
  return INSIDE[vim.bo[buf].filetype] or is_test(vim.api.nvim_buf_get_name(buf))
end

--- Shows the file with the tests of a buffer beside it; nil where there is none that can be changed.
---@param buf integer
---@return integer? buf
function M.open(buf)
  local name = vim.api.nvim_buf_get_name(buf)
  local path = name ~= "" and M.find(name)
  if not path then
    return nil
  end
  local tests = vim.fn.bufadd(path)
  -- A swap file of another editor is an error here, and no question.
  local is_loaded = pcall(vim.fn.bufload, tests)
  if not is_loaded or target.refusal(tests) or not target.snapshot(tests) then
    return nil
  end
  vim.bo[tests].buflisted = true
  if vim.fn.bufwinid(tests) == -1 then
    vim.api.nvim_open_win(tests, false, { split = "right", win = -1 })
  end
  return tests
end

return M
