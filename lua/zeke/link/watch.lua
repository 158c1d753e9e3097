--- Tells when the host that this Neovim has joined is gone: its connection is closed, it is stopped (Ctrl+Z,
--- SIGSTOP: the connection stays open and nothing comes), or another one has taken its place.
local M = {}

local uv = vim.uv

--- So long nothing may come while something is waited for, before somebody looks at the host.
local PATIENCE_MS = 5000
local MAX_PATIENCE_MS = 80000

---@class zeke.HostWatch
---@field private channel integer
---@field private root string
---@field private address zeke.Address
---@field private socket? string What the socket was when it was joined.
---@field private heard_at? integer Nil while nothing is waited for.
---@field private patience_ms integer
local HostWatch = {}
HostWatch.__index = HostWatch

--- What is at the address. A socket that is open somewhere keeps its number: another one has another.
---@param address zeke.Address
---@return string?
function M.socket_at(address)
  local stat = address.folder and uv.fs_stat(address.path)
  return stat and ("%d:%d"):format(stat.dev, stat.ino) or nil
end

--- Nothing tells that the other side has hung up: a channel that is closed is not listed any more.
---@param channel? integer
---@return boolean
function M.is_open(channel)
  return channel ~= nil and vim.api.nvim_get_chan_info(channel).id == channel
end

--- Watches the host that has just been joined.
---@param channel integer
---@param root string
---@param address zeke.Address
---@return zeke.HostWatch
function M.new(channel, root, address)
  local watch = { channel = channel, root = root, address = address, patience_ms = PATIENCE_MS }
  watch.socket = M.socket_at(address)
  return setmetatable(watch, HostWatch)
end

--- Something came: the host is at work.
function HostWatch:heard()
  self.heard_at = uv.now()
  self.patience_ms = PATIENCE_MS
end

--- Whether another host has to be joined. To be asked every now and then.
---@param is_waiting boolean Whether an op or a question is out.
---@return boolean
function HostWatch:is_gone(is_waiting)
  if not M.is_open(self.channel) then
    return true
  end
  local socket = M.socket_at(self.address)
  if self.socket and socket and socket ~= self.socket then
    return true
  end
  if not is_waiting then
    self.heard_at = nil
    self.patience_ms = PATIENCE_MS
  elseif not self.heard_at then
    self.heard_at = uv.now()
  elseif uv.now() - self.heard_at > self.patience_ms then
    self:look()
  end
  return false
end

--- A `zeke host` takes the place of one that is stopped, and leaves where the host is merely busy. Then
--- it is looked at again, but less and less often: a model may think for long.
---@private
function HostWatch:look()
  self.heard_at = uv.now()
  self.patience_ms = math.min(self.patience_ms * 2, MAX_PATIENCE_MS)
  local state = require("zeke.session").get()
  local _, err = require("zeke.link.host").start(self.root, state and state.sessionId)
  if err then
    require("zeke.notify").failure(err)
  end
end

return M
