--- The maps of the conversation's buffers: a `<Plug>` for each action, and a key that can be taken for
--- something else in a FileType autocommand.
local M = {}

---@class zeke.chat.Map
---@field name string Of `<Plug>(zeke-…)`, and of the function in actions.lua with `_` for `-`.
---@field desc string
---@field keys table<string, string[]> Keys by mode.

---@type table<"transcript"|"prompt", zeke.chat.Map[]>
M.table = {
  transcript = {
    { name = "write", desc = "go to the prompt", keys = { n = { "i", "a", "I", "A", "o", "O" } } },
    { name = "next-turn", desc = "next turn", keys = { n = { "]]" }, x = { "]]" } } },
    { name = "previous-turn", desc = "previous turn", keys = { n = { "[[" }, x = { "[[" } } },
    { name = "load-earlier", desc = "load earlier turns", keys = { n = { "gl" } } },
    { name = "yank-block", desc = "yank the code block", keys = { n = { "gy" } } },
    { name = "apply-block", desc = "apply the code block to its file", keys = { n = { "ga" } } },
    { name = "edit-message", desc = "change this message and go on from there", keys = { n = { "gm" } } },
    { name = "open-file", desc = "open the file under the cursor", keys = { n = { "gf" } } },
    { name = "toggle-reasoning", desc = "show or fold reasoning", keys = { n = { "gR" } } },
    { name = "retry-turn", desc = "ask again", keys = { n = { "gr" } } },
    { name = "stop-turn", desc = "stop the answer", keys = { n = { "<C-c>" } } },
    { name = "unqueue", desc = "take a message that waits back into the prompt", keys = { n = { "gz" } } },
    { name = "answer", desc = "answer what Zeke asks", keys = { n = { "<CR>" } } },
    { name = "close", desc = "close the conversation's windows", keys = { n = { "q" } } },
    { name = "show-keys", desc = "show these keys", keys = { n = { "g?" } } },
  },
  prompt = {
    { name = "send", desc = "send", keys = { n = { "<C-s>", "<CR>" }, i = { "<C-s>" } } },
    { name = "reset", desc = "leave the message that is being changed, and what is attached", keys = { n = { "gX" } } },
    { name = "retry-turn", desc = "ask again", keys = { n = { "gr" } } },
    { name = "stop-turn", desc = "stop the answer", keys = { n = { "<C-c>" } } },
    { name = "unqueue", desc = "take a message that waits back into the prompt", keys = { n = { "gz" } } },
    { name = "show-keys", desc = "show these keys", keys = { n = { "g?" } } },
  },
}

--- Sets the maps of a buffer.
---@param buf integer
---@param kind "transcript"|"prompt"
function M.set(buf, kind)
  for _, map in ipairs(M.table[kind]) do
    local plug = ("<Plug>(zeke-chat-%s)"):format(map.name)
    local name = map.name:gsub("-", "_")
    local desc = "Zeke: " .. map.desc
    for mode, keys in pairs(map.keys) do
      vim.keymap.set(mode, plug, function()
        require("zeke.chat.actions")[name]()
      end, { buffer = buf, desc = desc })
      for _, key in ipairs(keys) do
        vim.keymap.set(mode, key, plug, { buffer = buf, remap = true, nowait = true, desc = desc })
      end
    end
  end
end

return M
