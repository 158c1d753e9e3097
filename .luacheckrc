-- Read by `npm run check -- lua-lint`; see https://luacheck.readthedocs.io/en/stable/config.html
std = "luajit"
max_line_length = 120
-- `function M:method()` need not use self, nor a callback all that it is given.
self = false
unused_args = false

local writable = { read_only = false, other_fields = true }
read_globals = {
  vim = {
    other_fields = true,
    fields = {
      b = writable,
      bo = writable,
      env = writable,
      g = writable,
      go = writable,
      lsp = { other_fields = true, fields = { commands = writable } },
      o = writable,
      opt = writable,
      opt_local = writable,
      t = writable,
      v = writable,
      w = writable,
      wo = writable,
    },
  },
}
