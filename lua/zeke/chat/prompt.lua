--- The prompt: a small buffer under the conversation. Its text, and what waits to be sent along, outlive
--- its windows.
local M = {}

M.NAME = "zeke://prompt"
M.FILETYPE = "zeke-prompt"

---@type integer?
local buf
--- What was written, where the buffer is wiped.
---@type string[]
local draft = { "" }
---@type zeke.Attachment[]
local attached = {}
--- Of a message that was taken back: they go along with the next one.
---@type table[]
local images = {}
---@class zeke.chat.Changing An earlier message that is being changed.
---@field session_id string
---@field turn_count integer Turns before it.
---@field text string As it was.
---@field is_last boolean
---@field attachments zeke.Attachment[]
---@field images? table[]

---@type zeke.chat.Changing?
local changing
--- What was written before an earlier message took its place.
local kept_draft = ""

---@param text string
---@return string Fit for a 'winbar', where `%` begins an item.
local function escape(text)
  return (require("zeke.text").clean(text):gsub("%%", "%%%%"))
end

--- What the window bar says: what is asked for, or model, context and cost.
---@return string
local function bar()
  local state = require("zeke.session").get()
  local pieces = {}
  if state and state.approval then
    return "%#ZekeWarning#Zeke asks: " .. escape(state.approval.title) .. " (:ZekeChat answers)%<"
  end
  if changing then
    pieces[1] = ("changing message %d: sending goes on from there"):format(changing.turn_count + 1)
  end
  for _, one in ipairs(vim.list_extend(vim.list_extend({}, attached), images)) do
    pieces[#pieces + 1] = "+ " .. one.label
  end
  local is_idle = require("zeke.rpc").status().phase == "idle"
  pieces[#pieces + 1] = is_idle and "not joined" or state and state.model or "joining …"
  local focus = require("zeke.context").focus()
  if focus and focus.path then
    pieces[#pieces + 1] = ("%s:%d"):format(focus.path, focus.line)
  end
  if state and state.usage.costUsd then
    pieces[#pieces + 1] = ("$%.4f"):format(state.usage.costUsd)
  end
  if state and state.running then
    pieces[#pieces + 1] = "working"
  end
  -- What does not fit is cut at the end.
  return "%#ZekeMuted#" .. escape(table.concat(pieces, " · ")) .. "%<"
end

--- Draws the window bars anew, where they say something else.
function M.draw_bar()
  if not buf or not vim.api.nvim_buf_is_loaded(buf) then
    return
  end
  local text = bar()
  for _, win in ipairs(vim.fn.win_findbuf(buf)) do
    require("zeke.chat.layout").set_winbar(win, text)
  end
end

---@return string
function M.text()
  local lines = buf and vim.api.nvim_buf_is_loaded(buf) and vim.api.nvim_buf_get_lines(buf, 0, -1, false) or draft
  return table.concat(require("zeke.text").valid_lines(lines), "\n")
end

--- Replaces what is written, and puts the cursor at its end.
---@param text string
function M.set_text(text)
  local lines = vim.split(text, "\n", { plain = true })
  vim.api.nvim_buf_set_lines(M.buffer(), 0, -1, false, lines)
  for _, win in ipairs(vim.fn.win_findbuf(buf)) do
    vim.api.nvim_win_set_cursor(win, { #lines, #lines[#lines] })
  end
  require("zeke.chat.layout").fit_prompt()
end

--- Goes along with the next message.
---@param attachment zeke.Attachment
function M.attach(attachment)
  for index, other in ipairs(attached) do
    if other.label == attachment.label then
      attached[index] = attachment
      return
    end
  end
  attached[#attached + 1] = attachment
  M.draw_bar()
end

--- Opens a message that was taken back, above what is written meanwhile.
---@param message zeke.Message
function M.write_again(message)
  local written = M.text()
  M.set_text(vim.trim(written) == "" and message.text or (message.text .. "\n" .. written))
  for _, attachment in ipairs(message.attachments or {}) do
    M.attach(attachment)
  end
  vim.list_extend(images, message.images or {})
  M.draw_bar()
end

--- Opens an earlier message to be changed; what is sent next takes its place.
---@param message zeke.chat.Changing
function M.change(message)
  if not changing then
    kept_draft = M.text()
  end
  changing = message
  M.set_text(message.text)
  M.draw_bar()
end

--- Leaves the message that was being changed, and what was to be attached.
function M.reset()
  if changing then
    M.set_text(kept_draft)
  end
  changing = nil
  attached, images = {}, {}
  M.draw_bar()
end

---@param expanded zeke.Expanded
---@param extra zeke.Attachment[]
---@param own_images table[]
---@return table message
local function message_of(expanded, extra, own_images)
  local attachments = vim.list_extend(vim.list_extend({}, extra), expanded.attachments)
  return {
    text = expanded.text,
    editor = expanded.editor,
    mentions = #expanded.mentions > 0 and expanded.mentions or nil,
    attachments = #attachments > 0 and attachments or nil,
    images = #own_images > 0 and own_images or nil,
  }
end

--- Says why something could not be sent, and gives it back where nothing else was written.
---@param written zeke.Message
---@return fun(err?: zeke.Error)
local function give_back(written)
  return function(err)
    if not err then
      return
    end
    require("zeke.notify").failure(err)
    if vim.trim(M.text()) == "" then
      M.write_again(written)
    end
  end
end

--- Messages are sent in the order in which they were written, however long their context takes.
---@type fun(next: fun())[]
local line = {}

local function send_next()
  local first = line[1]
  if first then
    first(function()
      table.remove(line, 1)
      send_next()
    end)
  end
end

--- Sends one message: in place of an earlier one, where that was to be changed.
---@param written { text: string, attachments: zeke.Attachment[], images: table[], change?: zeke.chat.Changing }
---@param expanded zeke.Expanded
local function send_ops(written, expanded)
  local rpc = require("zeke.rpc")
  local on_done = give_back(written)
  local state = require("zeke.session").get()
  local change = written.change
  if not change or not state or state.sessionId ~= change.session_id then
    rpc.op({ type = "send", message = message_of(expanded, written.attachments, written.images) }, on_done)
  elseif change.is_last and change.text == written.text and #written.attachments + #written.images == 0 then
    rpc.op({ type = "retry" }, on_done)
  else
    local attachments = vim.list_extend(vim.list_extend({}, change.attachments), written.attachments)
    rpc.op({ type = "fork", turnCount = change.turn_count }, on_done)
    local own_images = vim.list_extend(vim.list_extend({}, change.images or {}), written.images)
    rpc.op({ type = "send", message = message_of(expanded, attachments, own_images) }, on_done)
  end
end

---@param text string
---@param change? zeke.chat.Changing
local function post(text, change)
  local written = { text = text, attachments = attached, images = images, change = change }
  attached, images = {}, {}
  line[#line + 1] = function(next)
    local context = require("zeke.context")
    context.attachments(text, context.focus(), function(expanded)
      for _, problem in ipairs(expanded.problems) do
        require("zeke.notify").warn(problem)
      end
      send_ops(written, expanded)
      next()
    end)
  end
  if #line == 1 then
    send_next()
  end
  require("zeke.chat.layout").show_end()
  M.draw_bar()
end

--- Sends a message with what it names and what is attached.
---@param text string
function M.send(text)
  post(text, nil)
end

--- Sends what is written, and empties the prompt.
function M.submit()
  local text = M.text()
  if vim.trim(text) == "" then
    return require("zeke.notify").info("There is nothing to send: the prompt is empty.")
  end
  local change = changing
  changing = nil
  M.set_text(change and kept_draft or "")
  post(text, change)
end

--- True for the prompt's buffer.
---@param other integer
---@return boolean
function M.is_own(other)
  return other == buf
end

--- The prompt's buffer, where there is one.
---@return integer?
function M.existing()
  return buf and vim.api.nvim_buf_is_loaded(buf) and buf or nil
end

--- The prompt's buffer; made where there is none, or no longer, with what was written in the last one.
---@return integer
function M.buffer()
  if M.existing() then
    return M.existing()
  end
  local windows
  buf, windows = require("zeke.chat.buffer").create(M.NAME, M.FILETYPE, {})
  for _, win in ipairs(windows) do
    require("zeke.chat.layout").prepare_prompt(win)
  end
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, draft)
  local own = buf
  vim.api.nvim_create_autocmd({ "TextChanged", "TextChangedI", "TextChangedP" }, {
    buffer = own,
    desc = "Zeke: the prompt grows with its text",
    callback = function()
      require("zeke.chat.layout").fit_prompt()
    end,
  })
  vim.api.nvim_create_autocmd("BufUnload", {
    buffer = own,
    desc = "Zeke: what was written is kept",
    callback = function()
      draft = vim.api.nvim_buf_get_lines(own, 0, -1, false)
    end,
  })
  return buf
end

return M
