--- What a Markdown text leaves open at its end, and so would swallow what stands below it. Pure.
local M = {}

--- Blocks of HTML that end at these words alone, however many empty lines come before.
---@type { starts: string, ends: string[] }[]
local HTML = {
  { starts = "^ ? ? ?<%?", ends = { "?>" } },
  { starts = "^ ? ? ?<!%[cdata%[", ends = { "]]>" } },
  { starts = "^ ? ? ?<!%a", ends = { ">" } },
}
--- The first is written where one is left open.
local RAW_NAMES = { "script", "pre", "style", "textarea" }

---@param line string In lower case.
---@return string[]? ends What ends the block of HTML that begins in the line.
---@return integer? from Where to look for that.
local function html_start(line)
  local _, comment = line:gsub("`[^`]*`", ""):find("<!--", 1, true)
  if comment then
    return { "-->" }, (line:find("<!--", 1, true))
  end
  for _, kind in ipairs(HTML) do
    local _, last = line:find(kind.starts)
    if last then
      return kind.ends, last
    end
  end
  for _, name in ipairs(RAW_NAMES) do
    local _, last = (line .. " "):find("^ ? ? ?<" .. name .. "[%s>]")
    if last then
      local ends = { "</" .. name .. ">" }
      for _, other in ipairs(RAW_NAMES) do
        ends[#ends + 1] = "</" .. other .. ">"
      end
      return ends, last
    end
  end
end

---@param line string
---@param ends string[]
---@param from integer
---@return boolean
local function has_end(line, ends, from)
  for _, one in ipairs(ends) do
    if line:find(one, from, true) then
      return true
    end
  end
  return false
end

--- A line that begins or ends a fence; in a list it may be indented as far as one likes.
---@param line string
---@return { indent: string, mark: string, rest: string }?
local function fence_in(line)
  local indent, mark, rest = line:match("^(%s*)(```+)(.*)$")
  if not mark then
    indent, mark, rest = line:match("^(%s*)(~~~+)(.*)$")
  end
  return mark and { indent = indent, mark = mark, rest = rest } or nil
end

--- The line that ends what the lines leave open: a fence, at its own indentation, or a block of HTML; nil
--- where they leave nothing open.
---@param lines string[]
---@return string?
function M.of(lines)
  local fence, html
  for _, line in ipairs(lines) do
    if html then
      html = not has_end(line:lower(), html, 1) and html or nil
    elseif line:find("[<`~]") then
      -- No other line begins or ends anything; there are many, and this is asked of every text that is shown.
      local found = fence_in(line)
      if fence then
        local is_end = found and found.mark:sub(1, #fence.mark) == fence.mark and found.rest:find("^%s*$")
        fence = not is_end and fence or nil
      elseif found and not (found.mark:sub(1, 1) == "`" and found.rest:find("`", 1, true)) then
        fence = found
      else
        local lower = line:lower()
        local ends, from = html_start(lower)
        html = ends and not has_end(lower, ends, from + 1) and ends or nil
      end
    end
  end
  return fence and fence.indent .. fence.mark or html and html[1] or nil
end

return M
