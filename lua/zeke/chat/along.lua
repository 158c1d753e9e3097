--- What goes along with the next message: `:ZekeAdd` and `:ZekeDrop`.
local M = {}

---@param what string
local function say_added(what)
  require("zeke.notify").info(("%s goes along with the next message."):format(require("zeke.text").clean(what)))
end

--- A file of the project is named in the prompt, where it is seen and can be deleted.
---@param path string Relative to the project's root.
local function add_mention(path)
  local context = require("zeke.context")
  if context.is_secret(path) then
    return require("zeke.notify").warn(("%s is not attached: files of this name hold secrets."):format(path))
  end
  local prompt = require("zeke.chat.prompt")
  local mention, text = context.mention_of(path), prompt.text()
  if not (" " .. text .. " "):find("[%s]" .. vim.pesc(mention) .. "%s") then
    local gap = (text == "" or text:find("%s$")) and "" or " "
    prompt.set_text(text .. gap .. mention .. " ")
  end
  say_added(path)
end

---@param name string As it was typed.
local function add_file(name)
  local path = vim.fn.fnamemodify(vim.fn.expand(name:gsub("^@", "")), ":p")
  local stat = vim.uv.fs_stat(path)
  if not stat or stat.type ~= "file" then
    return require("zeke.notify").error(("There is no file %s."):format(name))
  end
  local relative = require("zeke.place").relative(path, require("zeke.context.focus").root())
  if not relative then
    return require("zeke.notify").error(("%s is outside of this project."):format(name))
  end
  add_mention(relative)
end

---@param buf integer
---@param range { first: integer, last: integer }
local function add_lines(buf, range)
  local found = require("zeke.context").range(buf, range)
  if found.problem then
    return require("zeke.notify").warn(found.problem)
  end
  require("zeke.chat.prompt").attach(found.attachment)
  say_added(found.attachment.label)
end

--- `:[range]ZekeAdd [file]`: the lines of the range, the file, or the buffer that the user works in.
---@param ctx zeke.CommandContext
function M.add(ctx)
  if ctx.args ~= "" then
    return add_file(vim.trim(ctx.args))
  end
  if ctx.range then
    return add_lines(vim.api.nvim_get_current_buf(), ctx.range)
  end
  local focus = require("zeke.context").focus()
  if not focus then
    return require("zeke.notify").warn("No file is open here.")
  end
  if focus.path and not vim.bo[focus.buf].modified and vim.uv.fs_stat(vim.api.nvim_buf_get_name(focus.buf)) then
    return add_mention(focus.path)
  end
  add_lines(focus.buf, { first = 1, last = vim.api.nvim_buf_line_count(focus.buf) })
end

--- `:ZekeDrop`: what was added as lines goes along no more. A file is named in the prompt itself.
function M.drop()
  require("zeke.chat.prompt").reset()
  require("zeke.notify").info("Nothing is attached to the next message.")
end

return M
