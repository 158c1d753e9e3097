--- `:checkhealth zeke`: what Zeke needs in this Neovim, and what to do where it is missing.
local M = {}

local FOLDER_MODE_BITS = 511

local function check_neovim()
  vim.health.start("Neovim")
  local version = vim.version()
  local text = ("Neovim %d.%d.%d"):format(version.major, version.minor, version.patch)
  if vim.fn.has("nvim-0.10") == 1 then
    vim.health.ok(text)
  else
    vim.health.error(text .. " is too old.", "Install Neovim 0.10 or newer.")
  end
  if
    vim.api.nvim_get_runtime_file("parser/markdown.so", false)[1] or pcall(vim.treesitter.language.add, "markdown")
  then
    vim.health.ok("The treesitter parser for Markdown is there: answers are highlighted.")
  else
    vim.health.warn(
      "There is no treesitter parser for Markdown.",
      "Run :TSInstall markdown, or use a full Neovim build."
    )
  end
end

local function check_settings()
  vim.health.start("Settings")
  local problems = require("zeke.config").problems()
  if #problems == 0 then
    return vim.health.ok("All settings were taken.")
  end
  for _, problem in ipairs(problems) do
    vim.health.error(problem .. ".", "Until it is mended the default holds; see :help zeke-config")
  end
end

---@param address zeke.Address
local function check_socket(address)
  if not address.folder then
    return vim.health.info("Pipe: " .. address.path)
  end
  vim.health.info("Socket: " .. address.path)
  local distrust = require("zeke.place").distrust(address)
  local stat = vim.uv.fs_stat(address.folder)
  if distrust then
    local advice =
      "Make it a folder that only you can enter (chmod 700) or remove it, or set XDG_RUNTIME_DIR to such a one."
    vim.health.error("The socket is not used: " .. distrust, advice)
  elseif stat then
    vim.health.ok(("Only you can enter its folder (mode %04o)."):format(bit.band(stat.mode, FOLDER_MODE_BITS)))
  else
    vim.health.ok("Its folder is made when a Zeke starts.")
  end
end

local function check_conversation()
  local rpc, place = require("zeke.rpc"), require("zeke.place")
  local status = rpc.status()
  local protocol = require("zeke.protocol").VERSION
  vim.health.start("Conversation")
  local root = status.root or place.root()
  vim.health.info("Project: " .. root)
  check_socket(status.phase == "joined" and place.address_at(status.address) or place.address(root))
  if not rpc.is_joined() then
    vim.health.info(
      ("Not joined (%s); this plugin speaks protocol %d. :ZekeChat joins."):format(status.phase, protocol)
    )
    return
  end
  local welcome = status.welcome or {}
  vim.health.ok(("Joined. Both sides speak protocol %d."):format(protocol))
  vim.health.info(("Hosted by process %s, Zeke %s."):format(tostring(welcome.process), tostring(welcome.version)))
  vim.health.info(("Front ends attached: %d."):format(#require("zeke.session").clients()))
  if welcome.version and welcome.version ~= rpc.VERSION then
    local text = ("The plugin is %s and the Zeke that hosts is %s."):format(rpc.VERSION, welcome.version)
    vim.health.warn(text, "They work together; update the older one.")
  end
end

---@param module string
---@return boolean
local function is_installed(module)
  local path = "lua/" .. module:gsub("%.", "/")
  return package.loaded[module] ~= nil
    or #vim.api.nvim_get_runtime_file(path .. ".lua", false) > 0
    or #vim.api.nvim_get_runtime_file(path .. "/init.lua", false) > 0
end

local function check_completion()
  vim.health.start("Completion")
  if vim.lsp.inline_completion then
    vim.health.ok("vim.lsp.inline_completion is there: ghost text is shown by Neovim itself.")
  else
    vim.health.ok("Ghost text is shown by extmarks (Neovim 0.12 has vim.lsp.inline_completion).")
  end
  local found = {}
  for name, module in pairs({ ["blink.cmp"] = "blink.cmp", ["nvim-cmp"] = "cmp" }) do
    if is_installed(module) then
      found[#found + 1] = name
    end
  end
  table.sort(found)
  if #found > 0 then
    vim.health.ok("Found " .. table.concat(found, " and ") .. ": they get Zeke's items from its language server.")
  else
    vim.health.ok("Built-in completion is used for @file and #… in the prompt.")
  end
end

--- Called by `:checkhealth zeke`.
function M.check()
  check_neovim()
  check_settings()
  require("zeke.health.program").check()
  check_conversation()
  check_completion()
end

return M
