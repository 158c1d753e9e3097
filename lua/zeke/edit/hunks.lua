--- How two texts differ, line by line and word by word, and where lines of one stand in another. Pure:
--- knows lists of lines, no buffer. Rows count from 0; a range is `first` up to `last`, which is not in it.
local M = {}

---@class zeke.edit.Range
---@field first integer
---@field last integer

---@class zeke.edit.Change: zeke.edit.Range Lines `first` to `last` of the old text become `lines`.
---@field lines string[]

---@class zeke.edit.Splice: zeke.edit.Range Lines `first` to `last` became those up to `new_last`.
---@field new_last integer

local LINE_DIFF = { result_type = "indices", algorithm = "histogram", indent_heuristic = true }
local WORD_DIFF = { result_type = "indices", algorithm = "minimal" }
--- Words of more lines than these nobody compares by eye.
local MAX_WORDS = 6000

---@param lines string[]
---@return string
local function join(lines)
  return table.concat(lines, "\n") .. "\n"
end

---@param before string[]
---@param after string[]
---@return zeke.edit.Splice[] splices In order; `new_first` is where the new lines begin.
local function compare(before, after)
  local splices = {}
  for _, part in ipairs(require("zeke.text").diff(join(before), join(after), LINE_DIFF)) do
    local old_start, old_count, new_start, new_count = unpack(part)
    -- An empty side names the line before it.
    local first = old_count == 0 and old_start or old_start - 1
    local new_first = new_count == 0 and new_start or new_start - 1
    splices[#splices + 1] = {
      first = first,
      last = first + old_count,
      new_first = new_first,
      new_last = new_first + new_count,
    }
  end
  return splices
end

--- The lines `first` up to `last`.
---@param lines string[]
---@param first integer
---@param last integer
---@return string[]
function M.slice(lines, first, last)
  return vim.list_slice(lines, first + 1, last)
end

---@param before string[]
---@param after string[]
---@return zeke.edit.Change[]
function M.diff(before, after)
  local changes = {}
  for _, splice in ipairs(compare(before, after)) do
    local change = {
      first = splice.first,
      last = splice.last,
      lines = M.slice(after, splice.new_first, splice.new_last),
    }
    -- Nothing can be shown above the first line of a window: what is put there is shown as its change.
    if change.first == 0 and change.last == 0 then
      change.last = 1
      table.insert(change.lines, before[1])
    end
    changes[#changes + 1] = change
  end
  return changes
end

--- Where a range is after a splice; nil when the splice touched it. For an empty range, which is a
--- place between two lines, only lines that came exactly there touch it: on which side of them it
--- would be now, nobody knows.
---@param range zeke.edit.Range
---@param splice zeke.edit.Splice
---@return zeke.edit.Range?
function M.shift(range, splice)
  local is_same_gap = range.first == range.last and splice.first == splice.last and splice.first == range.first
  if is_same_gap then
    return nil
  end
  if splice.last <= range.first then
    local by = splice.new_last - splice.last
    return { first = range.first + by, last = range.last + by }
  end
  if splice.first >= range.last then
    return range
  end
  return nil
end

--- Two splices, the second after the first, as one where they overlap or meet; else the second alone.
---@param earlier? zeke.edit.Splice
---@param later zeke.edit.Splice
---@return zeke.edit.Splice
function M.join(earlier, later)
  if not earlier or later.last < earlier.first or later.first > earlier.new_last then
    return later
  end
  local grown = math.max(0, later.last - earlier.new_last)
  return {
    first = math.min(earlier.first, later.first),
    last = earlier.last + grown,
    new_last = earlier.new_last + grown + later.new_last - later.last,
  }
end

--- Finds ranges of one text in another by what changed between them: exactly, with the line before
--- and the line behind still there, or not at all.
---@param before string[]
---@param after string[]
---@return fun(range: zeke.edit.Range): zeke.edit.Range?
function M.finder(before, after)
  local splices = compare(before, after)
  ---@param first integer
  ---@param last integer
  ---@return integer? by
  local function moved_by(first, last)
    local by = 0
    for _, splice in ipairs(splices) do
      if splice.first >= last then
        break
      end
      if splice.last > first then
        return nil
      end
      by = by + (splice.new_last - splice.new_first) - (splice.last - splice.first)
    end
    return by
  end
  return function(range)
    local by
    -- The range with its neighbours; at an end of the text, the end has to be the same.
    local first, last = math.max(0, range.first - 1), math.min(#before, range.last + 1)
    by = moved_by(first, last)
    if not by then
      return nil
    end
    for _, splice in ipairs(splices) do
      local is_inside = splice.first == splice.last and splice.first > first and splice.first < last
      local is_new_start = range.first == 0 and splice.first == 0 and splice.last == 0
      local is_new_end = range.last == #before and splice.first == #before
      if is_inside or is_new_start or is_new_end then
        return nil
      end
    end
    return { first = range.first + by, last = range.last + by }
  end
end

---@class zeke.edit.Word
---@field text string
---@field line integer
---@field from integer
---@field to integer

--- What `charclass()` says of letters that are written in words.
local LETTER = 2
--- Joins two characters into one that is shown, as in emoji of families; and what chooses how one is shown.
local JOINER, VARIANT = "\226\128\141", "^\239\184[\128-\143]"

--- Letters as words; of scripts that are written without spaces, and of emoji, each by itself.
---@param run string Letters, digits and what is not ASCII.
---@return string[]
local function split_run(run)
  if not run:find("[\128-\255]") then
    return { run }
  end
  local parts, last_class = {}, nil
  for _, character in ipairs(vim.fn.split(run, "\\zs")) do
    local last = parts[#parts]
    local class = vim.fn.charclass(character)
    local is_joined = last and (vim.endswith(last, JOINER) or character == JOINER or character:find(VARIANT))
    if last and (is_joined or (class == LETTER and last_class == LETTER)) then
      parts[#parts] = last .. character
    else
      parts[#parts + 1], last_class = character, class
    end
  end
  return parts
end

--- Words, runs of white space, and every other character by itself; lines end in a word of their own.
---@param lines string[]
---@return zeke.edit.Word[]?
local function words_of(lines)
  local words = {}
  for number, line in ipairs(lines) do
    local from = 1
    while from <= #line do
      local run = line:match("^[%w_\128-\255]+", from)
      local parts = run and split_run(run) or { line:match("^%s+", from) or line:sub(from, from) }
      for _, part in ipairs(parts) do
        words[#words + 1] = { text = part, line = number, from = from - 1, to = from - 1 + #part }
        from = from + #part
      end
    end
    words[#words + 1] = { text = "\n", line = number, from = #line, to = #line }
    if #words > MAX_WORDS then
      return nil
    end
  end
  return words
end

---@param words zeke.edit.Word[]
---@return string
local function join_words(words)
  local texts = {}
  for index, word in ipairs(words) do
    -- Each word is a line of the comparison.
    texts[index] = word.text == "\n" and "" or word.text
  end
  return join(texts)
end

--- Puts spans together that only white space divides, and drops those of lines that changed as a whole.
---@param spans table<integer, integer[][]>
---@param lines string[]
---@return table<integer, integer[][]>
local function tidy(spans, lines)
  local result = {}
  for number, of_line in pairs(spans) do
    local line = lines[number]
    local merged = {}
    for _, span in ipairs(of_line) do
      local last = merged[#merged]
      if last and line:sub(last[2] + 1, span[1]):match("^%s*$") then
        last[2] = span[2]
      else
        merged[#merged + 1] = { span[1], span[2] }
      end
    end
    local first = merged[1]
    local is_whole = first and line:sub(1, first[1]):match("^%s*$") and line:sub(first[2] + 1):match("^%s*$")
    if first and not (#merged == 1 and is_whole) then
      result[number] = merged
    end
  end
  return result
end

--- The words that changed: for each side by line (from 1) the spans of bytes, `{from, to}`, from 0, the
--- end not in it. A line that changed as a whole has none.
---@param old string[]
---@param new string[]
---@return table<integer, integer[][]> in_old
---@return table<integer, integer[][]> in_new
function M.changed_words(old, new)
  local old_words, new_words = words_of(old), words_of(new)
  if not old_words or not new_words or #old == 0 or #new == 0 then
    return {}, {}
  end
  local in_old, in_new = {}, {}
  local function mark(words, spans, start, count)
    for index = start, start + count - 1 do
      local word = words[index]
      if word.to > word.from then
        spans[word.line] = spans[word.line] or {}
        table.insert(spans[word.line], { word.from, word.to })
      end
    end
  end
  local parts = require("zeke.text").diff(join_words(old_words), join_words(new_words), WORD_DIFF)
  for _, part in ipairs(parts) do
    mark(old_words, in_old, part[1], part[2])
    mark(new_words, in_new, part[3], part[4])
  end
  return tidy(in_old, old), tidy(in_new, new)
end

return M
