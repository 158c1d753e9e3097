--- A turn as blocks of lines: what is written into the conversation's buffer, knowing no buffer. Every
--- block ends in an empty line. In one that folds, the first line says what is in it, the second is empty,
--- and so is the last: what is added between those two stays in the fold, on every Neovim.
local M = {}

local open_end = require("zeke.chat.markdown.open_end")
local text = require("zeke.text")

local MAX_SUMMARY_CHARACTERS = 80
--- Of a tool's input; the first that is there says what a call is about.
local TELLING_INPUTS = { "path", "file", "command", "pattern", "query", "url", "name" }

---@class zeke.chat.Spec What a turn has to show, in order.
---@field key string The same for the same piece of a turn, as long as it grows.
---@field kind "message"|"context"|"text"|"reasoning"|"tool"|"note"|"footer"
---@field stamp any Another value: other lines. Of text and reasoning: whether it is over.
---@field part? zeke.Part
---@field note? zeke.chat.Note

---@class zeke.chat.Note What was said beside a turn; it stays where it stood.
---@field key string|integer
---@field seq integer
---@field level? string Of a notice, with its text.
---@field text? string
---@field review? zeke.SharedReview
---@field by? string Who asked for the review; nil for this Neovim.
---@field after integer How many parts of the turn stand above it; beyond them all: below the footer.

---@class zeke.chat.Lines
---@field lines string[] Without the empty line at the end.
---@field folds boolean
---@field hl? string For all of it.
---@field headings? table<integer, string> Highlight group by line, from 1.

--- Text of somebody else as lines that are fit to be shown.
---@param raw string
---@param prefix? string Before every line but the first.
---@return string[]
function M.split(raw, prefix)
  local lines = vim.split(text.clean((raw:gsub("\r\n", "\n"))), "\n", { plain = true })
  for index = 2, prefix and #lines or 0 do
    lines[index] = prefix .. lines[index]
  end
  return lines
end

---@param raw string
---@return string
local function one_line(raw)
  local line = text.one_line(raw)
  if vim.fn.strchars(line) > MAX_SUMMARY_CHARACTERS then
    return vim.fn.strcharpart(line, 0, MAX_SUMMARY_CHARACTERS - 1) .. "…"
  end
  return line
end
M.one_line = one_line

--- Lines within a fence that nothing in them can close.
---@param lines string[]
---@param language string
---@return string[]
local function fenced(lines, language)
  local longest = 2
  for _, line in ipairs(lines) do
    for ticks in line:gmatch("`+") do
      longest = math.max(longest, #ticks)
    end
  end
  local fence = ("`"):rep(longest + 1)
  local result = { fence .. language }
  vim.list_extend(result, lines)
  result[#result + 1] = fence
  return result
end

--- What stands above a message and its answer.
local HEADINGS = { command = "## You ran", compact = "## You asked for a summary", continue = "## You asked to go on" }

--- True for a line of somebody else that looks like one of the headings that stand between the turns.
---@param line string
---@return boolean
function M.is_lookalike(line)
  local words = line:match("^ ? ? ?#+%s+(.-)[%s#]*$")
  return words ~= nil and (words:find("^You%f[%W]") ~= nil or words == "Zeke" or words == "Output")
end

---@param turn zeke.Turn
---@return string
local function heading(turn)
  local words = HEADINGS[turn.message.kind or ""] or "## You"
  if turn.isRetracted then
    words = words .. " (set aside: the model is not told of it)"
  end
  return words
end

---@param turn zeke.Turn
---@return zeke.chat.Lines
local function message_lines(turn)
  local message = turn.message
  local lines = { heading(turn), "" }
  local said = M.split(message.text)
  if message.kind == "command" then
    said = fenced(said, "sh")
  end
  if message.text ~= "" then
    vim.list_extend(lines, said)
    lines[#lines + 1] = open_end.of(said)
    lines[#lines + 1] = ""
  end
  local attached = {}
  for _, attachment in ipairs(message.attachments or {}) do
    attached[#attached + 1] = "- attached: " .. one_line(attachment.label)
  end
  for _, image in ipairs(message.images or {}) do
    attached[#attached + 1] = "- image: " .. one_line(image.label)
  end
  if #attached > 0 then
    vim.list_extend(lines, attached)
    lines[#lines + 1] = ""
  end
  lines[#lines + 1] = message.kind == "command" and "## Output" or "## Zeke"
  return { lines = lines, folds = false, headings = { [1] = "ZekeUser", [#lines] = "ZekeAssistant" } }
end

---@param turn zeke.Turn
---@return zeke.chat.Lines
local function context_lines(turn)
  local count = #turn.context
  local lines = { ("▾ context · %d %s"):format(count, count == 1 and "source" or "sources"), "" }
  for _, block in ipairs(turn.context) do
    local reason = block.reason and (" · " .. one_line(block.reason)) or ""
    lines[#lines + 1] = ("- %s: %s%s"):format(one_line(block.source), one_line(block.title), reason)
  end
  return { lines = lines, folds = true, hl = "ZekeMuted" }
end

--- What a call is about, in a few words.
---@param input table
---@return string
local function subject(input)
  for _, name in ipairs(TELLING_INPUTS) do
    if type(input[name]) == "string" then
      return " " .. one_line(input[name])
    end
  end
  return ""
end

---@param input table
---@return string[]
local function input_lines(input)
  local names = vim.tbl_keys(input)
  table.sort(names)
  local lines = {}
  for _, name in ipairs(names) do
    local value = input[name]
    local shown = type(value) == "string" and value or vim.json.encode(value)
    local first = #lines + 1
    vim.list_extend(lines, M.split(shown, "  "))
    lines[first] = text.clean(tostring(name)) .. ": " .. lines[first]
  end
  return lines
end

---@param part zeke.Part
---@param is_over boolean
---@return zeke.chat.Lines
local function tool_lines(part, is_over)
  local result = part.result
  local status = is_over and "no result" or "running"
  if result then
    status = result.isError and "failed" or "ok"
  end
  local lines = { ("▾ %s%s · %s"):format(one_line(part.name), subject(part.input), status), "" }
  local input = input_lines(part.input)
  -- A fold has to hold a line that can be replaced.
  vim.list_extend(lines, #input > 0 and fenced(input, "yaml") or { "(no input)" })
  local output = result and result.output or part.outputTail or ""
  if output ~= "" then
    vim.list_extend(lines, fenced(M.split((output:gsub("\n+$", ""))), "text"))
  end
  return { lines = lines, folds = true, hl = result and result.isError and "ZekeToolError" or "ZekeTool" }
end

local END_REASONS = {
  length = "The answer was cut: it is as long as the model allows. Say `continue` to go on.",
  content_filter = "The vendor's filter held the rest back.",
  refusal = "The model refused to answer.",
  pause = "The model paused. Say `continue` to go on.",
  cancelled = "Stopped.",
  interrupted = "Zeke ended in the middle of this answer. :ZekeRetry asks again.",
  max_cost = "The cost limit was reached.",
  max_steps = "More rounds of tools than one turn may have. Say `continue` to go on.",
  other = "The answer ended for a reason that the vendor did not name.",
}

---@param turn zeke.Turn
---@return zeke.chat.Lines
local function footer_lines(turn)
  local lines, headings = {}, {}
  local function add(line, hl)
    lines[#lines + 1] = line
    headings[#lines] = hl
  end
  local seen = {}
  for _, change in ipairs(turn.changes) do
    if not seen[change.path] then
      seen[change.path] = true
      add("- changed: " .. one_line(change.path), "ZekeAdded")
    end
  end
  if turn.isUndone then
    add("These changes were taken back.", "ZekeWarning")
  end
  if turn.error then
    for _, line in ipairs(M.split("Error: " .. turn.error.message)) do
      add(line, "ZekeError")
    end
    local hint = turn.error.retryable and ":ZekeRetry asks again." or ":checkhealth zeke tells what is missing."
    add(hint, "ZekeMuted")
  end
  local reason = END_REASONS[turn.endReason or ""]
  if reason then
    add(reason, "ZekeWarning")
  end
  return { lines = lines, folds = false, headings = headings }
end

---@param turn zeke.Turn
---@return string? stamp Nil where there is nothing to say.
local function footer_stamp(turn)
  local has_reason = END_REASONS[turn.endReason or ""] ~= nil
  if #turn.changes == 0 and not turn.error and not has_reason and not turn.isUndone then
    return nil
  end
  local message = turn.error and turn.error.message or ""
  return ("%d %s %s %s"):format(#turn.changes, turn.endReason or "", tostring(turn.isUndone), message)
end

--- What a review found, in a few words: `review by a terminal · 3 findings, 1 major`.
---@param note zeke.chat.Note
---@return string
local function review_heading(note)
  local review, counts = note.review, {}
  for _, finding in ipairs(review.findings) do
    counts[finding.severity] = (counts[finding.severity] or 0) + 1
  end
  local count = #review.findings
  local words = { count == 0 and "nothing found" or count == 1 and "1 finding" or ("%d findings"):format(count) }
  for _, severity in ipairs({ "critical", "major" }) do
    if counts[severity] then
      words[#words + 1] = ("%d %s"):format(counts[severity], severity)
    end
  end
  local since = review.base and (" since " .. one_line(review.base)) or ""
  local by = note.by and (" by " .. one_line(note.by)) or ""
  return ("review%s%s · %s"):format(since, by, table.concat(words, ", "))
end

--- All of a note in one line.
---@param note zeke.chat.Note
---@return string
function M.note_heading(note)
  if note.review then
    return review_heading(note)
  end
  return ("%s: %s"):format(note.level, text.one_line(note.text))
end

--- A review as a fold: diagnostics and a list show the findings, here they only say what it was about.
---@param note zeke.chat.Note
---@return zeke.chat.Lines
local function review_lines(note)
  local review, said = note.review, {}
  for _, finding in ipairs(review.findings) do
    local path = text.one_line(finding.path)
    said[#said + 1] = ("- %s:%d: %s: %s"):format(path, finding.startLine, finding.severity, one_line(finding.title))
  end
  for _, notice in ipairs(review.notices) do
    said[#said + 1] = "- " .. text.one_line(notice)
  end
  if #said == 0 then
    return { lines = { review_heading(note) }, folds = false, hl = "ZekeNotice" }
  end
  local lines = vim.list_extend({ "▾ " .. review_heading(note), "" }, said)
  return { lines = lines, folds = true, headings = { [1] = "ZekeNotice" } }
end

---@param note zeke.chat.Note
---@return zeke.chat.Lines
local function note_lines(note)
  if note.review then
    return review_lines(note)
  end
  local hl = note.level == "warning" and "ZekeWarning" or "ZekeNotice"
  return { lines = { M.note_heading(note) }, folds = false, hl = hl }
end

--- What a turn shows, in order.
---@param turn zeke.Turn
---@param notes zeke.chat.Note[] In the order in which they came.
---@return zeke.chat.Spec[]
function M.specs(turn, notes)
  local specs = { { key = "message", kind = "message", stamp = turn.isRetracted } }
  if #turn.context > 0 then
    specs[2] = { key = "context", kind = "context", stamp = #turn.context }
  end
  local next_note = 1
  local function add_notes(after)
    while notes[next_note] and notes[next_note].after <= after do
      local note = notes[next_note]
      specs[#specs + 1] = { key = "note " .. note.key, kind = "note", stamp = true, note = note }
      next_note = next_note + 1
    end
  end
  add_notes(0)
  local is_over = turn.endReason ~= nil
  for index, part in ipairs(turn.parts) do
    local key = "part " .. index
    if part.type == "tool-call" then
      local stamp = part.result or is_over or part.outputTail or false
      specs[#specs + 1] = { key = key, kind = "tool", stamp = stamp, part = part }
    elseif part.text:find("[^\r\n]") then
      local is_closed = is_over or index < #turn.parts
      specs[#specs + 1] = { key = key, kind = part.type, stamp = is_closed, part = part }
    end
    add_notes(index)
  end
  local stamp = footer_stamp(turn)
  if stamp then
    specs[#specs + 1] = { key = "footer", kind = "footer", stamp = stamp }
  end
  add_notes(math.huge)
  return specs
end

--- About how many bytes a piece of a turn has once it is written.
---@param turn zeke.Turn
---@param spec zeke.chat.Spec
---@return integer
function M.bytes(turn, spec)
  if spec.kind == "message" then
    return #turn.message.text
  elseif not spec.part then
    return 0
  elseif spec.kind ~= "tool" then
    return #spec.part.text
  end
  local count = #(spec.part.result and spec.part.result.output or spec.part.outputTail or "")
  for _, value in pairs(spec.part.input) do
    count = count + (type(value) == "string" and #value or 0)
  end
  return count
end

--- Where the text that may be shown begins and ends, in bytes: line ends at either side wait for what
--- follows them.
---@param raw string
---@param shown integer How many bytes are shown already.
---@return integer first
---@return integer last
function M.visible(raw, shown)
  local last = #raw
  while last > shown do
    local byte = raw:byte(last)
    if byte ~= 10 and byte ~= 13 then
      break
    end
    last = last - 1
  end
  local first = shown + 1
  if shown == 0 then
    first = raw:find("[^\r\n]") or last + 1
  end
  return first, last
end

--- The lines of a block that is written as a whole. Text and reasoning: as far as they have come.
---@param turn zeke.Turn
---@param spec zeke.chat.Spec
---@return zeke.chat.Lines
function M.lines(turn, spec)
  if spec.kind == "message" then
    return message_lines(turn)
  elseif spec.kind == "context" then
    return context_lines(turn)
  elseif spec.kind == "tool" then
    return tool_lines(spec.part, turn.endReason ~= nil)
  elseif spec.kind == "footer" then
    return footer_lines(turn)
  elseif spec.kind == "note" then
    return note_lines(spec.note)
  end
  local first, last = M.visible(spec.part.text, 0)
  local shown = spec.part.text:sub(first, last)
  if spec.kind == "reasoning" then
    -- A quotation: whatever fence is left open in it ends with it.
    local lines = M.split(shown, "> ")
    lines[1] = "> " .. lines[1]
    return { lines = vim.list_extend({ "▾ reasoning", "" }, lines), folds = true, hl = "ZekeReasoning" }
  end
  local lines = M.split(shown)
  if spec.stamp then
    lines[#lines + 1] = open_end.of(lines)
  end
  return { lines = lines, folds = false }
end

---@param count integer
---@return string
local function short(count)
  if count < 1000 then
    return tostring(count)
  end
  return ("%.1fk"):format(count / 1000)
end

--- What one turn took: model, tokens, cost, and how much of it a cache of the provider held.
---@param turn zeke.Turn
---@return string
function M.price(turn)
  local pieces = { text.clean(turn.model) }
  local usage = turn.usage
  if usage.inputTokens + usage.outputTokens > 0 then
    pieces[#pieces + 1] = ("%s in, %s out"):format(short(usage.inputTokens), short(usage.outputTokens))
  end
  if usage.costUsd then
    pieces[#pieces + 1] = ("$%.4f"):format(usage.costUsd)
  end
  if usage.cachedTokens > 0 then
    pieces[#pieces + 1] = short(usage.cachedTokens) .. " cached"
  end
  if not turn.endReason then
    pieces[#pieces + 1] = "working"
  end
  return table.concat(pieces, " · ")
end

return M
