--- Changes to a buffer: asked of a model, or given by somebody, and decided hunk by hunk. Nothing here
--- writes to the disk.
local M = {}

---@class zeke.edit.RunOptions
---@field instruction string
---@field action? string `fix`, `docs`, `tests`, `optimize`, `refactor`; nil for a plain edit.
---@field range? { first: integer, last: integer } Only these lines may change.
---@field buf? integer The current one without it.
---@field is_told? boolean The instruction is the user's: a `fix` needs no diagnostic then.

local SEVERITIES = { "error", "warning", "information", "hint" }

--- Where an edit is meant: here, or from a window of the conversation in the file that the user left for it.
---@param buf integer
---@return integer buf
---@return integer line
local function place_of(buf)
  local focus = vim.startswith(vim.bo[buf].filetype, "zeke-") and require("zeke.context").focus()
  if focus then
    return focus.buf, focus.line
  end
  local win = vim.fn.bufwinid(buf)
  return buf, win ~= -1 and vim.api.nvim_win_get_cursor(win)[1] or 1
end

---@param buf integer
---@param line integer
---@param range? { first: integer, last: integer } Else the line.
---@return { line: integer, severity: string, message: string }[]
local function diagnostics_of(buf, line, range)
  local first, last = range and range.first or line, range and range.last or line
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(buf)) do
    local start, stop = diagnostic.lnum + 1, (diagnostic.end_lnum or diagnostic.lnum) + 1
    if start <= last and stop >= first then
      found[#found + 1] = {
        line = start,
        severity = SEVERITIES[diagnostic.severity] or "error",
        message = require("zeke.text").valid(diagnostic.message),
      }
    end
  end
  return found
end

---@param buf integer
---@return string?
local function path_of(buf)
  local name = vim.api.nvim_buf_get_name(buf)
  return name ~= "" and require("zeke.place").relative(name) or nil
end

--- Shows the tests as a proposal in a new buffer; the user names it when they write it.
---@param result { text: string, explanation: string }
---@param title string
---@param like integer The buffer that they test.
local function open_beside(result, title, like)
  if not result.text:find("%S") then
    local said = require("zeke.text").one_line(result.explanation)
    return require("zeke.notify").info(vim.trim(("%s: nothing to write. %s"):format(title, said)))
  end
  local buf = vim.api.nvim_create_buf(true, false)
  vim.api.nvim_open_win(buf, false, { split = "right", win = -1 })
  vim.bo[buf].filetype = vim.bo[like].filetype
  local explanation = "Name the file by :w <name>. " .. result.explanation
  require("zeke.edit.offer").text(buf, { text = result.text, title = title, explanation = explanation })
end

--- What is sent of a buffer that is to be changed: all of it, or of a large one the lines in question.
---@param buf integer
---@param lines? { first: integer, last: integer }
---@return zeke.edit.Snapshot?
---@return string? refusal
local function read(buf, lines)
  local target = require("zeke.edit.target")
  local refusal = target.refusal(buf)
  if refusal then
    return nil, refusal
  end
  local part, too_large = target.part(buf, lines)
  if too_large then
    return nil, too_large
  end
  return target.snapshot(buf, part)
end

--- The diagnostics that a fix is about; nil where there are none, with what is said then.
---@param buf integer
---@param line integer
---@param range? { first: integer, last: integer }
---@return { line: integer, severity: string, message: string }[]?
---@return string? nothing
local function to_fix(buf, line, range)
  local found = diagnostics_of(buf, line, range)
  if #found > 0 then
    return found, nil
  end
  local where = range and "in these lines" or "under the cursor"
  return nil, ("There is no diagnostic %s to fix. :ZekeEdit <what to do> changes what you tell it."):format(where)
end

---@param buf integer
---@param opts zeke.edit.RunOptions
---@param snapshot zeke.edit.Snapshot
---@param diagnostics? { line: integer, severity: string, message: string }[]
---@return table
local function params_of(buf, opts, snapshot, diagnostics)
  local function row_of(line)
    return math.max(1, math.min(#snapshot.sent, line - snapshot.first))
  end
  local range = opts.range and { startLine = row_of(opts.range.first), endLine = row_of(opts.range.last) }
  local params = {
    instruction = require("zeke.text").valid(opts.instruction),
    action = opts.action,
    language = vim.bo[buf].filetype,
    diagnostics = diagnostics,
  }
  for _, diagnostic in ipairs(diagnostics or {}) do
    diagnostic.line = math.max(1, diagnostic.line - snapshot.first)
  end
  if opts.action == "tests" and not require("zeke.edit.tests").are_inside(buf) then
    local lines = range and vim.list_slice(snapshot.sent, range.startLine, range.endLine) or snapshot.sent
    params.source = { path = path_of(buf), text = table.concat(lines, "\n") }
    params.text = ""
    return params
  end
  params.path = path_of(buf)
  params.text = table.concat(snapshot.sent, "\n")
  params.range = range
  params.firstLine = snapshot.first > 0 and snapshot.first + 1 or nil
  return params
end

---@class zeke.edit.Task
---@field buf integer
---@field row integer Where the sign is shown while the model works, from 0.
---@field label string
---@field params table
---@field snapshot zeke.edit.Snapshot What the answer is a change of.

--- Asks for a change of a buffer; the answer is shown as hunks there.
---@param task zeke.edit.Task
---@param on_result? fun(result: table) Shows the answer elsewhere.
local function ask(task, on_result)
  local title = ("Zeke: %s"):format(task.label)
  require("zeke.edit.request").start({
    buf = task.buf,
    row = task.row,
    label = task.label,
    method = "edit",
    params = task.params,
    on_result = function(result, request)
      if on_result then
        return on_result(result)
      end
      local proposed = { text = result.text, title = title, explanation = result.explanation }
      require("zeke.edit.offer").answer(task.buf, proposed, task.snapshot, request)
    end,
  })
end

--- Asks for tests of what `task` has read: in the file that has them already, or in a new buffer.
---@param task zeke.edit.Task
local function ask_tests(task)
  local source = task.buf
  local tests = require("zeke.edit.tests").open(source)
  if not tests then
    return ask(task, function(result)
      open_beside(result, ("Zeke: %s"):format(task.label), source)
    end)
  end
  local snapshot, refusal = read(tests)
  if not snapshot then
    return require("zeke.notify").error(refusal)
  end
  task.params.path, task.params.text = path_of(tests), table.concat(snapshot.sent, "\n")
  task.buf, task.snapshot, task.row = tests, snapshot, #snapshot.sent - 1
  ask(task)
end

--- Asks for a change of a buffer; the answer is shown as hunks.
---@param opts zeke.edit.RunOptions
function M.run(opts)
  local notify = require("zeke.notify")
  local here = opts.buf or vim.api.nvim_get_current_buf()
  local buf, line = place_of(here)
  if buf ~= here then
    -- A range would be of the conversation's lines.
    opts = { instruction = opts.instruction, action = opts.action, is_told = opts.is_told }
  end
  local is_fix = opts.action == "fix"
  -- What the diagnostics are of is a part of a large text, too.
  local snapshot, refusal = read(buf, opts.range or is_fix and { first = line, last = line } or nil)
  if not snapshot then
    return notify.error(refusal)
  end
  local diagnostics, nothing
  if is_fix then
    diagnostics, nothing = to_fix(buf, line, opts.range)
  end
  if nothing and not opts.is_told then
    return notify.warn(nothing)
  end
  if nothing then
    opts = { instruction = opts.instruction, range = opts.range }
  end
  local task = {
    buf = buf,
    row = (opts.range and opts.range.first or line) - 1,
    label = opts.action or "edit",
    params = params_of(buf, opts, snapshot, diagnostics),
    snapshot = snapshot,
  }
  if task.params.source then
    ask_tests(task)
  else
    ask(task)
  end
end

--- `:ZekeEdit [instruction]`: asks for one where none is given.
---@param ctx zeke.CommandContext
function M.command(ctx)
  local buf = vim.api.nvim_get_current_buf()
  if ctx.args ~= "" then
    return M.run({ instruction = ctx.args, range = ctx.range, buf = buf })
  end
  local target = require("zeke.edit.target")
  local place = place_of(buf)
  local refusal = target.refusal(place)
  if not refusal then
    refusal = select(2, target.part(place, ctx.range))
  end
  if refusal then
    return require("zeke.notify").error(refusal)
  end
  vim.ui.input({ prompt = "Zeke, edit: " }, function(instruction)
    if instruction and instruction:find("%S") then
      M.run({ instruction = instruction, range = ctx.range, buf = buf })
    end
  end)
end

--- `:ZekeCreate [description]`: the answer comes as a hunk in a new buffer, which the user names.
---@param ctx zeke.CommandContext
function M.create(ctx)
  local function create(description)
    if description and description:find("%S") then
      vim.cmd.new()
      M.run({ instruction = "Write this, from nothing: " .. description })
    end
  end
  if ctx.args ~= "" then
    return create(ctx.args)
  end
  vim.ui.input({ prompt = "Zeke, create: " }, create)
end

--- `:ZekeCommit`
function M.commit_message()
  require("zeke.edit.commit").ask()
end

---@class zeke.edit.ProposeOptions
---@field text string The whole text of the buffer as it would be.
---@field title string
---@field base? string The text that it was made from; what the buffer holds now without it.

--- Proposes a text for a buffer, as hunks. What has no exact place is refused, and said.
---@param buf integer
---@param opts zeke.edit.ProposeOptions
---@return zeke.edit.Proposal?
function M.propose(buf, opts)
  local buffer = buf == 0 and vim.api.nvim_get_current_buf() or buf
  local refusal = require("zeke.edit.target").refusal(buffer)
  if refusal then
    require("zeke.notify").error(refusal)
    return nil
  end
  return require("zeke.edit.offer").text(buffer, { text = opts.text, title = opts.title }, opts.base)
end

--- Puts a code block or a patch into a buffer, as a proposal; refused where its place is not plain.
---@param buf integer
---@param opts { code: string, title: string }
function M.apply(buf, opts)
  local buffer = buf == 0 and vim.api.nvim_get_current_buf() or buf
  local snapshot, refusal = read(buffer)
  if not snapshot then
    return require("zeke.notify").error(refusal)
  end
  require("zeke.edit.request").start({
    buf = buffer,
    row = 0,
    label = "apply",
    method = "apply",
    params = { code = opts.code, text = table.concat(snapshot.sent, "\n"), path = path_of(buffer) },
    on_result = function(result, request)
      local proposed = { text = result.text, title = opts.title }
      require("zeke.edit.offer").answer(buffer, proposed, snapshot, request)
    end,
  })
end

--- Stops every request for a change or a commit message.
---@return integer count How many there were.
function M.stop()
  return require("zeke.edit.request").stop()
end

--- What a model works on now, for a status line: `edit`, `fix`, `commit message` …
---@return string[]
function M.running()
  return require("zeke.edit.request").labels()
end

--- The open proposals of a buffer, or of all.
---@param buf? integer
---@return zeke.edit.Proposal[]
function M.list(buf)
  return require("zeke.edit.proposal").list(buf == 0 and vim.api.nvim_get_current_buf() or buf)
end

for _, name in ipairs({ "accept", "reject", "accept_all", "reject_all", "edit_hunk", "next_hunk", "previous_hunk" }) do
  --- The action of that name, on the current buffer.
  ---@param ctx? zeke.CommandContext
  M[name] = function(ctx)
    require("zeke.edit.actions")[name](ctx)
  end
end

return M
