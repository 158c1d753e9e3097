--- Texts of buffers and of models: what may be sent, what may be shown, how they differ.
local M = {}

local REPLACEMENT = "\239\191\189"

--- What a program that failed has said: of a stack trace the error alone.
---@param words string
---@return string
function M.complaint(words)
  return ("\n" .. words):match("\n(%a*Error: [^\n]+)") or vim.trim(words)
end

--- A line as valid UTF-8: each byte that is none becomes U+FFFD.
---@param line string
---@return string
function M.valid(line)
  if not line:find("[\128-\255]") then
    return line
  end
  local starts = vim.str_utf_pos(line)
  local parts = {}
  for index, start in ipairs(starts) do
    local character = line:sub(start, (starts[index + 1] or #line + 1) - 1)
    parts[index] = M.is_character(character) and character or REPLACEMENT:rep(#character)
  end
  return table.concat(parts)
end

--- True for the bytes of one well-formed character (RFC 3629: no surrogates, nothing overlong).
---@param bytes string
---@return boolean
function M.is_character(bytes)
  local first, second = bytes:byte(1, 2)
  if #bytes == 1 then
    return first < 0x80
  end
  for index = 2, #bytes do
    local byte = bytes:byte(index)
    if byte < 0x80 or byte > 0xbf then
      return false
    end
  end
  if #bytes == 2 then
    return first >= 0xc2 and first <= 0xdf
  end
  if #bytes == 3 then
    local is_overlong = first == 0xe0 and second < 0xa0
    local is_surrogate = first == 0xed and second > 0x9f
    return first >= 0xe0 and first <= 0xef and not is_overlong and not is_surrogate
  end
  if #bytes == 4 then
    local is_overlong = first == 0xf0 and second < 0x90
    local is_too_large = first == 0xf4 and second > 0x8f
    return first >= 0xf0 and first <= 0xf4 and not is_overlong and not is_too_large
  end
  return false
end

--- Lines of a buffer as valid UTF-8. A NUL byte, which Neovim tells as such or as "\n", becomes U+FFFD too:
--- Neovim's own functions see the end of a string in it.
---@param lines string[]
---@return string[]
function M.valid_lines(lines)
  local result = {}
  for index, line in ipairs(lines) do
    result[index] = M.valid((line:gsub("[%z\n]", REPLACEMENT)))
  end
  return result
end

--- One line of text of a model or a file, fit to be shown: control characters are written out.
---@param line string
---@return string
function M.clean(line)
  line = line:gsub("[%z\1-\8\11-\31\127]", function(character)
    return ("<%02x>"):format(character:byte())
  end)
  return line
end

--- A text on one line, fit to be shown.
---@param text string
---@return string
function M.one_line(text)
  return M.clean((text:gsub("%s+", " ")))
end

--- The differences of two texts: `vim.text.diff`, or `vim.diff` before Neovim 0.12.
---@param before string
---@param after string
---@param opts table
---@return any
function M.diff(before, after, opts)
  local diff = vim.text and vim.text.diff or vim.diff
  return diff(before, after, opts)
end

return M
