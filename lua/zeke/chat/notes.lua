--- What is said beside the turns, and where it stands: notices, and what reviews found. It stays where it
--- came; of what came before this Neovim did, the state tells less.
local M = {}

--- Notices that came last, those of the opening itself: who has just joined has not read them. Where older
--- ones stood is not known any more.
---@param state zeke.State
---@return table[]
local function fresh_notices(state)
  local notices, seq = state.notices, state.seq
  local first = #notices + 1
  while first > 1 and notices[first - 1].seq == seq - (#notices - (first - 1)) do
    first = first - 1
  end
  return vim.list_slice(notices, first)
end

---@class zeke.chat.NotePlace
---@field turn_id? string Nil above the first turn.
---@field after integer How many parts of the turn stand above it.

--- Puts a notice under the last turn that there is, or above the first one.
---@param shown zeke.chat.Shown
---@param notice { seq: integer, level: string, text: string }
---@param place zeke.chat.NotePlace
local function add_notice(shown, notice, place)
  local id = place.turn_id or ""
  local notes = shown.notes[id] or {}
  local note = { key = notice.seq, seq = notice.seq, level = notice.level, text = notice.text, after = place.after }
  if #notes == 0 or notes[#notes].seq < note.seq then
    notes[#notes + 1] = note
    shown.notes[id] = notes
  end
end

--- Puts a review there, unless it stands somewhere already.
---@param shown zeke.chat.Shown
---@param review zeke.SharedReview
---@param place zeke.chat.NotePlace
local function add_review(shown, review, place)
  for _, notes in pairs(shown.notes) do
    for _, note in ipairs(notes) do
      if note.key == review.opId then
        return
      end
    end
  end
  local id = place.turn_id or ""
  local notes = shown.notes[id] or {}
  notes[#notes + 1] = {
    key = review.opId,
    seq = #notes > 0 and notes[#notes].seq or 0,
    review = review,
    by = require("zeke.review").asker(review),
    after = place.after,
  }
  shown.notes[id] = notes
end

--- Adds what came while the conversation was at that place.
---@param shown zeke.chat.Shown
---@param event table
---@param place zeke.chat.NotePlace
---@return boolean is_note False for an event of another kind.
function M.add(shown, event, place)
  if event.type == "notice" then
    add_notice(shown, event, place)
  elseif event.type == "review" then
    add_review(shown, event, place)
  else
    return false
  end
  return true
end

--- Puts a review above the first turn where it stood, once its turn is known.
---@param shown zeke.chat.Shown
function M.settle(shown)
  local state, left = shown.state, {}
  for _, note in ipairs(shown.notes[""] or {}) do
    local turn = note.review and state.turns[note.review.turnCount - state.earlierTurnCount]
    if turn then
      local notes = shown.notes[turn.id] or {}
      notes[#notes + 1] = note
      shown.notes[turn.id] = notes
    else
      left[#left + 1] = note
    end
  end
  shown.notes[""] = left
end

--- Adds what a state that is told as a whole has: its last review, where it stood between the turns, and
--- the notices of the opening.
---@param shown zeke.chat.Shown
function M.restore(shown)
  local state = shown.state
  local last_turn = state.running or state.turns[#state.turns]
  if state.review then
    local index = state.review.turnCount - state.earlierTurnCount
    local turn = state.turns[index] or (index > #state.turns and last_turn) or nil
    add_review(shown, state.review, { turn_id = turn and turn.id, after = math.huge })
  end
  for _, notice in ipairs(fresh_notices(state)) do
    add_notice(shown, notice, { turn_id = last_turn and last_turn.id, after = math.huge })
  end
end

return M
