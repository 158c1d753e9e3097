--- The undo history of a buffer: in which of its states the text is, and what that state holds.
local M = {}

---@class zeke.edit.UndoState
---@field seq integer The state of the undo history that the buffer is in.
---@field is_settled boolean No change that is still going on shares this number.
---@field holds fun(seq: integer): boolean? Whether the text holds what a change did; nil where it is forgotten.

--- By change: the change that it was made upon.
---@param entries table[] As `undotree()` tells them.
---@param upon integer
---@param parents table<integer, integer>
---@return table<integer, integer>
local function parents_of(entries, upon, parents)
  for _, entry in ipairs(entries) do
    if entry.alt then
      parents_of(entry.alt, upon, parents)
    end
    parents[entry.seq] = upon
    upon = entry.seq
  end
  return parents
end

--- The state that the buffer is in; nil where there is no history to rely on.
---@param buf integer
---@return zeke.edit.UndoState?
function M.state(buf)
  return vim.api.nvim_buf_call(buf, function()
    if vim.o.undolevels < 0 and vim.bo.undolevels < 0 then
      return nil
    end
    local tree = vim.fn.undotree()
    local parents, held
    return {
      seq = tree.seq_cur,
      is_settled = tree.synced == 1,
      holds = function(seq)
        parents = parents or parents_of(tree.entries, 0, {})
        if not parents[seq] then
          return nil
        end
        if not held then
          held = {}
          local at = tree.seq_cur
          while at and at > 0 and not held[at] do
            held[at] = true
            at = parents[at]
          end
        end
        return held[seq] == true
      end,
    }
  end)
end

--- Ends the step of undo that runs, so that the next change is one of its own.
---@param buf integer
function M.break_step(buf)
  vim.api.nvim_buf_call(buf, function()
    vim.cmd("let &g:undolevels = &g:undolevels")
  end)
end

return M
