--- The turns of a conversation that this Neovim was told: the last ones, and earlier ones that it asked for. What
--- is known has no gap, so that a turn's number is its place in it and how many come before.
local M = {}

--- Puts turns before those that are known. False where they do not join them.
---@param state zeke.State
---@param earlier { turns: zeke.Turn[], earlierTurnCount: integer }
---@return boolean
function M.prepend(state, earlier)
  if earlier.earlierTurnCount + #earlier.turns ~= state.earlierTurnCount then
    return false
  end
  state.turns = vim.list_extend(vim.list_extend({}, earlier.turns), state.turns)
  state.earlierTurnCount = earlier.earlierTurnCount
  return true
end

--- A state that is told anew, of the same conversation, has the last turns only: those before them stay known.
---@param before zeke.State
---@param told zeke.State
function M.keep(before, told)
  local count = told.earlierTurnCount - before.earlierTurnCount
  local next_known, next_told = before.turns[count + 1], told.turns[1]
  local is_same = next_known ~= nil and next_told ~= nil and next_known.id == next_told.id
  if count > 0 and before.sessionId == told.sessionId and is_same then
    local turns = vim.list_slice(before.turns, 1, count)
    M.prepend(told, { turns = turns, earlierTurnCount = before.earlierTurnCount })
  end
end

return M
