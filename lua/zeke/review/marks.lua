--- Findings in buffers: diagnostics of a namespace of their own. Each is held by an extmark, so that it goes
--- where its lines go, and is not shown once they are gone.
local M = {}

M.namespace = vim.api.nvim_create_namespace("zeke.review")
local anchors = vim.api.nvim_create_namespace("zeke.review.anchors")

local SEVERITIES = {
  critical = vim.diagnostic.severity.ERROR,
  major = vim.diagnostic.severity.WARN,
  minor = vim.diagnostic.severity.INFO,
  info = vim.diagnostic.severity.HINT,
}

--- How far from its old place a line is looked for.
local MAX_DISTANCE = 2000
local HASH_CHARACTERS = 16

--- A finding in a buffer; without an `id` it has no line there.
---@class zeke.MarkedFinding
---@field id? integer
---@field finding zeke.Finding
---@field message? string What the diagnostic says: made once, since there may be hundreds.

---@type table<integer, zeke.MarkedFinding[]>
local marked = {}
--- Where the diagnostics of a buffer stand, as they were shown last.
---@type table<integer, string>
local shown = {}

---@param text string
---@return string
local function clean(text)
  return table.concat(vim.tbl_map(require("zeke.text").clean, vim.split(text, "\n")), "\n")
end

---@param finding zeke.Finding
---@return string
local function message(finding)
  local body = vim.trim(clean(finding.body))
  local title = require("zeke.text").one_line(finding.title)
  return body == "" and title or (title .. "\n" .. body)
end

--- Where the mark is now, as lines from 0 with both ends in; nil when its lines were deleted.
---@param buf integer
---@param id? integer
---@return integer? first
---@return integer? last
local function place_of(buf, id)
  if not id then
    return nil
  end
  local mark = vim.api.nvim_buf_get_extmark_by_id(buf, anchors, id, { details = true })
  if #mark == 0 or mark[3].invalid then
    return nil
  end
  local end_row, end_col = mark[3].end_row or mark[1], mark[3].end_col or 0
  -- Neovim 0.10 does not call a mark invalid when all of its lines went at once.
  if end_row == mark[1] and end_col == mark[2] then
    return nil
  end
  local last = end_col == 0 and end_row - 1 or end_row
  return mark[1], math.max(mark[1], last)
end

--- True when the diagnostics were taken away by somebody else, with `vim.diagnostic.reset`: they do not come
--- back by themselves.
---@param buf integer
---@return boolean
local function was_reset(buf)
  -- Counted, not read: that would copy each of them with its finding.
  return (shown[buf] or "") ~= "" and next(vim.diagnostic.count(buf, { namespace = M.namespace })) == nil
end

---@param placed { entry: zeke.MarkedFinding, first: integer, last: integer }
---@return table diagnostic For `vim.diagnostic.set`.
local function diagnostic(placed)
  local entry = placed.entry
  local finding = entry.finding
  entry.message = entry.message or message(finding)
  return {
    lnum = placed.first,
    end_lnum = placed.last,
    col = 0,
    message = entry.message,
    severity = SEVERITIES[finding.severity],
    code = finding.rule,
    source = "zeke",
    user_data = { zeke = { finding = finding } },
  }
end

--- The diagnostics of a buffer as its marks are now.
---@param buf integer
local function refresh(buf)
  local placed = {}
  local places = {}
  for _, entry in ipairs(marked[buf] or {}) do
    local first, last = place_of(buf, entry.id)
    if first then
      placed[#placed + 1] = { entry = entry, first = first, last = last }
      places[#places + 1] = ("%d-%d %s"):format(first, last, entry.finding.title)
    end
  end
  -- Each set draws them all anew; most changes of a text move none of them.
  local now = table.concat(places, "\n")
  if now ~= shown[buf] then
    shown[buf] = now
    vim.diagnostic.set(M.namespace, buf, vim.tbl_map(diagnostic, placed))
  end
end

--- From lines of the file on the disk, which was reviewed, to lines of a buffer that is not written yet.
---@param buf integer
---@return fun(line: integer): integer
local function line_mapper(buf)
  local function same(line)
    return line
  end
  if not vim.bo[buf].modified then
    return same
  end
  local ok, lines = pcall(vim.fn.readfile, vim.api.nvim_buf_get_name(buf))
  if not ok then
    return same
  end
  local now = vim.api.nvim_buf_get_lines(buf, 0, -1, false)
  local before, after = table.concat(lines, "\n") .. "\n", table.concat(now, "\n") .. "\n"
  local hunks = require("zeke.text").diff(before, after, { result_type = "indices" })
  return function(line)
    local shift = 0
    for _, hunk in ipairs(hunks) do
      local old_start, old_count, new_start, new_count = unpack(hunk)
      -- Where there is nothing of one side, the start is the line before.
      local first = old_count == 0 and old_start + 1 or old_start
      if line < first then
        break
      end
      if line < first + old_count then
        return math.max(1, new_start + math.min(line - first, math.max(new_count - 1, 0)))
      end
      shift = shift + new_count - old_count
    end
    return line + shift
  end
end

--- True for the same finding, told once more. There may be hundreds in a file, so what differs is looked at first.
---@param left zeke.Finding
---@param right zeke.Finding
---@return boolean
local function is_same(left, right)
  return left == right
    or (left.startLine == right.startLine and left.title == right.title and vim.deep_equal(left, right))
end

--- The mark that a finding has already: it has followed every edit since.
---@param buf integer
---@param finding zeke.Finding
---@return integer? id
local function mark_of(buf, finding)
  for _, entry in ipairs(marked[buf] or {}) do
    if is_same(entry.finding, finding) then
      return entry.id
    end
  end
end

--- Tells what the lines of a buffer are called in findings; each is looked at once.
---@param buf integer
---@return fun(line: integer): string?
local function line_hasher(buf)
  local hashes = {}
  return function(line)
    if not hashes[line] then
      local text = vim.api.nvim_buf_get_lines(buf, line - 1, line, false)[1]
      hashes[line] = text and vim.fn.sha256(vim.trim(text)):sub(1, HASH_CHARACTERS) or ""
    end
    return hashes[line]
  end
end

--- The line that a finding is about: where it is expected, or the nearest with the same text, since the file
--- may have changed after it was read. nil where there is none: it was changed itself.
---@param finding zeke.Finding
---@param expected integer
---@param buffer { count: integer, hash_of: fun(line: integer): string? }
---@return integer?
local function find_line(finding, expected, buffer)
  local wanted = finding.lineHash
  if not wanted then
    return math.min(math.max(expected, 1), buffer.count)
  end
  for distance = 0, MAX_DISTANCE do
    local above, below = expected - distance, expected + distance
    if above < 1 and below > buffer.count then
      return nil
    end
    if above >= 1 and above <= buffer.count and buffer.hash_of(above) == wanted then
      return above
    end
    if below >= 1 and below <= buffer.count and buffer.hash_of(below) == wanted then
      return below
    end
  end
end

--- Marks the lines of a finding; nil where they are not in the buffer any more.
---@param buf integer
---@param finding zeke.Finding
---@param buffer { count: integer, hash_of: fun(line: integer): string?, to_line: fun(line: integer): integer }
---@return integer? id
local function set_mark(buf, finding, buffer)
  local expected = buffer.to_line(finding.startLine)
  local first = find_line(finding, expected, buffer)
  if not first then
    return nil
  end
  local length = buffer.to_line(finding.endLine) - expected
  local last = math.min(math.max(first + length, first), buffer.count)
  return vim.api.nvim_buf_set_extmark(buf, anchors, first - 1, 0, {
    end_row = last,
    end_col = 0,
    invalidate = true,
    undo_restore = true,
  })
end

--- Puts marks of the findings of a file into its buffer.
---@param buf integer
---@param findings zeke.Finding[]
local function mark(buf, findings)
  local entries = {}
  local buffer = {
    count = vim.api.nvim_buf_line_count(buf),
    hash_of = line_hasher(buf),
    -- The buffer may still be another version than the file that was reviewed.
    to_line = line_mapper(buf),
  }
  for index, finding in ipairs(findings) do
    local id = mark_of(buf, finding) or set_mark(buf, finding, buffer)
    entries[index] = { id = id, finding = finding }
  end
  marked[buf] = entries
  refresh(buf)
end

--- Where findings are in the buffers that are loaded; false for one whose lines are not there any more.
---@return table<zeke.Finding, integer|false>
function M.lines()
  local lines = {}
  for buf, entries in pairs(marked) do
    for _, entry in ipairs(entries) do
      local first = place_of(buf, entry.id)
      lines[entry.finding] = first and first + 1 or false
    end
  end
  return lines
end

--- Forgets the marks of a buffer, whose text is another one.
---@param buf integer
local function forget(buf)
  if marked[buf] and vim.api.nvim_buf_is_valid(buf) then
    vim.api.nvim_buf_clear_namespace(buf, anchors, 0, -1)
  end
  marked[buf] = nil
  shown[buf] = nil
end

--- The path of a buffer that shows a file of the project.
---@param buf integer
---@param root string
---@return string?
local function path_of(buf, root)
  local name = vim.api.nvim_buf_get_name(buf)
  if name == "" or vim.bo[buf].buftype ~= "" or not vim.api.nvim_buf_is_loaded(buf) then
    return nil
  end
  return require("zeke.place").relative(name, root)
end

---@param review zeke.Review
---@param path string
---@return zeke.Finding[]
local function findings_of(review, path)
  local told = require("zeke.review.file").told
  local name = told(path)
  return vim.tbl_filter(function(finding)
    return finding.path == path or (finding.path:byte(1) == name:byte(1) and told(finding.path) == name)
  end, review.findings)
end

---@param review zeke.Review
---@param buf integer
local function show_in(review, buf)
  local path = path_of(buf, review.root)
  local findings = path and findings_of(review, path) or {}
  if #findings > 0 then
    mark(buf, findings)
    require("zeke.review.patch").offer(buf, findings)
  end
end

--- True when a finding of the buffer is not where its review found it.
---@param buf integer
---@return boolean
local function has_moved(buf)
  return vim.iter(marked[buf] or {}):any(function(entry)
    local first = place_of(buf, entry.id)
    return not first or first + 1 ~= entry.finding.startLine
  end)
end

--- Follows buffers that are loaded, changed and closed while there are findings.
---@param review zeke.Review
local function watch(review)
  local group = vim.api.nvim_create_augroup("zeke_review", { clear = true })
  vim.api.nvim_create_autocmd("BufReadPost", {
    group = group,
    callback = function(args)
      forget(args.buf)
      show_in(review, args.buf)
      -- Not while Neovim itself goes to an entry of the list, which loads the buffer.
      vim.schedule(function()
        if require("zeke.review").current() == review and has_moved(args.buf) then
          require("zeke.review.list").show(review)
        end
      end)
    end,
  })
  vim.api.nvim_create_autocmd({ "TextChanged", "InsertLeave" }, {
    group = group,
    callback = function(args)
      if was_reset(args.buf) then
        forget(args.buf)
      elseif marked[args.buf] then
        refresh(args.buf)
      end
    end,
  })
  vim.api.nvim_create_autocmd("BufUnload", {
    group = group,
    callback = function(args)
      forget(args.buf)
    end,
  })
end

--- Shows the findings of a review in every buffer that is loaded, and in others once they are.
---@param review zeke.Review
function M.show(review)
  watch(review)
  for _, buf in ipairs(vim.api.nvim_list_bufs()) do
    show_in(review, buf)
  end
end

--- Takes all of them away.
function M.clear()
  vim.api.nvim_create_augroup("zeke_review", { clear = true })
  for _, buf in ipairs(vim.tbl_keys(marked)) do
    forget(buf)
  end
  vim.diagnostic.reset(M.namespace)
end

--- The findings that stand on these lines now.
---@param buf integer
---@param first integer From 0, both ends in.
---@param last integer
---@return zeke.Finding[]
function M.at(buf, first, last)
  local found = {}
  for _, entry in ipairs(was_reset(buf) and {} or marked[buf] or {}) do
    local from, to = place_of(buf, entry.id)
    if from and from <= last and to >= first then
      found[#found + 1] = entry.finding
    end
  end
  return found
end

return M
