--- A message for what is staged: into the commit buffer that is open, else into a window of its own.
local M = {}

local target = require("zeke.edit.target")

local MAX_HEIGHT = 15

--- The character that git's own lines begin with: `core.commentChar` may be any, and "auto" chooses one.
---@param lines string[]
---@return string
local function comment_character(lines)
  local last, before
  for _, line in ipairs(lines) do
    local scissors = line:match("^(%p) %-+ >8 %-+$")
    if scissors then
      return scissors
    end
    if line:find("%S") then
      before, last = last, line:match("^%p")
    end
  end
  return last and last == before and last or "#"
end

--- The lines before git's own, without blank ones at their end.
---@param lines string[]
---@return integer count
local function own_lines(lines)
  local comment = comment_character(lines)
  local last = 0
  for index, line in ipairs(lines) do
    if vim.startswith(line, comment) then
      break
    end
    if line:find("%S") then
      last = index
    end
  end
  return last
end

--- An empty message is filled in; one that somebody wrote is proposed to be replaced.
---@param buf integer
---@param message string[]
local function fill(buf, message)
  local lines = vim.api.nvim_buf_get_lines(buf, 0, -1, false)
  local count = own_lines(lines)
  if count > 0 then
    local rest = vim.list_slice(lines, count + 1)
    if #rest > 0 and rest[1] ~= "" then
      table.insert(rest, 1, "")
    end
    local whole = vim.list_extend(vim.list_slice(message), rest)
    return require("zeke.edit.offer").text(buf, { text = table.concat(whole, "\n"), title = "Commit message" })
  end
  -- In place of the blank line that git leaves for it: the cursor stays on the first line.
  local filled = #lines == 1 and message or vim.list_extend(vim.list_slice(message), { "" })
  vim.api.nvim_buf_set_lines(buf, 0, lines[1] == "" and 1 or 0, false, filled)
end

--- Shows it without taking the cursor from where the user works by now.
---@param message string[]
local function show(message)
  local buf = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, message)
  vim.bo[buf].bufhidden = "hide"
  vim.bo[buf].swapfile = false
  vim.api.nvim_open_win(buf, false, {
    split = "below",
    win = -1,
    height = math.min(#message + 1, MAX_HEIGHT),
  })
  vim.bo[buf].filetype = "gitcommit"
end

--- Asks for the message of the staged changes. It is yanked, too.
function M.ask()
  local buf = vim.api.nvim_get_current_buf()
  local is_commit = vim.bo[buf].filetype == "gitcommit" and vim.bo[buf].modifiable
  require("zeke.edit.request").start({
    buf = buf,
    row = is_commit and 0 or vim.api.nvim_win_get_cursor(0)[1] - 1,
    label = "commit message",
    method = "commit-message",
    params = {},
    on_result = function(result)
      local message = vim.split(vim.trim(result.text), "\n", { plain = true })
      if result.note then
        require("zeke.notify").warn(require("zeke.text").clean(result.note))
      end
      vim.fn.setreg(vim.v.register, result.text, "V")
      if not is_commit then
        return show(message)
      end
      local refusal = target.refusal(buf)
      if refusal then
        return require("zeke.notify").error(refusal .. " The message is yanked.")
      end
      fill(buf, message)
    end,
  })
end

return M
