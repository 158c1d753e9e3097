-- The component `zeke` of lualine: `sections = { lualine_x = { "zeke" } }`.
local Component = require("lualine.component"):extend()

--- lualine draws every second or so by itself; what happens in between is shown when it happens.
function Component:init(options)
  Component.super.init(self, options)
  vim.api.nvim_create_autocmd("User", {
    group = vim.api.nvim_create_augroup("zeke_lualine", { clear = true }),
    pattern = "ZekeStatus",
    callback = function()
      require("lualine").refresh()
    end,
  })
end

---@return string
function Component:update_status()
  return require("zeke.statusline").text()
end

return Component
