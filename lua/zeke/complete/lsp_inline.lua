--- Ghost text shown by Neovim itself (`vim.lsp.inline_completion`, since 0.12), with Zeke as the server.
--- Neovim asks 200 ms after a key, and only then: what is known before is shown by extmarks and handed
--- over when it asks. Between an accepted word and Neovim's next question it is the same. What Neovim
--- would show as something else than it inserts, below an open menu or below the window, is left to its keys,
--- and shown by extmarks.
local M = {}

local EMPTY = { items = {} }
local SHOWN_BY_NEOVIM = vim.api.nvim_create_namespace("nvim.lsp.inline_completion")

--- Requests of Neovim that wait for the model.
---@type zeke.LspRequest[]
local waiting = {}
--- Buffers in which Neovim was asked to show ghost text.
---@type table<integer, boolean>
local enabled = {}

---@class zeke.Told
---@field number integer How many times Neovim was told something until then.
---@field buf integer
---@field row integer Where the items begin, counted from 0.
---@field col integer
---@field items string[]
---@field index integer The one of them that is shown.
---@field is_ours boolean Neovim has it for its keys, and we show it.

--- What Neovim was told; nil while nothing of that holds.
---@type zeke.Told?
local told
local told_count = 0
--- The number of what was told until right now: a key of Neovim's accepts only after the keys that came
--- together with it, of which some may fit no more.
---@type integer?
local forgotten

--- What Neovim was told holds no more.
local function forget()
  if told then
    forgotten = told.number
    told = nil
    vim.schedule(function()
      forgotten = nil
    end)
  end
end

--- Takes away what Neovim still shows of an item that is no longer ours to show.
---@param buf integer
local function hush(buf)
  if (not told or told.is_ours) and vim.api.nvim_buf_is_valid(buf) then
    vim.api.nvim_buf_clear_namespace(buf, SHOWN_BY_NEOVIM, 0, -1)
  end
end

--- Lets Neovim show our suggestions in a buffer. Where another server offers ghost text that the user did
--- not turn on, it stays off, and ours is shown by extmarks.
---@param buf integer
local function enable(buf)
  local inline = vim.lsp.inline_completion
  local client_id = require("zeke.lsp").attach(buf, { inline = true })
  if not inline.is_enabled({ bufnr = buf }) then
    local clients = vim.lsp.get_clients({ bufnr = buf, method = "textDocument/inlineCompletion" })
    local has_others = vim.iter(clients):any(function(client)
      return client.id ~= client_id
    end)
    if has_others then
      return
    end
    inline.enable(true, { bufnr = buf })
  end
  -- Runs after Neovim's own, which shows what it was told last at every move of the cursor.
  local group = vim.api.nvim_create_augroup("zeke_complete_lsp_" .. buf, { clear = true })
  vim.api.nvim_create_autocmd({ "CursorMovedI", "TextChangedI", "TextChangedP", "InsertEnter" }, {
    group = group,
    buffer = buf,
    callback = function()
      hush(buf)
    end,
  })
  vim.api.nvim_create_autocmd("BufWipeout", {
    group = group,
    buffer = buf,
    callback = function()
      enabled[buf] = nil
    end,
  })
end

--- Does so once what we show is on the screen: loading Neovim's client takes longer than all the rest.
---@param buf integer
local function enable_soon(buf)
  if enabled[buf] then
    return
  end
  enabled[buf] = true
  vim.defer_fn(function()
    if vim.api.nvim_buf_is_loaded(buf) then
      enable(buf)
    else
      enabled[buf] = nil
    end
  end, 1)
end

--- True for a text that Neovim does not show as it will stand there: it writes tabs and other control
--- characters to the screen as they are, and leaves what is behind the cursor on the first of its lines.
---@param text string
---@param tail string
---@return boolean
local function is_misshown(text, tail)
  local first, rest = text:match("^([^\n]*)(.*)$")
  return first:find("%c") ~= nil or (rest ~= "" and tail ~= "")
end

--- True for a text that is cut where there is room for so many lines: Neovim shows all of them.
---@param text string
---@param limit integer
---@return boolean
local function is_cut(text, limit)
  return limit == 1 or select(2, text:gsub("\n", "\n")) >= limit
end

--- The items that fit at the cursor, the one that is shown first, as the protocol has them.
---@return { items: table[] }
local function offer()
  local suggestion, rest = require("zeke.complete").current()
  forget()
  if not suggestion or not rest then
    return EMPTY
  end
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local position = { line = row - 1, character = col }
  local texts = require("zeke.complete.cache").rests(suggestion, rest)
  local is_long = require("zeke.complete.where").is_long_line(suggestion.buf, row - 1)
  local limit = require("zeke.complete.room").lines()
  local is_ours = is_long or is_cut(rest, limit) or is_misshown(rest, suggestion.tail)
  told_count = told_count + 1
  told = {
    number = told_count,
    buf = suggestion.buf,
    row = row - 1,
    col = col,
    items = texts,
    index = 1,
    is_ours = is_ours,
  }
  local line_count = vim.api.nvim_buf_line_count(suggestion.buf)
  return {
    items = vim.tbl_map(function(text)
      ---@type zeke.InlineItem
      local item = {
        told = told_count,
        row = row - 1,
        col = col,
        text = text,
        tail = suggestion.tail,
        line_count = line_count,
      }
      local name = require("zeke.lsp").COMPLETION_ACCEPTED
      return {
        insertText = text,
        range = { start = position, ["end"] = position },
        command = { title = "Zeke: ghost text was accepted", command = name, arguments = { item } },
      }
    end, texts),
  }
end

--- Neovim has inserted an item by a key of its own.
---@param buf integer
---@param item zeke.InlineItem
function M.accepted(buf, item)
  local number = told and told.number or forgotten
  require("zeke.complete.accepted_by_neovim").mend(buf, item, number ~= item.told)
end

---@param request zeke.LspRequest
local function reply(request)
  if vim.api.nvim_get_current_buf() ~= request.buf then
    return request.reply(EMPTY)
  end
  require("zeke.complete.ghost").clear()
  request.reply(offer())
  if told and told.is_ours then
    hush(request.buf)
    require("zeke.complete").refresh()
  end
end

--- Answers what waits, with what is known by now.
function M.settle()
  local requests = waiting
  waiting = {}
  for _, request in ipairs(requests) do
    reply(request)
  end
end

--- A question of Neovim: what is known is told at once, what is asked is waited for.
---@param request zeke.LspRequest
function M.answer(request)
  local complete = require("zeke.complete")
  if not complete.current() and complete.is_waiting() then
    waiting[#waiting + 1] = request
  else
    reply(request)
  end
end

--- What was typed since Neovim was told; nil where that is another place. On another line too: there
--- Neovim would still show the lines that were typed.
---@param buf integer
---@param row integer
---@param col integer
---@return string?
local function typed_since_told(buf, row, col)
  if not told or told.buf ~= buf or row ~= told.row or col < told.col then
    return nil
  end
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ""
  return line:sub(told.col + 1, col)
end

--- Shows a suggestion. What Neovim was told it shortens by itself.
---@param opts zeke.GhostOptions
function M.show(opts)
  enable_soon(opts.buf)
  local typed = typed_since_told(opts.buf, opts.row, opts.col)
  if told and typed and told.items[told.index] == typed .. opts.text then
    told.is_ours = told.is_ours or is_cut(opts.text, opts.limit)
    if told.is_ours then
      hush(opts.buf)
      require("zeke.complete.ghost").show(opts)
    end
    return
  end
  forget()
  hush(opts.buf)
  -- A question that waits is answered right after this.
  if #waiting == 0 then
    require("zeke.complete.ghost").show(opts)
  end
end

--- Takes away what is shown.
function M.clear()
  forget()
  require("zeke.complete.ghost").clear()
  hush(vim.api.nvim_get_current_buf())
end

--- Makes Neovim forget what it was told, so that no key of its own inserts it once more.
function M.dismiss()
  if told then
    vim.lsp.inline_completion.get({
      on_accept = function()
        return nil
      end,
    })
  end
end

--- The number of the item that Neovim shows: its own keys may have turned to another one than ours. Read from
--- the screen, because Neovim tells of it only after the next key, which may be typed already.
---@return integer? index
---@return string? rest What is left of it.
local function shown_by_neovim()
  local buf = vim.api.nvim_get_current_buf()
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local typed = typed_since_told(buf, row - 1, col)
  local mark = vim.api.nvim_buf_get_extmarks(buf, SHOWN_BY_NEOVIM, 0, -1, { details = true })[1]
  if not told or not typed or not mark or mark[2] ~= told.row then
    return nil
  end
  local lines = vim.list_extend({ mark[4].virt_text or {} }, mark[4].virt_lines or {})
  local shown = vim.iter(lines):map(function(chunks)
    return chunks[1] and chunks[1][1] or ""
  end)
  local text = shown:join("\n")
  for index, item in ipairs(told.items) do
    if item:sub(mark[3] - told.col + 1) == text and vim.startswith(item, typed) and #item > #typed then
      return index, item:sub(#typed + 1)
    end
  end
  return nil
end

---@return string?
function M.chosen()
  local _, rest = shown_by_neovim()
  return rest
end

--- Shows the item that a key of Neovim has turned to, where we show them: Neovim has drawn it over ours.
local function follow()
  if not told or not told.is_ours then
    return
  end
  local index, rest = shown_by_neovim()
  if index and rest then
    told.index = index
    require("zeke.complete").pick(rest)
  end
  hush(told.buf)
  require("zeke.complete").refresh()
end

--- True while Neovim shows what is ours to show.
---@return boolean
local function is_doubled()
  if not told or not told.is_ours or not vim.api.nvim_buf_is_valid(told.buf) then
    return false
  end
  return #vim.api.nvim_buf_get_extmarks(told.buf, SHOWN_BY_NEOVIM, 0, -1, { limit = 1 }) > 0
end

-- Nothing else tells of such a key.
vim.api.nvim_set_decoration_provider(vim.api.nvim_create_namespace("zeke_complete_lsp"), {
  on_start = function()
    if is_doubled() then
      vim.schedule(follow)
    end
    return false
  end,
})

return M
