--- `:ZekeCost`: what was spent by this conversation, today and this month, by model, and day by day.
local M = {}

---@class zeke.CostSum
---@field costUsd? number nil where no price is known.
---@field inputTokens integer
---@field outputTokens integer
---@field cachedTokens? integer
---@field requests integer

---@class zeke.CostReport
---@field session zeke.CostSum
---@field day zeke.CostSum
---@field month zeke.CostSum
---@field byModel (zeke.CostSum | { model: string })[]
---@field days { date: string, costUsd: number }[]
---@field cancelled? zeke.CostSum Of this month; missing from a Zeke before it was counted.
---@field cachedAnswers? integer Of this month.

local namespace = vim.api.nvim_create_namespace("zeke_cost")
local CHART_ROWS = 4
local MAX_MODELS = 8
--- What the window's border and what is seen around it take, of columns and of lines.
local FRAME_CELLS = 4
local HEADER = { "", "cost", "input", "output", "requests" }

---@type integer?
local buffer

--- The lines of a page, and what is highlighted in them.
---@class zeke.CostPage
---@field lines string[]
---@field groups table<integer, string> By line, from 1.

---@param page zeke.CostPage
---@param line string
---@param group? string
local function add(page, line, group)
  page.lines[#page.lines + 1] = line ~= "" and (" " .. line) or ""
  page.groups[#page.lines] = group
end

---@param name string
---@param sum zeke.CostSum
---@return string[]
local function cells(name, sum)
  local amounts = require("zeke.cost.amounts")
  local is_unused = sum.requests == 0 and not sum.costUsd
  return {
    name,
    is_unused and "–" or amounts.cost(sum.costUsd),
    amounts.tokens(sum.inputTokens),
    amounts.tokens(sum.outputTokens),
    tostring(sum.requests),
  }
end

--- Adds rows whose columns stand below each other; the first is to the left, numbers to the right.
---@param page zeke.CostPage
---@param rows string[][]
---@param widths integer[]
local function add_rows(page, rows, widths)
  for index, row in ipairs(rows) do
    local parts = {}
    for column, cell in ipairs(row) do
      local room = (" "):rep(widths[column] - vim.fn.strdisplaywidth(cell))
      parts[column] = column == 1 and (cell .. room) or (room .. cell)
    end
    add(page, (table.concat(parts, "  "):gsub("%s+$", "")), index == 1 and row[1] == "" and "ZekeMuted" or nil)
  end
end

---@param tables string[][][]
---@return integer[]
local function column_widths(tables)
  local widths = {}
  for _, rows in ipairs(tables) do
    for _, row in ipairs(rows) do
      for column, cell in ipairs(row) do
        widths[column] = math.max(widths[column] or 0, vim.fn.strdisplaywidth(cell))
      end
    end
  end
  return widths
end

--- Leaves away what does not fit: the last columns, and then the ends of names. What it cost stays.
---@param tables string[][][]
---@param widths integer[]
---@param room integer Cells for a row.
local function narrow(tables, widths, room)
  local function total()
    local sum = 0
    for _, width in ipairs(widths) do
      sum = sum + width + 2
    end
    return sum
  end
  while #widths > 2 and total() > room do
    table.remove(widths)
  end
  widths[1] = math.min(widths[1], math.max(1, room - (total() - widths[1])))
  for _, rows in ipairs(tables) do
    for _, row in ipairs(rows) do
      while #row > #widths do
        table.remove(row)
      end
      if vim.fn.strdisplaywidth(row[1]) > widths[1] then
        row[1] = vim.fn.strcharpart(row[1], 0, widths[1] - 1) .. "…"
      end
    end
  end
end

---@param page zeke.CostPage
---@param days { date: string, costUsd: number }[]
local function add_chart(page, days)
  local values, peak = {}, { costUsd = 0, date = "" }
  for index, day in ipairs(days) do
    values[index] = day.costUsd
    if day.costUsd > peak.costUsd then
      peak = day
    end
  end
  add(page, "")
  add(page, "The last 30 days", "ZekeUser")
  if peak.costUsd == 0 then
    return add(page, "Nothing was paid.", "ZekeMuted")
  end
  for _, row in ipairs(require("zeke.cost.chart").rows(values, CHART_ROWS)) do
    add(page, row, "ZekeCostBar")
  end
  local first, last = days[1].date:sub(6), days[#days].date:sub(6)
  add(page, first .. (" "):rep(#days - #first - #last) .. last, "ZekeMuted")
  local most = ("Most on %s: %s."):format(peak.date, require("zeke.cost.amounts").cost(peak.costUsd))
  add(page, most, "ZekeMuted")
end

---@param page zeke.CostPage
---@param report zeke.CostReport
local function add_notes(page, report)
  local amounts = require("zeke.cost.amounts")
  local session = report.session
  add(page, "")
  if (session.cachedTokens or 0) > 0 then
    local text = ("Cached: %s of this conversation's %s input tokens, which cost less."):format(
      amounts.tokens(session.cachedTokens),
      amounts.tokens(session.inputTokens)
    )
    add(page, text, "ZekeNotice")
  end
  local cached = report.cachedAnswers or 0
  if cached > 0 then
    local text = ("Cached: %s of this month came from Zeke's own cache, for nothing."):format(
      cached == 1 and "1 answer" or ("%d answers"):format(cached)
    )
    add(page, text, "ZekeNotice")
  end
  local cancelled = report.cancelled
  if cancelled and cancelled.requests > 0 then
    local text = ("Cancelled: %s of this month, %s by our estimate. Providers may charge for them."):format(
      cancelled.requests == 1 and "1 request" or ("%d requests"):format(cancelled.requests),
      amounts.cost(cancelled.costUsd)
    )
    add(page, text, "ZekeMuted")
  end
  local unpriced = {}
  for _, model in ipairs(report.byModel) do
    if not model.costUsd then
      unpriced[#unpriced + 1] = require("zeke.text").clean(model.model)
    end
  end
  if #unpriced > 0 then
    add(page, "No price is known for " .. table.concat(unpriced, ", ") .. "; that is in no sum.", "ZekeWarning")
  end
  add(page, "Costs are estimates; the bill is the provider's.", "ZekeMuted")
end

--- The page for a report.
---@param report zeke.CostReport
---@param room integer Cells for a line.
---@return zeke.CostPage
function M.page(report, room)
  local page = { lines = {}, groups = {} }
  local sums = {
    HEADER,
    cells("This conversation", report.session),
    cells("Today", report.day),
    cells("This month", report.month),
  }
  local models = {}
  for index = 1, math.min(MAX_MODELS, #report.byModel) do
    local sum = report.byModel[index]
    models[index] = cells(require("zeke.text").clean(sum.model), sum)
  end
  local widths = column_widths({ sums, models })
  narrow({ sums, models }, widths, room)
  add_rows(page, sums, widths)
  if #models > 0 then
    add(page, "")
    add(page, "This month by model", "ZekeUser")
    add_rows(page, models, widths)
    local hidden = #report.byModel - #models
    if hidden > 0 then
      add(page, ("and %d more"):format(hidden), "ZekeMuted")
    end
  end
  add_chart(page, report.days)
  add_notes(page, report)
  return page
end

---@return integer
local function make_buffer()
  local buf = vim.api.nvim_create_buf(false, true)
  vim.bo[buf].buftype = "nofile"
  vim.bo[buf].swapfile = false
  vim.bo[buf].bufhidden = "hide"
  vim.bo[buf].filetype = "zeke-cost"
  for _, key in ipairs({ "q", "<Esc>" }) do
    vim.keymap.set("n", key, "<Cmd>close<CR>", { buffer = buf, desc = "Close what Zeke cost" })
  end
  return buf
end

---@param page zeke.CostPage
local function fill(page)
  if not buffer or not vim.api.nvim_buf_is_valid(buffer) then
    buffer = make_buffer()
  end
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, page.lines)
  vim.bo[buffer].modifiable = false
  vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  for line, group in pairs(page.groups) do
    vim.api.nvim_buf_set_extmark(buffer, namespace, line - 1, 0, {
      end_row = line - 1,
      end_col = #page.lines[line],
      hl_group = group,
    })
  end
end

---@param page zeke.CostPage
local function open(page)
  fill(page)
  if vim.fn.bufwinid(buffer) ~= -1 then
    return vim.api.nvim_set_current_win(vim.fn.bufwinid(buffer))
  end
  local width = 0
  for _, line in ipairs(page.lines) do
    width = math.max(width, vim.fn.strdisplaywidth(line) + 1)
  end
  width = math.max(1, math.min(width, vim.o.columns - FRAME_CELLS))
  local rows = 0
  for _, line in ipairs(page.lines) do
    rows = rows + math.max(1, math.ceil(vim.fn.strdisplaywidth(line) / width))
  end
  local height = math.max(1, math.min(rows, vim.o.lines - FRAME_CELLS))
  local win = vim.api.nvim_open_win(buffer, true, {
    relative = "editor",
    width = width,
    height = height,
    row = math.max(0, math.floor((vim.o.lines - height) / 2) - 1),
    col = math.max(0, math.floor((vim.o.columns - width) / 2)),
    style = "minimal",
    border = "rounded",
    title = " Zeke: cost ",
  })
  vim.wo[win][0].wrap = true
  vim.wo[win][0].linebreak = true
end

--- Shows it in a float; `q` closes.
function M.show()
  require("zeke.highlights").setup()
  require("zeke.rpc").ask("cost", {}, {
    on_done = function(err, report)
      if report then
        return open(M.page(report, vim.o.columns - FRAME_CELLS))
      end
      if err and err.kind ~= "cancelled" then
        require("zeke.notify").failure(err)
      end
    end,
  })
end

return M
