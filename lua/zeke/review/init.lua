--- Reviews of what changed: findings stream into the quickfix list and stand in the buffers as diagnostics.
local M = {}

---@class zeke.Review
---@field id string What it is called in the conversation.
---@field root string
---@field findings zeke.Finding[] By path and line.
---@field listed zeke.Finding[] What the quickfix list shows.
---@field list integer The id of the quickfix list; 0 before something was found, and where there is no room for one.
---@field is_own boolean This Neovim asked for it.
---@field place { win: integer, buf: integer } Where the user was when it began.
---@field ask? zeke.Ask
---@field has_echo boolean

local PROGRESS_EVERY_MS = 500
local BRANCHES_TIMEOUT_MS = 2000

--- The last review; it runs while it has an `ask`.
---@type zeke.Review?
local current
--- The last review of the conversation that this Neovim knows.
---@type string?
local known_id
--- What somebody else's review found while one of this Neovim runs.
---@type zeke.SharedReview?
local waiting
local last_progress = 0

---@param left zeke.Finding
---@param right zeke.Finding
---@return boolean
local function is_before(left, right)
  if left.path ~= right.path then
    return left.path < right.path
  end
  if left.startLine ~= right.startLine then
    return left.startLine < right.startLine
  end
  return left.endLine < right.endLine
end

--- One line that fits where a longer one would make Neovim ask for a key.
---@param text string
---@return string
local function short(text)
  local line = require("zeke.text").one_line(text)
  local room = math.max(20, vim.v.echospace)
  return vim.fn.strdisplaywidth(line) <= room and line or vim.fn.strcharpart(line, 0, room - 1) .. "…"
end

--- Says how far it is, in a place that keeps no history and takes no key. Not while somebody types.
---@param review zeke.Review
---@param progress { fileCount: integer, path: string }
local function show_progress(review, progress)
  if vim.uv.now() - last_progress < PROGRESS_EVERY_MS or vim.api.nvim_get_mode().mode ~= "n" then
    return
  end
  last_progress = vim.uv.now()
  review.has_echo = true
  local text = ("Zeke review: %d found · file %d %s · :ZekeStop stops"):format(
    #review.findings,
    progress.fileCount,
    progress.path
  )
  vim.api.nvim_echo({ { short(text), "ZekeMuted" } }, false, {})
end

---@param review zeke.Review
local function clear_progress(review)
  if review.has_echo and vim.api.nvim_get_mode().mode == "n" then
    vim.api.nvim_echo({ { "" } }, false, {})
  end
  review.has_echo = false
end

--- True when the user went elsewhere meanwhile, or is typing: nothing is opened then.
---@param review zeke.Review
---@return boolean
local function has_moved(review)
  local place = review.place
  return vim.api.nvim_get_current_win() ~= place.win
    or vim.api.nvim_get_current_buf() ~= place.buf
    or vim.api.nvim_get_mode().mode ~= "n"
end

--- Shows findings in their order, in the list and in the buffers.
---@param review zeke.Review
---@param findings zeke.Finding[]
local function show(review, findings)
  table.sort(findings, is_before)
  review.findings = findings
  require("zeke.review.marks").show(review)
  -- Whoever finds nothing, or cannot begin, pushes no list of the user out.
  if review.list == 0 and review.is_own and #findings > 0 then
    review.list = require("zeke.review.list").create()
  end
  require("zeke.review.list").show(review)
end

---@param count integer
---@return string
local function findings_text(count)
  return count == 1 and "1 finding" or ("%d findings"):format(count)
end

--- Says how it ended, in one line.
---@param result { summary: string, notices: string[], fileCount: integer, costUsd?: number }
---@param is_open boolean
local function say_result(result, is_open)
  local notify = require("zeke.notify")
  if result.fileCount == 0 then
    return notify.info("Nothing to review: nothing has changed.")
  end
  local words = { "Review: " .. (result.summary:match("^[^\n]*") or "") }
  if result.costUsd and result.costUsd > 0 then
    words[#words + 1] = ("It cost $%.4f."):format(result.costUsd)
  end
  if not is_open and #current.findings > 0 then
    words[#words + 1] = ":copen shows them."
  end
  local notices = result.notices or {}
  if #notices == 0 then
    return notify.info(short(table.concat(words, " ")))
  end
  local more = #notices > 1 and (" (and %d more remarks)"):format(#notices - 1) or ""
  -- What went wrong comes first: it is the part that must not be cut off.
  notify.warn(short(notices[1] .. more .. " " .. table.concat(words, " ")))
end

--- A review as it begins, with the list that is to show it; one of this Neovim makes its own.
---@param id string
---@param list? integer
---@return zeke.Review
local function new(id, list)
  return {
    id = id,
    root = require("zeke.rpc").status().root or require("zeke.place").root(),
    findings = {},
    listed = {},
    list = list or 0,
    is_own = list == nil,
    place = { win = vim.api.nvim_get_current_win(), buf = vim.api.nvim_get_current_buf() },
    has_echo = false,
  }
end

--- Makes it the last review: the marks of the one before are taken away.
---@param review zeke.Review
---@return zeke.Review
local function begin(review)
  if current then
    require("zeke.review.marks").clear()
  end
  require("zeke.highlights").setup()
  current = review
  return review
end

---@param by string
---@return string
local function place_of(by)
  if by == "neovim" then
    return "another Neovim"
  end
  return by == "terminal" and "a terminal" or by
end

--- Who asked for a review, in words; nil for this Neovim.
---@param shared zeke.SharedReview
---@return string?
function M.asker(shared)
  local is_own = current ~= nil and current.is_own and current.id == shared.opId
  return not is_own and place_of(shared.by) or nil
end

--- Shows what a review found that somebody else asked for: as diagnostics at once, and in a list that does
--- not take the place of the one that the user is at.
---@param shared zeke.SharedReview
---@param is_new boolean
local function take(shared, is_new)
  local list = require("zeke.review.list")
  local review = begin(new(shared.opId, list.create_behind()))
  show(review, vim.list_slice(shared.findings))
  if not is_new then
    return
  end
  local summary = shared.summary:match("^[^\n]*") or ""
  local more = #shared.findings > 0 and list.advice(review) or ""
  require("zeke.notify").info(short(("Reviewed in %s: %s%s"):format(place_of(shared.by), summary, more)))
end

--- Of a review that ended before one of this Neovim did, which is newer: its list alone is kept.
---@param shared zeke.SharedReview
local function keep_list(shared)
  local list = require("zeke.review.list")
  local review = new(shared.opId, list.create_behind())
  review.findings = vim.list_slice(shared.findings)
  list.show(review)
end

---@param review zeke.Review
---@param err? zeke.Error
---@param result? table
local function finish(review, err, result)
  review.ask = nil
  clear_progress(review)
  if err and err.kind == "cancelled" then
    require("zeke.notify").info(("Review stopped. %s so far."):format(findings_text(#review.findings)))
  elseif err then
    require("zeke.notify").failure(err)
  elseif result then
    show(review, result.findings)
    if #review.findings == 0 and require("zeke.review.list").is_current() then
      require("zeke.review.list").create()
    end
    local is_open = #review.findings > 0 and not has_moved(review) and require("zeke.review.list").open(review)
    say_result(result, is_open)
  end
  require("zeke.events").fire("ReviewDone", { count = #review.findings, error = err })
  local other = waiting
  waiting = nil
  if other and result then
    keep_list(other)
  elseif other then
    take(other, true)
  end
end

--- Shows the last review of the conversation, unless it is known here. One that runs here is not disturbed.
---@param shared zeke.SharedReview
---@param is_new boolean It was made just now, and not before this Neovim came.
function M.follow(shared, is_new)
  if shared.opId == known_id then
    return
  end
  if vim.fn.getcmdwintype() ~= "" then
    -- Neovim goes to no other list while its command-line window is open.
    local function later()
      vim.schedule(function()
        M.follow(shared, is_new)
      end)
    end
    vim.api.nvim_create_autocmd("CmdwinLeave", { once = true, callback = later })
    return
  end
  known_id = shared.opId
  if current and current.id == shared.opId then
    return
  end
  if M.is_running() then
    waiting = shared
  elseif current and not is_new then
    -- Of a conversation that was opened: older than what this Neovim shows.
    keep_list(shared)
  else
    take(shared, is_new)
  end
end

--- Reviews what differs from the last commit, or everything since this branch left `base`.
---@param opts? { base?: string, model?: string }
function M.run(opts)
  opts = opts or {}
  if current and current.ask then
    current.ask.cancel()
    clear_progress(current)
  end
  local id = require("zeke.link.outbox").new_id()
  local review = begin(new(id))
  local params = { base = opts.base, model = opts.model, id = id }
  review.ask = require("zeke.rpc").ask("review", params, {
    on_progress = function(progress)
      if current ~= review then
        return
      end
      if #progress.findings > 0 then
        show(review, vim.list_extend(vim.list_slice(review.findings), progress.findings))
      end
      show_progress(review, progress)
    end,
    on_done = function(err, result)
      if current == review then
        finish(review, err, result)
      end
    end,
  })
  require("zeke.events").fire("ReviewStart", { base = opts.base })
end

--- `:ZekeReview [base]`, and `:ZekeReview!` for the patch of the finding at the cursor.
---@param ctx zeke.CommandContext
function M.command(ctx)
  if ctx.bang then
    return require("zeke.review.patch").propose_here()
  end
  local base = vim.trim(ctx.args)
  M.run({ base = base ~= "" and base or nil })
end

--- Names of branches and tags, for completion.
---@param lead string
---@return string[]
function M.complete_base(lead)
  local format = { "git", "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags" }
  local ok, git = pcall(vim.system, format, {
    cwd = require("zeke.place").root(),
    text = true,
    timeout = BRANCHES_TIMEOUT_MS,
  })
  if not ok then
    return {}
  end
  local names = vim.split(git:wait().stdout or "", "\n", { trimempty = true })
  return vim.tbl_filter(function(name)
    return vim.startswith(name, lead)
  end, names)
end

--- The last review, running or done.
---@return zeke.Review?
function M.current()
  return current
end

---@return boolean
function M.is_running()
  return current ~= nil and current.ask ~= nil
end

return M
