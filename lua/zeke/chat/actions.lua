--- What the keys of the conversation's buffers do. Paths and code in an answer are what a model wrote:
--- a path is opened only inside the project, and code is only ever proposed.
local M = {}

local function notify()
  return require("zeke.notify")
end

--- Goes to the prompt, to write.
function M.write()
  require("zeke.chat.layout").open()
  vim.cmd.startinsert({ bang = true })
end

function M.send()
  require("zeke.chat.prompt").submit()
end

function M.reset()
  require("zeke.chat.prompt").reset()
end

function M.stop_turn()
  require("zeke.commands").run("stop", { args = "", bang = false })
end

function M.retry_turn()
  require("zeke.commands").run("retry", { args = "", bang = false })
end

--- Closes the windows; while a macro is recorded the key ends that, as it does everywhere.
function M.close()
  if vim.fn.reg_recording() ~= "" then
    return vim.api.nvim_feedkeys("q", "nt", false)
  end
  require("zeke.chat").close()
end

--- Takes back the message that waits at the cursor, else the last one.
function M.unqueue()
  local transcript = require("zeke.chat.transcript")
  local is_here = transcript.is_own(vim.api.nvim_get_current_buf())
  local turn_id = is_here and transcript.waiting_at(vim.api.nvim_win_get_cursor(0)[1]) or nil
  require("zeke.chat.waiting").take_back(turn_id)
end

function M.answer()
  if not require("zeke.chat.approval").focus() then
    -- What the key does elsewhere.
    vim.cmd("normal! j")
  end
end

---@param step 1|-1
local function jump(step)
  local headings = require("zeke.chat.transcript").headings()
  local line = vim.api.nvim_win_get_cursor(0)[1]
  local target
  for _, heading in ipairs(headings) do
    if step == 1 and heading > line then
      target = target or heading
    elseif step == -1 and heading < line then
      target = heading
    end
  end
  if target then
    vim.cmd("normal! m'")
    vim.api.nvim_win_set_cursor(0, { target, 0 })
  end
end

function M.next_turn()
  jump(1)
end

function M.previous_turn()
  jump(-1)
end

function M.load_earlier()
  require("zeke.chat.earlier").load(false)
end

--- The code block at the cursor; says so where there is none.
---@return zeke.chat.CodeBlock?
local function block_at_cursor()
  local line = vim.api.nvim_win_get_cursor(0)[1]
  local place = require("zeke.chat.transcript").at(line)
  local part = place and place.block
  if part then
    local lines = vim.api.nvim_buf_get_lines(0, part.first - 1, part.last, false)
    local block = require("zeke.chat.markdown.code_block").find(lines, line - part.first + 1)
    if block then
      return block
    end
  end
  notify().info("There is no code block here. Put the cursor on one.")
end

function M.yank_block()
  local block = block_at_cursor()
  if block then
    local register = vim.v.register
    vim.fn.setreg(register, block.lines, "l")
    notify().info(("%d %s yanked."):format(#block.lines, #block.lines == 1 and "line" or "lines"))
  end
end

--- The path of a file of the project that an answer named; nil, and said, where it must not be opened.
---@param named string
---@return string? absolute
---@return string? relative
local function in_project(named)
  local root = require("zeke.context.focus").root()
  local absolute = vim.fs.normalize(named:sub(1, 1) == "/" and named or (root .. "/" .. named))
  local relative = require("zeke.place").relative(absolute, root)
  if not relative or relative:find("^%.%./") or relative:find("/%.%./") then
    notify().warn(named .. " is outside of this project, and was not opened.")
    return nil
  end
  return absolute, relative
end

--- True for a window that may show another buffer.
---@param win? integer
---@return boolean
local function is_free(win)
  return win ~= nil and vim.api.nvim_win_is_valid(win) and not vim.wo[win].winfixbuf
end

--- Shows a buffer in the window that the user worked in last, never in the conversation's: where it is shown
--- already, else in one of its own where that window keeps its buffer.
---@param buf integer
---@param line? integer
local function show(buf, line)
  local focus = require("zeke.context").focus()
  local shown = vim.fn.bufwinid(buf)
  if focus and (focus.buf == buf or is_free(focus.win)) and focus.win then
    vim.api.nvim_set_current_win(focus.win)
  elseif shown ~= -1 then
    vim.api.nvim_set_current_win(shown)
  else
    vim.api.nvim_open_win(buf, true, { split = "left", win = -1 })
    vim.wo.winfixbuf = false
  end
  vim.bo[buf].buflisted = true
  if vim.api.nvim_win_get_buf(0) ~= buf then
    vim.api.nvim_win_set_buf(0, buf)
  end
  if line then
    local count = vim.api.nvim_buf_line_count(buf)
    vim.api.nvim_win_set_cursor(0, { math.min(math.max(line, 1), count), 0 })
  end
end

---@param absolute string
---@return integer
local function load(absolute)
  local buf = vim.fn.bufadd(absolute)
  vim.fn.bufload(buf)
  return buf
end

function M.open_file()
  local word = vim.fn.expand("<cWORD>")
  local path = require("zeke.chat.markdown.code_block").path_in(word)
  if not path then
    return notify().info("There is no path under the cursor.")
  end
  local absolute = in_project(path)
  if not absolute then
    return
  end
  if not vim.uv.fs_stat(absolute) then
    return notify().info(path .. " does not exist in this project.")
  end
  show(load(absolute), tonumber(word:match(":(%d+)")))
end

--- Finds the buffer that a code block is for: the file it names, or the one the user worked in last.
---@param block zeke.chat.CodeBlock
---@param done fun(buf: integer) Not called where there is none, or it must not be changed.
local function find_target(block, done)
  local named = require("zeke.chat.markdown.code_block").path(block)
  if not named then
    local focus = require("zeke.context").focus()
    if not focus then
      return notify().info("The block names no file, and no file is open. Open the one it is for.")
    end
    return done(focus.buf)
  end
  local absolute, relative = in_project(named)
  if not absolute then
    return
  elseif require("zeke.context").is_secret(relative) then
    return notify().warn(named .. " is not changed: files of this name hold secrets.")
  end
  require("zeke.chat.markdown.named_file").find(relative, function(path)
    done(load(vim.fs.joinpath(require("zeke.context.focus").root(), path)))
  end)
end

function M.apply_block()
  local block = block_at_cursor()
  if not block then
    return
  end
  find_target(block, function(buf)
    show(buf)
    local proposal = { code = table.concat(block.lines, "\n"), title = "code of the conversation" }
    require("zeke.edit").apply(buf, proposal)
  end)
end

--- Opens the message of the turn at the cursor in the prompt.
function M.edit_message()
  local place = require("zeke.chat.transcript").at(vim.api.nvim_win_get_cursor(0)[1])
  local state = require("zeke.session").get()
  if not place or not state then
    return notify().info("There is no message here.")
  end
  local message = place.turn.message
  if message.kind then
    return notify().info("This is no message that can be changed.")
  end
  if not place.turn.endReason then
    return notify().info("This message is being answered. Stop the answer first: :ZekeStop.")
  end
  require("zeke.chat.layout").open()
  require("zeke.chat.prompt").change({
    session_id = state.sessionId,
    turn_count = place.number - 1,
    text = message.text,
    is_last = place.number == state.earlierTurnCount + #state.turns and not state.running,
    attachments = message.attachments or {},
    images = message.images,
  })
end

function M.toggle_reasoning()
  local folds = require("zeke.chat.folds")
  local ranges = require("zeke.chat.transcript").folded("reasoning")
  local win = vim.api.nvim_get_current_win()
  local is_any_closed = false
  for _, range in ipairs(ranges) do
    is_any_closed = is_any_closed or folds.is_closed(win, range.first)
  end
  folds.set_open(win, ranges, is_any_closed)
end

--- Shows the maps of the buffer, until a key closes them.
function M.show_keys()
  local kind = require("zeke.chat.prompt").is_own(vim.api.nvim_get_current_buf()) and "prompt" or "transcript"
  local lines, width = {}, 0
  for _, map in ipairs(require("zeke.chat.maps").table[kind]) do
    local keys = {}
    for mode, list in pairs(map.keys) do
      if mode ~= "x" then
        keys[#keys + 1] = table.concat(list, " ") .. (mode == "i" and " (insert)" or "")
      end
    end
    lines[#lines + 1] = (" %-24s %s "):format(table.concat(keys, ", "), map.desc)
    width = math.max(width, vim.api.nvim_strwidth(lines[#lines]))
  end
  local buf = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable = false
  vim.bo[buf].bufhidden = "wipe"
  local height = math.min(#lines, vim.o.lines - 4)
  width = math.min(width, vim.o.columns - 4)
  local win = vim.api.nvim_open_win(buf, true, {
    relative = "editor",
    row = math.floor((vim.o.lines - height) / 2),
    col = math.floor((vim.o.columns - width) / 2),
    width = width,
    height = height,
    style = "minimal",
    border = "single",
    title = " Keys of the conversation ",
  })
  for _, key in ipairs({ "q", "<Esc>", "g?" }) do
    vim.keymap.set("n", key, function()
      pcall(vim.api.nvim_win_close, win, true)
    end, { buffer = buf, nowait = true, desc = "Zeke: close" })
  end
end

return M
