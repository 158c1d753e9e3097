--- What Zeke asks before it does something: a float with the diff or the command, over the conversation.
--- It takes no key that was meant for something else: it has the cursor only where the user was in the
--- conversation in normal mode, or went to it, and even then answers nothing in its first moment.
local M = {}

--- Nobody reads and answers a question faster than this.
local MIN_SHOWN_MS = 400
local KEYS = { y = "allow", a = "always", n = "deny" }
local MAX_LINES = 5000

---@type { id: string, win: integer, buf: integer, shown_at: integer, is_chosen: boolean }?
local asked
--- Answered here, or put aside: not shown by itself again.
---@type string?
local aside

local function close()
  if asked then
    pcall(vim.api.nvim_win_close, asked.win, true)
    asked = nil
  end
end

---@return zeke.Approval?
local function current()
  local state = require("zeke.session").get()
  return state and state.approval or nil
end

---@param decision "allow"|"always"|"deny"
local function answer(decision)
  local approval = current()
  if not asked or not approval or approval.id ~= asked.id then
    return close()
  end
  if not asked.is_chosen and vim.uv.now() - asked.shown_at < MIN_SHOWN_MS then
    return
  end
  aside = approval.id
  close()
  require("zeke.rpc").op({ type = "approve", requestId = approval.id, decision = decision })
end

---@param approval zeke.Approval
---@return integer
local function make_buffer(approval)
  local buf = vim.api.nvim_create_buf(false, true)
  local lines = require("zeke.chat.blocks").split(approval.detail.text)
  if #lines > MAX_LINES then
    local rest = #lines - MAX_LINES
    lines = vim.list_slice(lines, 1, MAX_LINES)
    lines[#lines + 1] = ("[%d more lines]"):format(rest)
  end
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable = false
  vim.bo[buf].bufhidden = "wipe"
  -- The syntax alone: a filetype would run what others do for files.
  vim.bo[buf].syntax = approval.detail.type == "diff" and "diff" or "sh"
  for key, decision in pairs(KEYS) do
    vim.keymap.set("n", key, function()
      answer(decision)
    end, { buffer = buf, nowait = true, desc = "Zeke: " .. decision })
  end
  for _, key in ipairs({ "q", "<Esc>" }) do
    vim.keymap.set("n", key, function()
      M.hide()
    end, { buffer = buf, nowait = true, desc = "Zeke: put the question aside; :ZekeChat brings it back" })
  end
  return buf
end

--- The window of the conversation that the question lies over, where one is to be seen.
---@return integer?
local function transcript_window()
  local win = require("zeke.chat.layout").windows()
  return win
end

---@param approval zeke.Approval
---@param over integer
local function open(approval, over)
  local buf = make_buffer(approval)
  local width = math.max(20, vim.api.nvim_win_get_width(over) - 2)
  local available = math.max(1, vim.api.nvim_win_get_height(over) - 2)
  -- The first line says what "always" would cover.
  local height = math.min(available, vim.api.nvim_buf_line_count(buf) + 1)
  local win = vim.api.nvim_open_win(buf, false, {
    relative = "win",
    win = over,
    row = math.max(0, available - height),
    col = 0,
    width = width,
    height = height,
    style = "minimal",
    border = "single",
    title = " " .. require("zeke.chat.blocks").one_line(approval.title) .. " ",
    footer = " y allow · a always: "
      .. require("zeke.chat.blocks").one_line(approval.scope)
      .. " · n deny · q later ",
    zindex = 60,
  })
  vim.wo[win][0].wrap = true
  local scope = require("zeke.chat.blocks").one_line(approval.scope):gsub("%%", "%%%%")
  require("zeke.chat.layout").set_winbar(win, "%#ZekeMuted#always: " .. scope .. "%<")
  asked = { id = approval.id, win = win, buf = buf, shown_at = vim.uv.now(), is_chosen = false }
end

--- True where the user is in the conversation, and is not writing.
---@return boolean
local function is_in_conversation()
  local buf = vim.api.nvim_get_current_buf()
  local prompt = require("zeke.chat.prompt")
  local is_own = require("zeke.chat.transcript").is_own(buf) or prompt.is_own(buf)
  return is_own and vim.api.nvim_get_mode().mode == "n" and vim.trim(prompt.text()) == ""
end

--- Puts the question aside, until :ZekeChat brings it back.
function M.hide()
  aside = asked and asked.id or aside
  close()
end

--- Shows what is asked now; closes what was answered elsewhere.
function M.update()
  local approval = current()
  if asked and not transcript_window() then
    M.hide()
  end
  if asked and not vim.api.nvim_win_is_valid(asked.win) then
    -- Closed by the user: as if put aside.
    aside = asked.id
    asked = nil
  elseif asked and (not approval or approval.id ~= asked.id) then
    close()
  end
  if not approval or asked or approval.id == aside then
    return
  end
  local over = transcript_window()
  if not over then
    aside = approval.id
    local title = require("zeke.chat.blocks").one_line(approval.title)
    return require("zeke.notify").warn(("Zeke asks: %s. :ZekeChat answers."):format(title))
  end
  -- In the command-line window nothing can be opened: :ZekeChat shows it later.
  if pcall(open, approval, over) and is_in_conversation() then
    vim.api.nvim_set_current_win(asked.win)
  end
end

--- Goes to the question, where there is one.
---@return boolean
function M.focus()
  aside = nil
  M.update()
  if not asked then
    return false
  end
  asked.is_chosen = true
  vim.cmd.stopinsert()
  vim.api.nvim_set_current_win(asked.win)
  return true
end

return M
