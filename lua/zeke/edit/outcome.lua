--- Tells what becomes of proposals, as `User` autocmds.
local M = {}

--- Fires one event of a proposal.
---@param name string Without `Zeke`.
---@param proposal zeke.edit.Proposal
---@param more? table
function M.fire(name, proposal, more)
  local data = { buf = proposal.buf, id = proposal.id, title = proposal.title }
  require("zeke.events").fire(name, vim.tbl_extend("force", data, more or {}))
end

--- A hunk was accepted or rejected.
---@param hunk zeke.edit.Hunk
---@param reason? string
function M.decided(hunk, reason)
  M.fire(hunk.status == "accepted" and "HunkAccepted" or "HunkRejected", hunk.proposal, {
    startLine = hunk.range.first + 1,
    old = hunk.old,
    new = hunk.new,
    reason = reason,
  })
end

--- How many hunks of a proposal are `open`, `accepted` or `rejected`.
---@param proposal zeke.edit.Proposal
---@param status string
---@return integer
function M.count(proposal, status)
  return #vim.tbl_filter(function(hunk)
    return hunk.status == status
  end, proposal.hunks)
end

--- A proposal without an open hunk is closed.
---@param proposal zeke.edit.Proposal
---@param reason? string
function M.close_when_decided(proposal, reason)
  if not proposal.is_open or M.count(proposal, "open") > 0 then
    return
  end
  proposal.is_open = false
  M.fire("ProposalClosed", proposal, {
    accepted = M.count(proposal, "accepted"),
    rejected = M.count(proposal, "rejected"),
    reason = reason,
  })
end

return M
