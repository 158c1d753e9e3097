--- Folds of the conversation, made by hand (`foldmethod=manual`) in every window that shows it: others
--- are computed anew at each change, and not at all while somebody types in insert mode.
local M = {}

--- Text of a closed fold: `▸ reasoning · 34 lines`, `▸ read_file src/a.ts · ok`.
---@return string
function M.text()
  local first = vim.v.foldstart
  local line = vim.fn.getline(first):gsub("^▾", "▸")
  if not line:find(" · ", 1, true) then
    -- Neither its own line nor the empty ones around the text.
    local last = vim.fn.getline(vim.v.foldend) == "" and vim.v.foldend - 1 or vim.v.foldend
    local count = last - first - 1
    line = ("%s · %d %s"):format(line, count, count == 1 and "line" or "lines")
  end
  return line
end

--- Runs Ex commands in a window. What fails there (a window that folds otherwise) has no folds.
---@param win integer
---@param commands string[]
local function run(win, commands)
  if #commands == 0 or vim.wo[win].foldmethod ~= "manual" then
    return
  end
  vim.api.nvim_win_call(win, function()
    pcall(vim.api.nvim_exec2, table.concat(commands, "\n"), {})
  end)
end

---@class zeke.chat.Range
---@field first integer From 1.
---@field last integer
---@field is_open? boolean

--- Adds folds to windows that show the buffer: to all of them, unless told.
---@param buf integer
---@param ranges zeke.chat.Range[]
---@param wins? integer[]
function M.add(buf, ranges, wins)
  local commands = {}
  for _, range in ipairs(ranges) do
    commands[#commands + 1] = ("silent! %d,%dfold"):format(range.first, range.last)
    if range.is_open then
      commands[#commands + 1] = ("silent! %dfoldopen"):format(range.first)
    end
  end
  for _, win in ipairs(wins or vim.fn.win_findbuf(buf)) do
    run(win, commands)
  end
end

--- Forgets the folds of windows.
---@param wins integer[]
function M.clear(wins)
  for _, win in ipairs(wins) do
    run(win, { "normal! zE" })
  end
end

--- Opens or closes folds of a window.
---@param win integer
---@param ranges zeke.chat.Range[]
---@param is_open boolean
function M.set_open(win, ranges, is_open)
  local commands = {}
  for _, range in ipairs(ranges) do
    commands[#commands + 1] = ("silent! %d%s"):format(range.first, is_open and "foldopen" or "foldclose")
  end
  run(win, commands)
end

--- True where the line stands in a closed fold of the window.
---@param win integer
---@param line integer
---@return boolean
function M.is_closed(win, line)
  return vim.api.nvim_win_call(win, function()
    return vim.fn.foldclosed(line) ~= -1
  end)
end

return M
