--- Where the user works: the last window with a file in it, told to Zeke a moment after it changed, and
--- which buffers of the project are not on the disk.
local M = {}

--- Long enough to let a burst of keys pass, short enough to be right when a message is sent.
local TELL_AFTER_MS = 300
local MAX_OVERLAY_BYTES = 1024 * 1024
local MAX_OPEN_FILES = 100

---@class zeke.Focus
---@field buf integer
---@field win? integer The window, where it is still there.
---@field path? string Relative to the root; nil for what is no file of the project.
---@field line integer

---@type integer?
local last_win
---@type integer?
local last_buf
local is_following = false
local is_telling = false
---@type table<integer, true> Buffers whose text changed since it was told.
local changed = {}
--- Paths by the names of buffers. Asked for at every move of the cursor, and the disk may be slow.
---@type { from?: string, by_name: table<string, string|false> }
local paths = { by_name = {} }
---@type table<integer, string> What a buffer's overlay was told as.
local told_paths = {}

---@param win integer
---@return boolean
local function is_normal(win)
  local buf = vim.api.nvim_win_get_buf(win)
  return vim.bo[buf].buftype == "" and vim.api.nvim_win_get_config(win).relative == ""
end

--- The root that paths are told relative to: of the conversation that was joined, else of this folder.
---@return string
function M.root()
  return require("zeke.rpc").status().root or require("zeke.place").root()
end

--- The path of a buffer's file, relative to the root.
---@param buf integer
---@return string?
function M.path(buf)
  local name = vim.api.nvim_buf_get_name(buf)
  if name == "" or vim.bo[buf].buftype ~= "" or name:find("^%a[%w+.-]+://") then
    return nil
  end
  local joined_root = require("zeke.rpc").status().root
  local from = joined_root or vim.uv.cwd()
  if paths.from ~= from then
    paths = { from = from, by_name = {} }
  end
  local path = paths.by_name[name]
  if path == nil then
    path = require("zeke.place").relative(name, joined_root) or false
    paths.by_name[name] = path
  end
  return path or nil
end

--- The window that a file may be shown in: the last one the user worked in, or any with a file.
---@return integer?
local function find_window()
  if last_win and vim.api.nvim_win_is_valid(last_win) and is_normal(last_win) then
    return last_win
  end
  for _, win in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if is_normal(win) then
      return win
    end
  end
end

--- Where the user works, or worked last; nil where no file was ever open.
---@return zeke.Focus?
function M.get()
  local current = vim.api.nvim_get_current_win()
  if is_normal(current) then
    last_win = current
  end
  local win = find_window()
  local buf = win and vim.api.nvim_win_get_buf(win) or last_buf
  if not buf or not vim.api.nvim_buf_is_loaded(buf) then
    return nil
  end
  last_buf = buf
  local line = win and vim.api.nvim_win_get_cursor(win)[1] or 1
  return { buf = buf, win = win, path = M.path(buf), line = line }
end

--- The same as an op is told it.
---@param focus? zeke.Focus
---@return { path?: string, line?: integer, openFiles: string[] }
function M.place(focus)
  local secret = require("zeke.context.secret")
  local place = { openFiles = {} }
  if focus and focus.path and not secret.is_secret(focus.path) then
    place.path = focus.path
    place.line = focus.line
  end
  for _, info in ipairs(vim.fn.getbufinfo({ buflisted = 1, bufloaded = 1 })) do
    local path = M.path(info.bufnr)
    if path and #place.openFiles < MAX_OPEN_FILES and not secret.is_secret(path) then
      table.insert(place.openFiles, path)
    end
  end
  return place
end

---@param buf integer
local function tell_overlay(buf)
  local rpc = require("zeke.rpc")
  local is_there = vim.api.nvim_buf_is_loaded(buf) and vim.bo[buf].modified
  local path = is_there and M.path(buf) or nil
  local told = told_paths[buf]
  if told and told ~= path then
    told_paths[buf] = nil
    rpc.overlay(told, nil)
  end
  if not path or require("zeke.context.secret").is_secret(path) then
    return
  end
  if vim.api.nvim_buf_get_offset(buf, vim.api.nvim_buf_line_count(buf)) > MAX_OVERLAY_BYTES then
    return rpc.overlay(path, nil)
  end
  told_paths[buf] = path
  local lines = require("zeke.text").valid_lines(vim.api.nvim_buf_get_lines(buf, 0, -1, false))
  rpc.overlay(path, table.concat(lines, "\n") .. "\n")
end

--- Tells everything that changed since the last time. Called by a timer, and before a message is sent.
function M.tell()
  is_telling = false
  if not require("zeke.rpc").is_joined() then
    return
  end
  require("zeke.rpc").editor(M.place(M.get()))
  local buffers = changed
  changed = {}
  for buf in pairs(buffers) do
    tell_overlay(buf)
  end
end

local function tell_soon()
  if is_telling then
    return
  end
  is_telling = true
  vim.defer_fn(M.tell, TELL_AFTER_MS)
end

--- Follows the user from now on. Called once somebody has joined; again does nothing.
function M.follow()
  if is_following then
    return tell_soon()
  end
  is_following = true
  local group = vim.api.nvim_create_augroup("zeke_focus", { clear = true })
  vim.api.nvim_create_autocmd({ "WinEnter", "BufEnter", "CursorMoved", "CursorMovedI" }, {
    group = group,
    desc = "Zeke: where the user works",
    callback = function()
      local win = vim.api.nvim_get_current_win()
      if is_normal(win) then
        last_win = win
        tell_soon()
      end
    end,
  })
  vim.api.nvim_create_autocmd({ "TextChanged", "TextChangedI", "TextChangedP", "BufWritePost", "BufReadPost" }, {
    group = group,
    desc = "Zeke: which buffers are not on the disk",
    callback = function(args)
      if vim.bo[args.buf].buftype == "" then
        changed[args.buf] = true
        tell_soon()
      end
    end,
  })
  vim.api.nvim_create_autocmd({ "BufUnload", "BufFilePost" }, {
    group = group,
    desc = "Zeke: a buffer is gone",
    callback = function(args)
      local told = told_paths[args.buf]
      changed[args.buf] = nil
      told_paths[args.buf] = nil
      if told then
        require("zeke.rpc").overlay(told, nil)
      end
    end,
  })
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buf) and vim.bo[buf].modified then
      changed[buf] = true
    end
  end
  M.get()
  tell_soon()
end

return M
