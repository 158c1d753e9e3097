--- The two windows of the conversation: what was said, and under it the prompt. Either may be closed, by
--- anybody and at any moment; opening makes whole what is left of them.
local M = {}

local MIN_PROMPT_LINES = 3
local MAX_PROMPT_LINES = 12
local MIN_COLUMNS = 20
local MIN_LINES = 6

--- A size from the settings: a count, or a share of what there is.
---@param wanted number
---@param available integer
---@param least integer
---@return integer
local function size(wanted, available, least)
  local count = wanted < 1 and math.floor(available * wanted) or math.floor(wanted)
  return math.max(math.min(count, available - 2), math.min(least, available))
end

---@param buf? integer
---@return integer?
local function window_of(buf)
  if not buf then
    return nil
  end
  for _, win in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if vim.api.nvim_win_get_buf(win) == buf then
      return win
    end
  end
end

--- The conversation's windows in this tab page.
---@return integer? transcript
---@return integer? prompt
function M.windows()
  return window_of(require("zeke.chat.transcript").existing()), window_of(require("zeke.chat.prompt").existing())
end

---@param win integer
---@param options table<string, any>
local function set_options(win, options)
  for name, value in pairs(options) do
    -- As `:setlocal`: another buffer in this window gets its own.
    vim.wo[win][0][name] = value
  end
end

--- What both windows have in common: prose, and nothing beside it.
local PLAIN = {
  wrap = true,
  linebreak = true,
  number = false,
  relativenumber = false,
  signcolumn = "no",
  foldcolumn = "0",
  list = false,
}

--- Settings of a window that shows the conversation.
---@param win integer
function M.prepare_transcript(win)
  set_options(win, PLAIN)
  set_options(win, {
    spell = false,
    cursorline = false,
    foldmethod = "manual",
    foldenable = true,
    foldminlines = 0,
    foldtext = "v:lua.require'zeke.chat.folds'.text()",
    winfixbuf = false,
  })
end

---@param win integer
function M.prepare_prompt(win)
  set_options(win, PLAIN)
  set_options(win, { winfixheight = true })
end

--- Gives a window a bar of that text, or another text to the one it has. A window of one line has no room
--- for it: Neovim would say so, and wait for a key.
---@param win integer
---@param text string
function M.set_winbar(win, text)
  if vim.wo[win].winbar ~= text and vim.api.nvim_win_get_height(win) > 1 then
    vim.wo[win][0].winbar = text
  end
end

--- Where the two floats lie on a screen of this size.
---@return vim.api.keyset.win_config transcript
---@return vim.api.keyset.win_config prompt
local function float_places()
  local chat = require("zeke.config").get().chat
  local columns, lines = vim.o.columns, vim.o.lines - vim.o.cmdheight - 1
  local width = size(math.max(chat.width, 0.6), columns - 2, MIN_COLUMNS)
  local height = size(math.max(chat.height, 0.8), lines - 4, MIN_LINES)
  local row = math.max(0, math.floor((lines - height - 4) / 2))
  local transcript = {
    relative = "editor",
    width = width,
    height = math.max(1, height - MIN_PROMPT_LINES),
    row = row,
    col = math.max(0, math.floor((columns - width - 2) / 2)),
    border = "single",
  }
  local prompt = vim.tbl_extend("force", transcript, {
    row = row + transcript.height + 2,
    height = MIN_PROMPT_LINES,
  })
  return transcript, prompt
end

--- Lays the floats of this tab page where they fit.
function M.fit_floats()
  local transcript, prompt = M.windows()
  local transcript_place, prompt_place = float_places()
  for win, place in pairs({ [transcript or -1] = transcript_place, [prompt or -2] = prompt_place }) do
    if win > 0 and vim.api.nvim_win_get_config(win).relative ~= "" then
      vim.api.nvim_win_set_config(win, place)
    end
  end
end

---@param transcript integer The buffer.
---@param prompt integer
local function open_float(transcript, prompt)
  local transcript_place, prompt_place = float_places()
  vim.api.nvim_open_win(transcript, false, transcript_place)
  vim.api.nvim_open_win(prompt, true, prompt_place)
end

---@param transcript integer The buffer.
---@param chat zeke.ChatConfig
---@return integer win
local function open_transcript(transcript, chat)
  if chat.layout == "tab" then
    vim.cmd("tab split")
    local win = vim.api.nvim_get_current_win()
    vim.api.nvim_win_set_buf(win, transcript)
    return win
  end
  if chat.layout == "split" then
    local height = size(chat.height, vim.o.lines, MIN_LINES)
    return vim.api.nvim_open_win(transcript, false, { split = "below", win = -1, height = height })
  end
  local width = size(chat.width, vim.o.columns, MIN_COLUMNS)
  return vim.api.nvim_open_win(transcript, false, { split = "right", win = -1, width = width })
end

--- Opens what is not open, as the settings say.
---@param transcript integer The buffer.
---@param prompt integer
local function open_missing(transcript, prompt)
  local chat = require("zeke.config").get().chat
  local transcript_win, prompt_win = M.windows()
  if not transcript_win and not prompt_win and chat.layout == "float" then
    return open_float(transcript, prompt)
  end
  if not transcript_win and prompt_win then
    transcript_win = vim.api.nvim_open_win(transcript, false, { split = "above", win = prompt_win })
  end
  transcript_win = transcript_win or open_transcript(transcript, chat)
  if not prompt_win then
    local place = { split = "below", win = transcript_win, height = MIN_PROMPT_LINES }
    vim.api.nvim_open_win(prompt, true, place)
  end
end

--- Closes whatever of the conversation is open in this tab page.
local function close_own()
  for _, win in pairs({ M.windows() }) do
    pcall(vim.api.nvim_win_close, win, true)
  end
end

--- A float stands alone where its other half is gone: both are made again.
local function close_half_of_floats()
  local transcript, prompt = M.windows()
  local single = not (transcript and prompt) and (transcript or prompt)
  if single and vim.api.nvim_win_get_config(single).relative ~= "" then
    vim.api.nvim_win_close(single, true)
  end
end

--- Opens what is not open, in this tab page, and goes to the prompt.
---@return integer prompt The window.
function M.open()
  local transcript = require("zeke.chat.transcript").buffer()
  local prompt = require("zeke.chat.prompt").buffer()
  close_half_of_floats()
  local had_transcript = M.windows() ~= nil
  if not pcall(open_missing, transcript, prompt) then
    -- No room beside or above what is open: floats have room everywhere.
    close_own()
    open_float(transcript, prompt)
  end
  local transcript_win, prompt_win = M.windows()
  if not had_transcript then
    M.prepare_transcript(transcript_win)
    require("zeke.chat.transcript").fold(transcript_win)
    M.show_end()
  end
  M.prepare_prompt(prompt_win)
  M.fit_prompt()
  vim.api.nvim_set_current_win(prompt_win)
  return prompt_win
end

--- Shows the end of the conversation, as one wants it who has just said something.
function M.show_end()
  local win = M.windows()
  if win then
    vim.api.nvim_win_set_cursor(win, { vim.api.nvim_buf_line_count(vim.api.nvim_win_get_buf(win)), 0 })
  end
end

--- Closes one window; the last one shows something else instead.
---@param win integer
local function close_window(win)
  if not vim.api.nvim_win_is_valid(win) then
    return
  end
  if pcall(vim.api.nvim_win_close, win, true) then
    return
  end
  vim.api.nvim_win_call(win, function()
    vim.cmd.enew()
  end)
end

--- Closes the conversation's windows in this tab page.
function M.close()
  local transcript_win, prompt_win = M.windows()
  require("zeke.chat.approval").hide()
  local focus = require("zeke.context").focus()
  if prompt_win then
    close_window(prompt_win)
  end
  if transcript_win then
    close_window(transcript_win)
  end
  if focus and focus.win and vim.api.nvim_win_is_valid(focus.win) then
    vim.api.nvim_set_current_win(focus.win)
  end
end

--- True where the conversation stands above the prompt: otherwise no other window could give it room.
---@param transcript? integer
---@param prompt integer
---@return boolean
local function is_stacked(transcript, prompt)
  local is_float = vim.api.nvim_win_get_config(prompt).relative ~= ""
  local is_same_column = transcript and vim.fn.win_screenpos(transcript)[2] == vim.fn.win_screenpos(prompt)[2]
  return not is_float and is_same_column == true
end

--- Gives the prompt as many lines as its text has, within bounds.
function M.fit_prompt()
  local transcript, win = M.windows()
  if not win or not is_stacked(transcript, win) then
    return
  end
  local text = vim.api.nvim_win_text_height(win, {}).all
  local height = math.max(MIN_PROMPT_LINES, math.min(text, MAX_PROMPT_LINES))
  -- Its window bar takes a line.
  height = height + (vim.wo[win].winbar ~= "" and 1 or 0)
  if vim.api.nvim_win_get_height(win) ~= height then
    vim.api.nvim_win_set_height(win, height)
  end
end

return M
