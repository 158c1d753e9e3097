/**
 * native/include/zeke_index.h as koffi reads it: its twin, compared line by line in a test. What a
 * function does stands in the header.
 */

/** The library and this file speak of the same functions when they name the same number. */
export const ABI_VERSION = 1;

/** What a call came to. */
export const STATUS = {
  ok: 0,
  handle: -1,
  request: -2,
  cancelled: -3,
  memory: -4,
  files: -5,
  buffer: -6,
  internal: -7,
} as const;

export const OPERATIONS = {
  refresh: 1,
  status: 2,
  search: 3,
  definitions: 4,
  references: 5,
  symbols: 6,
  outline: 7,
  files: 8,
  grep: 9,
  imports: 10,
  context: 11,
  map: 12,
  overlay: 13,
  watch: 14,
  history: 15,
} as const;

export type Operation = keyof typeof OPERATIONS;

/** The phases of a long call by their number. */
export const PHASES = ['waiting', 'listing', 'reading', 'merging', 'writing', 'finished'] as const;

export const PROGRESS_STRUCT = {
  name: 'zeke_progress',
  members: { done: 'uint64_t', total: 'uint64_t', phase: 'uint32_t', reserved: 'uint32_t' },
} as const;

/** `_Out_` is koffi's: it fills the object that is handed in. */
export const PROTOTYPES = {
  abiVersion: 'uint32_t zeke_abi_version(void)',
  indexOpen:
    'int32_t zeke_index_open(const uint8_t *request, size_t request_size, uint64_t *index_out, uint8_t *message, size_t message_size)',
  indexClose: 'int32_t zeke_index_close(uint64_t index)',
  taskNew: 'int32_t zeke_task_new(uint64_t index, uint64_t *task_out)',
  indexCall:
    'int32_t zeke_index_call(uint64_t index, uint64_t task, uint32_t operation, const uint8_t *request, size_t request_size)',
  taskCancel: 'int32_t zeke_task_cancel(uint64_t task)',
  taskProgress: 'int32_t zeke_task_progress(uint64_t task, _Out_ zeke_progress *progress_out)',
  taskResult:
    'int32_t zeke_task_result(uint64_t task, uint8_t *buffer, size_t buffer_size, size_t *size_out)',
  taskFree: 'int32_t zeke_task_free(uint64_t task)',
} as const;
