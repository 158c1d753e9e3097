--- Patches that findings suggest: as code actions, and proposed hunk by hunk like every other change.
local M = {}

local COMMAND = "zeke.review.patch"

--- Proposes the patch in its buffer; nothing changes before a hunk is accepted.
---@param buf integer
---@param finding zeke.Finding
local function propose(buf, finding)
  require("zeke.edit").apply(
    buf,
    { code = finding.patch, title = "Review: " .. require("zeke.text").one_line(finding.title) }
  )
end

--- Code actions for the findings with a patch on these lines.
---@param buf integer
---@param params { range: { start: { line: integer }, ["end"]: { line: integer } } }
---@return table[]
function M.actions(buf, params)
  local actions = {}
  local range = params.range
  for _, finding in ipairs(require("zeke.review.marks").at(buf, range.start.line, range["end"].line)) do
    if finding.patch then
      local title = "Zeke: propose a patch for “" .. require("zeke.text").one_line(finding.title) .. "”"
      actions[#actions + 1] = {
        title = title,
        kind = "quickfix",
        command = { title = title, command = COMMAND, arguments = { finding } },
      }
    end
  end
  return actions
end

--- Lets Neovim's own code actions offer the patches of a buffer, where there are any.
---@param buf integer
---@param findings zeke.Finding[]
function M.offer(buf, findings)
  local has_patch = vim.iter(findings):any(function(finding)
    return finding.patch ~= nil
  end)
  if not has_patch then
    return
  end
  local lsp = require("zeke.lsp")
  lsp.register_actions(M.actions)
  vim.lsp.commands[COMMAND] = function(command, ctx)
    propose(ctx.bufnr, command.arguments[1])
  end
  lsp.attach(buf, { actions = true })
end

--- The finding of the quickfix entry that the user is at, which they are taken to.
---@param review zeke.Review
---@return zeke.Finding?
local function finding_of_entry(review)
  local finding, index = require("zeke.review.list").at_cursor(review)
  if finding then
    vim.cmd({ cmd = "cc", count = index })
    return finding
  end
end

--- The findings of the lines under the cursor; those with a patch alone, where there are some.
---@return zeke.Finding[]
local function findings_at_cursor()
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local found = require("zeke.review.marks").at(vim.api.nvim_get_current_buf(), row, row)
  local with_patch = vim.tbl_filter(function(finding)
    return finding.patch ~= nil
  end, found)
  return #with_patch > 0 and with_patch or found
end

--- Proposes the patch of the finding at the cursor, or of the quickfix entry under it.
function M.propose_here()
  local notify = require("zeke.notify")
  local review = require("zeke.review").current()
  if not review then
    return notify.info("There is no review yet. :ZekeReview makes one.")
  end
  local entry = finding_of_entry(review)
  local findings = entry and { entry } or findings_at_cursor()
  local buf = vim.api.nvim_get_current_buf()
  if #findings == 0 then
    return notify.info("There is no finding here. Go to one with :cnext.")
  end
  if not findings[1].patch then
    return notify.info("This finding has no patch. :ZekeFix asks a model for one.")
  end
  if #findings == 1 then
    return propose(buf, findings[1])
  end
  local opts = {
    prompt = "Propose the patch for",
    kind = "zeke.finding",
    format_item = function(finding)
      return require("zeke.text").one_line(finding.title)
    end,
  }
  vim.ui.select(findings, opts, function(finding)
    if finding and vim.api.nvim_buf_is_valid(buf) then
      propose(buf, finding)
    end
  end)
end

return M
