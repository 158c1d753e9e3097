--- Commands that ask the conversation about code: `:ZekeExplain`, `:ZekeExplainDiagnostic`, `:ZekeAnalyze`.
local M = {}

--- Sends words with lines of the buffer.
---@param words string
---@param range { first: integer, last: integer }
local function ask(words, range)
  local chat = require("zeke.chat")
  local attachment, is_refused = chat.attachment_of(range)
  if not is_refused then
    chat.open({ prompt = words, attachment = attachment })
  end
end

--- `:ZekeExplain [words]`: the lines of the range, or the function at the cursor.
---@param ctx zeke.CommandContext
function M.explain(ctx)
  local words = ctx.args ~= "" and ctx.args or "Explain this: what it does, how, and what is surprising about it."
  ask(words, ctx.range or require("zeke.chat.definition").at_cursor())
end

--- `:ZekeExplainDiagnostic`: what the diagnostics of the range, or of the cursor's line, mean.
---@param ctx zeke.CommandContext
function M.explain_diagnostic(ctx)
  local line = vim.api.nvim_win_get_cursor(0)[1]
  local range = ctx.range or { first = line, last = line }
  local said = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    if diagnostic.lnum + 1 <= range.last and (diagnostic.end_lnum or diagnostic.lnum) + 1 >= range.first then
      said[#said + 1] = ("- line %d: %s"):format(diagnostic.lnum + 1, require("zeke.text").valid(diagnostic.message))
    end
  end
  if #said == 0 then
    return require("zeke.notify").warn("There is no diagnostic on this line. :ZekeExplain explains the code.")
  end
  local words = "Explain what this means, why it is said here, and how to mend it:\n" .. table.concat(said, "\n")
  ask(words, ctx.range or require("zeke.chat.definition").at_cursor())
end

--- `:ZekeAnalyze [what]`: what is weak in the range or the buffer.
---@param ctx zeke.CommandContext
function M.analyze(ctx)
  local whole = { first = 1, last = vim.api.nvim_buf_line_count(0) }
  local matter = ctx.args ~= "" and (" with regard to " .. ctx.args) or ""
  ask(("Analyze this%s: what is wrong or weak in it, and why. Change nothing."):format(matter), ctx.range or whole)
end

return M
