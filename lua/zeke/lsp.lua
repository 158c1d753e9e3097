--- The one language server of Zeke, inside this Neovim: no process, no text of buffers on the way. By it
--- whatever completes, shows ghost text or offers code actions in Neovim gets what Zeke has for a buffer.
local M = {}

---@class zeke.LspRoles
---@field completion? boolean `@file`, `#symbol` and the like: the prompt of the conversation.
---@field inline? boolean Ghost text, where Neovim shows it itself.
---@field actions? boolean What reviews offer to mend.

---@class zeke.LspRequest
---@field buf integer
---@field params table
---@field is_cancelled boolean
---@field reply fun(result: any)

--- What a buffer may be asked for. One that is not listed is answered with nothing.
---@type table<integer, zeke.LspRoles>
local roles = {}
---@type (fun(buf: integer, params: table): table[])[]
local action_providers = {}
---@type table<integer, zeke.LspRequest>
local open_requests = {}
local next_id = 0

local CAPABILITIES = {
  -- Lengths are those of Neovim's own strings, and nobody sends what stands in a buffer.
  positionEncoding = "utf-8",
  textDocumentSync = { openClose = false, change = 0 },
  completionProvider = { triggerCharacters = { "@", "#", ":", "/" } },
  inlineCompletionProvider = true,
  codeActionProvider = { codeActionKinds = { "quickfix" } },
}

--- What each request is answered by, and the role that a buffer has to have for it.
---@type table<string, { role: string, empty: table, run: fun(request: zeke.LspRequest) }>
local HANDLERS = {
  ["textDocument/completion"] = {
    role = "completion",
    empty = { isIncomplete = false, items = {} },
    run = function(request)
      local position = request.params.position
      -- Lines of the conversation count from 1 as everywhere in Zeke, columns are bytes before the cursor.
      require("zeke.context").complete(position.line + 1, position.character, function(items)
        -- What is typed next narrows a search, not a list: it is asked again.
        request.reply({ isIncomplete = true, items = items or {} })
      end)
    end,
  },
  ["textDocument/inlineCompletion"] = {
    role = "inline",
    empty = { items = {} },
    run = function(request)
      require("zeke.complete.lsp_inline").answer(request)
    end,
  },
  ["textDocument/codeAction"] = {
    role = "actions",
    empty = {},
    run = function(request)
      local actions = {}
      for _, provide in ipairs(action_providers) do
        vim.list_extend(actions, provide(request.buf, request.params))
      end
      request.reply(actions)
    end,
  },
}

--- Answers one request, at once or later; a mistake is said, and answered with nothing.
---@param method string
---@param params table
---@param callback fun(err?: table, result?: any)
---@param id integer
local function handle(method, params, callback, id)
  local handler = HANDLERS[method]
  if not handler then
    return callback(nil, method == "initialize" and { capabilities = CAPABILITIES } or vim.NIL)
  end
  local buf = vim.uri_to_bufnr(params.textDocument.uri)
  local request = { buf = buf, params = params, is_cancelled = false }
  request.reply = function(result)
    if open_requests[id] == request then
      open_requests[id] = nil
      callback(nil, result)
    end
  end
  open_requests[id] = request
  if not (roles[buf] and roles[buf][handler.role]) then
    return request.reply(handler.empty)
  end
  local ok, err = pcall(handler.run, request)
  if not ok then
    request.reply(handler.empty)
    require("zeke.notify").error(("Zeke could not answer %s: %s"):format(method, err))
  end
end

--- The server as `vim.lsp.start` wants it: a table of functions instead of a process.
---@param dispatchers table
---@return table
local function serve(dispatchers)
  local is_closing = false
  local function close()
    if not is_closing then
      is_closing = true
      dispatchers.on_exit(0, 0)
    end
  end
  return {
    request = function(method, params, callback, on_replied)
      next_id = next_id + 1
      local id = next_id
      handle(method, params, function(...)
        callback(...)
        if on_replied then
          on_replied(id)
        end
      end, id)
      return true, id
    end,
    notify = function(method, params)
      if method == "$/cancelRequest" then
        local request = open_requests[params.id]
        if request then
          request.is_cancelled = true
          request.reply(HANDLERS["textDocument/inlineCompletion"].empty)
        end
      elseif method == "exit" then
        close()
      end
      return true
    end,
    is_closing = function()
      return is_closing
    end,
    terminate = close,
  }
end

--- Offers what Zeke has for a buffer to whatever asks language servers. A later call adds roles.
---@param buf integer
---@param wanted zeke.LspRoles
---@return integer? client_id
function M.attach(buf, wanted)
  buf = buf == 0 and vim.api.nvim_get_current_buf() or buf
  if not roles[buf] then
    vim.api.nvim_create_autocmd("BufWipeout", {
      buffer = buf,
      once = true,
      callback = function()
        roles[buf] = nil
      end,
    })
  end
  roles[buf] = vim.tbl_extend("force", roles[buf] or {}, wanted)
  local root = require("zeke.rpc").status().root or require("zeke.place").root()
  return vim.lsp.start({ name = "zeke", cmd = serve, root_dir = root }, {
    bufnr = buf,
    reuse_client = function(client)
      return client.name == "zeke"
    end,
  })
end

--- Adds a source of code actions. It is called with the buffer and the parameters of the request, and
--- returns actions as the protocol has them; an `edit` or a `command` of `vim.lsp.commands` does the work.
---@param provide fun(buf: integer, params: table): table[]
function M.register_actions(provide)
  if not vim.tbl_contains(action_providers, provide) then
    action_providers[#action_providers + 1] = provide
  end
end

return M
