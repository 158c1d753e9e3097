--- Highlight groups, each a link that the user's own definition wins over.
local M = {}

---@type table<string, string>
M.links = {
  ZekeUser = "Title",
  ZekeAssistant = "Special",
  ZekeMuted = "Comment",
  ZekeReasoning = "Comment",
  ZekeTool = "Function",
  ZekeToolError = "DiagnosticError",
  ZekeError = "DiagnosticError",
  ZekeWarning = "DiagnosticWarn",
  ZekeNotice = "DiagnosticInfo",
  ZekeAdded = "DiffAdd",
  ZekeAddedWord = "DiffText",
  ZekeRemoved = "DiffDelete",
  ZekeRemovedWord = "DiffText",
  ZekeHunkHint = "Comment",
  ZekeHunkConflict = "DiagnosticWarn",
  ZekeGhost = "Comment",
  ZekeGhostHint = "DiagnosticHint",
  ZekeCostBar = "String",
}

local is_set_up = false

--- Defines the groups, now and whenever another colour scheme is chosen. Called by whatever draws first.
function M.setup()
  if is_set_up then
    return
  end
  is_set_up = true
  local function define()
    for name, target in pairs(M.links) do
      vim.api.nvim_set_hl(0, name, { link = target, default = true })
    end
  end
  define()
  local group = vim.api.nvim_create_augroup("zeke_highlights", { clear = true })
  vim.api.nvim_create_autocmd("ColorScheme", { group = group, callback = define })
end

return M
