-- Random texts, proposals and edits of a user, each round against a model: every line of the buffer is
-- an item with the number that it had in the text that was sent, so that "the same line" is a fact and
-- not a guess by its words. Returns what went wrong, round by round.
local first_seed, rounds = ...

local hunks = require("zeke.edit.hunks")
local offer = require("zeke.edit.offer")
local proposal = require("zeke.edit.proposal")
local track = require("zeke.edit.track")
local undo_history = require("zeke.edit.undo")

-- Few words, so that lines repeat.
local WORDS = { "a", "b", "", "}", "x y" }
local MAX_TURNS = 30
local state
local serial = 0

local function random(count)
  state = state * 16807 % 2147483647
  return state % count
end

local function random_lines(least, most)
  local lines = {}
  for index = 1, least + random(most - least + 1) do
    lines[index] = WORDS[random(#WORDS) + 1]
  end
  return lines
end

local function splice(list, first, last, items)
  local result = vim.list_slice(list, 1, first)
  vim.list_extend(result, items)
  return vim.list_extend(result, vim.list_slice(list, last + 1))
end

local function propose_from(base)
  local lines = base
  for _ = 1, 1 + random(4) do
    local first = random(#lines + 1)
    local last = math.min(#lines, first + random(3))
    lines = splice(lines, first, last, random_lines(0, 3))
  end
  -- An empty last line is the end of a file, unless the text had one.
  if lines[#lines] == "" and (#base == 1 or base[#base] ~= "") then
    lines[#lines] = "last"
  end
  return #lines > 0 and lines or { "" }
end

local function buffer_lines(buf)
  return vim.api.nvim_buf_get_lines(buf, 0, -1, false)
end

-- The user's lines are nobody else's.
local function user_edit(buf, model)
  local first = random(#model + 1)
  local last = math.min(#model, first + random(3))
  local items, lines = {}, {}
  for index = 1, random(3) do
    serial = serial + 1
    lines[index] = "user " .. serial
    items[index] = { text = lines[index] }
  end
  local result = splice(model, first, last, items)
  if #result == 0 or (first == last and #lines == 0) then
    return model
  end
  undo_history.break_step(buf)
  vim.api.nvim_buf_set_lines(buf, first, last, false, lines)
  undo_history.break_step(buf)
  return result
end

-- Where the lines of a change stand in the model: {first, last}, or nil where they do not follow each other.
local function find_items(model, change)
  for index, item in ipairs(model) do
    if item.number == change.first + 1 then
      for offset = 0, change.last - change.first - 1 do
        local there = model[index + offset]
        if not there or there.number ~= change.first + 1 + offset then
          return nil
        end
      end
      return { first = index - 1, last = index - 1 + change.last - change.first }
    end
  end
  return nil
end

-- Where lines that replace none may go; nil where lines came between its neighbours.
local function find_gap(model, change, hunk)
  local before, behind
  for index, item in ipairs(model) do
    before = item.number == change.first and index or before
    behind = item.number == change.first + 1 and index - 1 or behind
  end
  if before and behind and before ~= behind then
    return nil
  end
  local at = before or behind or hunk.range.first
  return { first = at, last = at }
end

local function find(model, change, hunk)
  if change.first == change.last then
    return find_gap(model, change, hunk)
  end
  return find_items(model, change)
end

-- The change that a hunk was made of.
local function change_of(changes, model, hunk)
  for _, change in ipairs(changes) do
    local range = find(model, change, hunk)
    if range and vim.deep_equal(range, hunk.range) and vim.deep_equal(change.lines, hunk.new) then
      return change
    end
  end
  return nil
end

local function check_accept(buf, model, hunk, made_of, touched)
  local expected = find(model, made_of, hunk)
  local accepted = proposal.accept({ hunk })
  if accepted == 0 then
    local is_whole = expected and #hunk.old > 0 and not touched[hunk]
    return model, is_whole and "a hunk was refused whose lines were never touched" or nil
  end
  if not expected then
    return model, "a hunk was accepted whose lines were changed"
  end
  local items = vim.tbl_map(function(text)
    return { text = text }
  end, hunk.new)
  local result = splice(model, expected.first, expected.last, items)
  if #result == 0 then
    result = { { text = "" } }
  end
  local texts = vim.tbl_map(function(item)
    return item.text
  end, result)
  if not vim.deep_equal(texts, buffer_lines(buf)) then
    return result, "a hunk landed on a wrong line"
  end
  return result, nil
end

-- A formatter: the whole text is written anew, with a line of it changed or none.
local function rewrite(buf, model)
  local result = vim.list_slice(model)
  if random(2) == 0 then
    serial = serial + 1
    result[random(#result) + 1] = { text = "user " .. serial }
  end
  undo_history.break_step(buf)
  local texts = vim.tbl_map(function(item)
    return item.text
  end, result)
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, texts)
  undo_history.break_step(buf)
  return result
end

local function change_number(buf)
  return vim.api.nvim_buf_call(buf, vim.fn.changenr)
end

-- What a state of the undo history holds: the model, and which hunks it has accepted.
local function remember(buf, model, history, opened)
  local accepted = {}
  for _, hunk in ipairs(opened.hunks) do
    accepted[hunk] = hunk.status == "accepted"
  end
  local number = change_number(buf)
  if not history.states[number] then
    table.insert(history.numbers, number)
  end
  history.states[number] = { model = model, accepted = accepted }
end

-- Undo, redo, or a jump to any state of any branch.
local function travel(buf, model, history)
  local commands = { "undo", "redo", "undo " .. history.numbers[random(#history.numbers) + 1] }
  vim.api.nvim_buf_call(buf, function()
    vim.cmd("silent " .. commands[random(#commands) + 1])
  end)
  if random(2) == 0 then
    proposal.refresh(buf)
  end
  local there = history.states[change_number(buf)]
  if not there then
    -- Before the proposal was opened: back to where everything is known.
    vim.api.nvim_buf_call(buf, function()
      vim.cmd("silent undo " .. history.numbers[1])
    end)
    there = history.states[history.numbers[1]]
  end
  proposal.refresh(buf)
  local texts = vim.tbl_map(function(item)
    return item.text
  end, there.model)
  if not vim.deep_equal(texts, buffer_lines(buf)) then
    return model, "an undo took back something else than one step"
  end
  for hunk, is_accepted in pairs(there.accepted) do
    if hunk.status ~= "rejected" and (hunk.status == "accepted") ~= is_accepted then
      return model, ("a hunk is %s in a state of the history that says otherwise"):format(hunk.status)
    end
  end
  return there.model, nil
end

local function decide(buf, model, changes, opened, has_edits)
  local made_of, touched = {}, {}
  local history = { numbers = {}, states = {} }
  for _, hunk in ipairs(opened.hunks) do
    made_of[hunk] = change_of(changes, model, hunk)
    if not made_of[hunk] then
      return "a hunk was opened at a wrong line"
    end
  end
  remember(buf, model, history, opened)
  local turns = 0
  while #proposal.open_hunks(buf) > 0 do
    turns = turns + 1
    local open = proposal.open_hunks(buf)
    local choice = has_edits and turns < MAX_TURNS and random(6) or 5
    local problem
    if choice <= 1 then
      model, problem = travel(buf, model, history)
    elseif choice == 2 then
      model = user_edit(buf, model)
      remember(buf, model, history, opened)
    elseif choice == 3 then
      proposal.refresh(buf)
      model = rewrite(buf, model)
      proposal.refresh(buf)
      for _, hunk in ipairs(open) do
        -- Whether it is found again where lines repeat is for the comparison of both texts to say.
        touched[hunk] = true
      end
      remember(buf, model, history, opened)
    else
      local hunk = open[random(#open) + 1]
      model, problem = check_accept(buf, model, hunk, made_of[hunk], touched)
      if hunk.status == "accepted" then
        remember(buf, model, history, opened)
      else
        proposal.reject({ hunk })
      end
    end
    if problem then
      return problem
    end
    for _, hunk in ipairs(proposal.open_hunks(buf)) do
      touched[hunk] = touched[hunk] or not find(model, made_of[hunk], hunk)
    end
  end
  return nil
end

local function play(has_edits)
  local base = random_lines(1, 12)
  local proposed = propose_from(base)
  local buf = vim.api.nvim_create_buf(true, false)
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, base)
  local model = {}
  for number, text in ipairs(base) do
    model[number] = { number = number, text = text }
  end
  local request = { splices = {}, is_reloaded = false }
  local off = track.on(buf, {
    on_splice = function(one)
      table.insert(request.splices, one)
    end,
  })
  for _ = 1, has_edits and random(3) or 0 do
    model = user_edit(buf, model)
  end
  off()
  local snapshot = { first = 0, raw = base, sent = base }
  local opened = offer.answer(buf, { text = table.concat(proposed, "\n"), title = "Round" }, snapshot, request)
  local problem = opened and decide(buf, model, hunks.diff(base, proposed), opened, has_edits)
  if not problem and not has_edits and not vim.deep_equal(buffer_lines(buf), proposed) then
    problem = "all hunks together are not the proposal"
  end
  vim.api.nvim_buf_delete(buf, { force = true })
  return problem
end

local problems = {}
for seed = first_seed, first_seed + rounds - 1 do
  state = seed * 7919 + 1
  local ok, problem = pcall(play, seed % 4 ~= 0)
  if not ok or problem then
    problems[#problems + 1] = ("seed %d: %s"):format(seed, tostring(problem))
  end
end
return problems
