--- The conversation in two buffers: what was said, and the prompt. `:ZekeChat`, `:ZekeToggle`, and what
--- other modules ask of it.
local M = {}

local is_set_up = false

--- Parts of an answer, of which many come in a second: they change nothing beside the text.
local PIECES = { ["text-delta"] = true, ["reasoning-delta"] = true, ["tool-output"] = true }

---@param events table[]
---@return boolean
local function is_all_pieces(events)
  for _, event in ipairs(events) do
    if not PIECES[event.type] then
      return false
    end
  end
  return #events > 0
end

--- Says what the conversation has to say, where it is not to be seen.
---@param events table[]
local function say_notices(events)
  if not require("zeke.config").get().notify or require("zeke.chat.layout").windows() then
    return
  end
  for _, event in ipairs(events) do
    if event.type == "notice" then
      local say = event.level == "warning" and require("zeke.notify").warn or require("zeke.notify").info
      say(require("zeke.chat.blocks").one_line(event.text))
    elseif event.type == "error" then
      require("zeke.notify").error(require("zeke.chat.blocks").one_line(event.message) .. " :ZekeChat shows more.")
    end
  end
end

--- From now on draws what stands beside the text, on every change of the conversation and of where the user
--- works, and says what the conversation has to say while no window shows it.
function M.attend()
  if is_set_up then
    return
  end
  is_set_up = true
  require("zeke.highlights").setup()
  local prompt = require("zeke.chat.prompt")
  local approval = require("zeke.chat.approval")
  require("zeke.session").on(function(events)
    if is_all_pieces(events) then
      return
    end
    approval.update()
    prompt.draw_bar()
    say_notices(events)
  end)
  local group = vim.api.nvim_create_augroup("zeke_chat", { clear = true })
  vim.api.nvim_create_autocmd({ "WinEnter", "BufEnter", "CursorHold" }, {
    group = group,
    desc = "Zeke: the file that is told to the model",
    callback = prompt.draw_bar,
  })
  vim.api.nvim_create_autocmd("BufWinEnter", {
    group = group,
    desc = "Zeke: a window shows the conversation",
    callback = function(args)
      local win = vim.api.nvim_get_current_win()
      if require("zeke.chat.transcript").is_own(args.buf) then
        require("zeke.chat.layout").prepare_transcript(win)
        require("zeke.chat.transcript").fold(win)
      elseif prompt.is_own(args.buf) then
        require("zeke.chat.layout").prepare_prompt(win)
        prompt.draw_bar()
      end
    end,
  })
  vim.api.nvim_create_autocmd("WinClosed", {
    group = group,
    desc = "Zeke: a question goes with the window that it lies over",
    callback = vim.schedule_wrap(approval.update),
  })
  vim.api.nvim_create_autocmd("VimResized", {
    group = group,
    desc = "Zeke: the conversation's floats fit the screen",
    callback = function()
      require("zeke.chat.layout").fit_floats()
    end,
  })
  vim.api.nvim_create_autocmd("BufReadCmd", {
    group = group,
    pattern = { "zeke://chat", "zeke://prompt" },
    desc = "Zeke: :edit shows the conversation anew",
    callback = function()
      require("zeke.chat.transcript").refresh()
    end,
  })
end

---@class zeke.chat.OpenOptions
---@field prompt? string Sent at once.
---@field attachment? zeke.Attachment

--- Where the user was when it was last looked whose conversation this is.
---@type string?
local last_root

--- Says where this Neovim is, once for each other project that the user has gone to since (`:cd`): a
--- conversation and what its model may do belong to the project in which it was joined.
local function tell_project()
  local status = require("zeke.rpc").status()
  if status.phase ~= "joined" then
    return
  end
  local root = require("zeke.place").root()
  if root ~= status.root and root ~= last_root then
    require("zeke.notify").warn(
      ("This is the conversation of %s. :ZekeLeave, then :ZekeChat goes to that of %s."):format(
        vim.fn.fnamemodify(status.root, ":~"),
        vim.fn.fnamemodify(root, ":~")
      )
    )
  end
  last_root = root
end

--- Opens the conversation, or goes to it; joins where that is to be done.
---@param opts? zeke.chat.OpenOptions
function M.open(opts)
  opts = opts or {}
  M.attend()
  -- Before the prompt has the cursor: afterwards it is not known where the user was.
  require("zeke.context").focus()
  tell_project()
  local prompt = require("zeke.chat.prompt")
  require("zeke.chat.layout").open()
  if opts.attachment then
    prompt.attach(opts.attachment)
  end
  if opts.prompt and vim.trim(opts.prompt) ~= "" then
    prompt.send(opts.prompt)
  else
    require("zeke.rpc").join(function(err)
      require("zeke.rpc").report(err)
      prompt.draw_bar()
    end)
  end
  prompt.draw_bar()
  require("zeke.chat.approval").focus()
end

--- The conversation in the windows that it had when a session file was written: Neovim has put empty
--- buffers there. Joins nothing: who only starts Neovim may want no Zeke.
function M.restore()
  M.attend()
  require("zeke.chat.transcript").buffer()
  require("zeke.chat.prompt").buffer()
  require("zeke.chat.prompt").draw_bar()
end

--- Closes the conversation's windows; it goes on.
function M.close()
  require("zeke.chat.layout").close()
end

--- Sends a message without opening anything.
---@param text string
function M.send(text)
  M.attend()
  require("zeke.chat.prompt").send(text)
end

--- The lines of a command, unless they must not be sent.
---@param range? { first: integer, last: integer }
---@return zeke.Attachment?
---@return boolean is_refused
function M.attachment_of(range)
  if not range then
    return nil, false
  end
  local found = require("zeke.context").range(vim.api.nvim_get_current_buf(), range)
  if found.problem then
    require("zeke.notify").warn(found.problem)
  end
  return found.attachment, found.problem ~= nil
end

--- `:ZekeChat [prompt]`, with a range: the lines go along.
---@param ctx zeke.CommandContext
function M.command(ctx)
  local attachment, is_refused = M.attachment_of(ctx.range)
  if not is_refused then
    M.open({ prompt = ctx.args, attachment = attachment })
  end
end

--- `:ZekeToggle`
function M.toggle()
  local transcript_win, prompt_win = require("zeke.chat.layout").windows()
  if transcript_win or prompt_win then
    M.close()
  else
    M.open()
  end
end

return M
