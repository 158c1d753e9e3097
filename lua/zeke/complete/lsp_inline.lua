--- Ghost text shown by Neovim itself (`vim.lsp.inline_completion`, since 0.12), with Zeke as the server.
--- Neovim asks 200 ms after a key, and only then: what is known before is shown by extmarks and handed
--- over when it asks. Between an accepted word and Neovim's next question it is the same.
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
---@field buf integer
---@field row integer Where the items begin, counted from 0.
---@field col integer
---@field items string[]

--- What Neovim was told and shows; nil while we show, or nothing is shown.
---@type zeke.Told?
local told

--- Takes away what Neovim still shows of an item that is no longer ours to show.
---@param buf integer
local function hush(buf)
  if not told and vim.api.nvim_buf_is_valid(buf) then
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
  vim.api.nvim_create_autocmd({ "CursorMovedI", "TextChangedI", "InsertEnter" }, {
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

--- The items that fit at the cursor, the one that is shown first, as the protocol has them.
---@return { items: table[] }
local function offer()
  local suggestion, rest = require("zeke.complete").current()
  told = nil
  if not suggestion or not rest then
    return EMPTY
  end
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local position = { line = row - 1, character = col }
  local texts = require("zeke.complete.cache").rests(suggestion, rest)
  told = { buf = suggestion.buf, row = row - 1, col = col, items = texts }
  return {
    items = vim.tbl_map(function(text)
      return { insertText = text, range = { start = position, ["end"] = position } }
    end, texts),
  }
end

---@param request zeke.LspRequest
local function reply(request)
  if vim.api.nvim_get_current_buf() ~= request.buf then
    return request.reply(EMPTY)
  end
  require("zeke.complete.ghost").clear()
  request.reply(offer())
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

--- What was typed since Neovim was told; nil where that is another place.
---@param buf integer
---@param row integer
---@param col integer
---@return string?
local function typed_since_told(buf, row, col)
  if not told or told.buf ~= buf or row < told.row or (row == told.row and col < told.col) then
    return nil
  end
  local ok, lines = pcall(vim.api.nvim_buf_get_text, buf, told.row, told.col, row, col, {})
  return ok and table.concat(lines, "\n") or nil
end

--- Shows a suggestion. What Neovim was told it shortens by itself.
---@param opts zeke.GhostOptions
function M.show(opts)
  enable_soon(opts.buf)
  local typed = typed_since_told(opts.buf, opts.row, opts.col)
  if told and typed and told.items[1] == typed .. opts.text then
    return
  end
  told = nil
  hush(opts.buf)
  -- A question that waits is answered right after this.
  if #waiting == 0 then
    require("zeke.complete.ghost").show(opts)
  end
end

--- Takes away what is shown.
function M.clear()
  told = nil
  require("zeke.complete.ghost").clear()
  hush(vim.api.nvim_get_current_buf())
end

--- Makes Neovim forget what it was told, so that no key of its own brings it back.
function M.dismiss()
  if told then
    vim.lsp.inline_completion.get({
      on_accept = function()
        return nil
      end,
    })
  end
end

--- Inserts a part of the item that Neovim shows: its own keys may have turned to another one.
---@param part fun(text: string): string
---@return boolean? is_accepted Nil where Neovim shows nothing of ours.
function M.accept(part)
  if not told then
    return nil
  end
  local is_accepted = vim.lsp.inline_completion.get({
    on_accept = function(item)
      local row, col = unpack(vim.api.nvim_win_get_cursor(0))
      local typed = typed_since_told(vim.api.nvim_get_current_buf(), row - 1, col)
      local text = item.insert_text
      if typed and type(text) == "string" and vim.startswith(text, typed) and #text > #typed then
        local rest = text:sub(#typed + 1)
        told = nil
        require("zeke.complete").pick(rest)
        require("zeke.complete.accept").insert(part(rest))
      end
      return nil
    end,
  })
  return is_accepted or nil
end

return M
