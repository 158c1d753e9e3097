--- A request for a change while the model works on it: a quiet sign at its lines, and how to stop it.
local M = {}

local namespace = vim.api.nvim_create_namespace("zeke_edit_request")

---@class zeke.edit.Request
---@field buf integer
---@field label string
---@field handle zeke.Ask
---@field mark? integer
---@field off fun()
---@field splices zeke.edit.Splice[] What changed in the buffer since it was asked.
---@field is_reloaded boolean

---@type table<zeke.edit.Request, true>
local running = {}

---@param request zeke.edit.Request
---@param text string
local function draw(request, text)
  local row = vim.api.nvim_buf_get_extmark_by_id(request.buf, namespace, request.mark, {})[1]
  if row then
    vim.api.nvim_buf_set_extmark(request.buf, namespace, row, 0, {
      id = request.mark,
      virt_text = { { ("  Zeke: %s %s · :ZekeStop"):format(request.label, text), "ZekeHunkHint" } },
      virt_text_pos = "eol",
    })
  end
end

---@param name "EditStart"|"EditEnd"
---@param request zeke.edit.Request
---@param how? string
local function fire(name, request, how)
  require("zeke.events").fire(name, { buf = request.buf, label = request.label, reason = how })
end

---@param request zeke.edit.Request
---@param how "answered"|"failed"|"stopped"|"closed"
local function finish(request, how)
  running[request] = nil
  request.off()
  if vim.api.nvim_buf_is_valid(request.buf) then
    vim.api.nvim_buf_del_extmark(request.buf, namespace, request.mark)
  end
  fire("EditEnd", request, how)
end

---@param text string
---@return integer
local function count_lines(text)
  return select(2, text:gsub("\n", "")) + 1
end

---@class zeke.edit.Asked
---@field buf integer The buffer that shows the sign.
---@field row integer Where, from 0.
---@field label string What runs, in a word or two.
---@field method string The service.
---@field params table
---@field on_result fun(result: table, request: zeke.edit.Request)

--- Asks. The result comes while the buffer is still there; everything else is said to the user.
---@param asked zeke.edit.Asked
function M.start(asked)
  local notify = require("zeke.notify")
  require("zeke.highlights").setup()
  local row = math.min(asked.row, vim.api.nvim_buf_line_count(asked.buf) - 1)
  ---@type zeke.edit.Request
  local request = { buf = asked.buf, label = asked.label, splices = {}, is_reloaded = false }
  request.mark = vim.api.nvim_buf_set_extmark(asked.buf, namespace, row, 0, {})
  running[request] = true
  request.off = require("zeke.edit.track").on(asked.buf, {
    on_splice = function(splice)
      table.insert(request.splices, splice)
    end,
    on_reload = function()
      request.is_reloaded = true
    end,
    on_gone = function()
      request.handle.cancel()
      finish(request, "closed")
      notify.warn(("The buffer was closed, so the request was stopped: %s."):format(asked.label))
    end,
  })
  draw(request, "…")
  fire("EditStart", request)
  request.handle = require("zeke.rpc").ask(asked.method, asked.params, {
    on_progress = function(progress)
      if running[request] and progress.text then
        draw(request, ("… %d lines"):format(count_lines(progress.text)))
      end
    end,
    on_done = function(err, result)
      if not running[request] then
        return
      end
      finish(request, err and "failed" or "answered")
      if err then
        return notify.failure(err)
      end
      asked.on_result(result, request)
    end,
  })
end

--- What runs now, for a status line: the label of each request.
---@return string[]
function M.labels()
  return vim.tbl_map(function(request)
    return request.label
  end, vim.tbl_keys(running))
end

--- Stops every request of this Neovim.
---@return integer count How many there were.
function M.stop()
  local requests = vim.tbl_keys(running)
  for _, request in ipairs(requests) do
    request.handle.cancel()
    finish(request, "stopped")
  end
  if #requests > 0 then
    require("zeke.notify").info("Stopped.")
  end
  return #requests
end

return M
