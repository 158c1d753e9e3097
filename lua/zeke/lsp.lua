--- The one language server of Zeke, inside this Neovim: no process, no text of buffers on the way. By it
--- whatever completes, shows ghost text or offers code actions in Neovim gets what Zeke has for a buffer.
local M = {}

--- The command that Neovim runs after it has inserted ghost text by a key of its own.
M.COMPLETION_ACCEPTED = "zeke.completionAccepted"

---@class zeke.LspRoles
---@field completion? boolean `@file`, `#symbol` and the like: the prompt of the conversation.
---@field inline? boolean Ghost text, where Neovim shows it itself.
---@field actions? boolean What reviews offer to mend.

---@class zeke.LspRequest
---@field buf integer
---@field params table
---@field reply fun(result: any) Counts once; what comes after a cancellation is dropped.
---@field cancel? fun() Ends what is asked for it.
---@field empty table

--- What a buffer may be asked for. One that is not listed is answered with nothing.
---@type table<integer, zeke.LspRoles>
local roles = {}
---@type (fun(buf: integer, params: table): table[])[]
local action_providers = {}
---@type table<integer, zeke.LspRequest>
local open_requests = {}
local next_id = 0

--- What each of its clients is told that it can do. The prompt has one of its own: where a server can
--- complete, Neovim and plugins set up a buffer for that, which is not for us to do in the user's files.
local CAPABILITIES = {
  zeke = {
    inlineCompletionProvider = true,
    codeActionProvider = { codeActionKinds = { "quickfix" } },
  },
  ["zeke-prompt"] = {
    completionProvider = { triggerCharacters = { "@", "#", ":", "/" } },
  },
}
for _, capabilities in pairs(CAPABILITIES) do
  -- Lengths are those of Neovim's own strings, and nobody sends what stands in a buffer.
  capabilities.positionEncoding = "utf-8"
  capabilities.textDocumentSync = { openClose = false, change = 0 }
end

--- Kinds of CompletionItem in the protocol.
local ITEM_KINDS = { file = 17, variable = 6, symbol = 18 }

--- What may stand at the cursor of a prompt, as the protocol has it.
---@param suggestions table[] See `context.complete`.
---@param line_number integer Counted from 0.
---@param line string
---@return table[]
local function to_items(suggestions, line_number, line)
  local items = {}
  for index, suggestion in ipairs(suggestions) do
    items[index] = {
      label = suggestion.label,
      detail = suggestion.detail,
      kind = ITEM_KINDS[suggestion.kind],
      -- Zeke found and ordered them: nobody has to do so again by what was typed.
      filterText = line:sub(suggestion.start + 1, suggestion.finish),
      sortText = ("%04d"):format(index),
      textEdit = {
        newText = suggestion.label,
        range = {
          start = { line = line_number, character = suggestion.start },
          ["end"] = { line = line_number, character = suggestion.finish },
        },
      },
    }
  end
  return items
end

---@param request zeke.LspRequest
local function complete(request)
  local position = request.params.position
  local row = position.line
  local line = vim.api.nvim_buf_get_lines(request.buf, row, row + 1, false)[1] or ""
  request.cancel = require("zeke.context").complete(line, position.character, function(suggestions)
    -- Incomplete: what is typed next is searched for anew.
    request.reply({ isIncomplete = true, items = to_items(suggestions, row, line) })
  end)
end

--- What each request is answered by, and the role that a buffer has to have for it.
---@type table<string, { role: string, empty: table, run: fun(request: zeke.LspRequest) }>
local HANDLERS = {
  ["textDocument/completion"] = {
    role = "completion",
    empty = { isIncomplete = false, items = {} },
    run = complete,
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

--- What Neovim runs of itself after something of ours was chosen.
---@type table<string, fun(command: table, context: table)>
local COMMANDS = {
  [M.COMPLETION_ACCEPTED] = function(command, context)
    require("zeke.complete.lsp_inline").accepted(context.bufnr, command.arguments[1])
  end,
}

--- The buffer of a request. One without a name has no address of its own: it is the current one.
---@param uri string
---@return integer?
local function find_buffer(uri)
  local current = vim.api.nvim_get_current_buf()
  if vim.uri_from_bufnr(current) == uri then
    return current
  end
  for buf in pairs(roles) do
    if vim.uri_from_bufnr(buf) == uri then
      return buf
    end
  end
  return nil
end

--- Answers one request, at once or later; a mistake is said, and answered with nothing.
---@param method string
---@param params table
---@param callback fun(err?: table, result?: any)
---@param id integer
local function handle(method, params, callback, id)
  local handler = HANDLERS[method]
  if not handler then
    return callback(nil, vim.NIL)
  end
  local buf = find_buffer(params.textDocument.uri)
  if not (buf and roles[buf] and roles[buf][handler.role]) then
    return callback(nil, handler.empty)
  end
  local request = { buf = buf, params = params, empty = handler.empty }
  request.reply = function(result)
    if open_requests[id] == request then
      open_requests[id] = nil
      callback(nil, result)
    end
  end
  open_requests[id] = request
  local ok, err = pcall(handler.run, request)
  if not ok then
    request.reply(handler.empty)
    require("zeke.notify").error(("Zeke could not answer %s: %s"):format(method, err))
  end
end

--- The server as `vim.lsp.start` wants it: a table of functions instead of a process.
---@param capabilities table
---@param dispatchers table
---@return table
local function serve(capabilities, dispatchers)
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
      if method == "initialize" then
        callback(nil, { capabilities = capabilities })
        return true, id
      end
      handle(method, params, function(...)
        callback(...)
        if on_replied then
          -- Neovim writes a request down after this function has returned.
          vim.schedule(function()
            on_replied(id)
          end)
        end
      end, id)
      return true, id
    end,
    notify = function(method, params)
      if method == "$/cancelRequest" then
        local request = open_requests[params.id]
        if request then
          if request.cancel then
            request.cancel()
          end
          request.reply(request.empty)
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
  local name = wanted.completion and "zeke-prompt" or "zeke"
  local function cmd(dispatchers)
    return serve(CAPABILITIES[name], dispatchers)
  end
  return vim.lsp.start({ name = name, cmd = cmd, root_dir = root, commands = COMMANDS }, {
    bufnr = buf,
    reuse_client = function(client)
      return client.name == name
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
