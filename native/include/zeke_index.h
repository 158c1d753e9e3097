/*
 * The code index: the only surface between this library and whoever loads it.
 *
 * Handles are numbers, never pointers: a wrong one is an error, not a crash. Every call may be made
 * from any thread. Memory is owned by one side only: requests are read during the call and never
 * kept, results are copied into the caller's buffer.
 *
 * Requests and results are JSON in UTF-8; docs/native.md says what stands in them. A path is
 * relative to the root, with '/'; a byte of it that is not UTF-8 is the escape \udc80 .. \udcff.
 */
#ifndef ZEKE_INDEX_H
#define ZEKE_INDEX_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Grows with every change that an older caller would not survive. Checked before anything else. */
#define ZEKE_ABI_VERSION 1

/* What a call came to. Negative: an error; its message is the task's result. */
#define ZEKE_OK 0
#define ZEKE_ERROR_HANDLE -1    /* no such index or task */
#define ZEKE_ERROR_REQUEST -2   /* the request is not what the operation takes */
#define ZEKE_ERROR_CANCELLED -3 /* zeke_task_cancel was called */
#define ZEKE_ERROR_MEMORY -4    /* the memory limit was reached, or the machine's */
#define ZEKE_ERROR_FILES -5     /* the root or the snapshot cannot be read or written */
#define ZEKE_ERROR_BUFFER -6    /* the buffer is too small: size_out says what is needed */
#define ZEKE_ERROR_INTERNAL -7  /* a fault of the library */

/* Operations of zeke_index_call. */
#define ZEKE_OPERATION_REFRESH 1
#define ZEKE_OPERATION_STATUS 2
#define ZEKE_OPERATION_SEARCH 3
#define ZEKE_OPERATION_DEFINITIONS 4
#define ZEKE_OPERATION_REFERENCES 5
#define ZEKE_OPERATION_SYMBOLS 6
#define ZEKE_OPERATION_OUTLINE 7
#define ZEKE_OPERATION_FILES 8
#define ZEKE_OPERATION_GREP 9
#define ZEKE_OPERATION_IMPORTS 10
#define ZEKE_OPERATION_CONTEXT 11
#define ZEKE_OPERATION_MAP 12
#define ZEKE_OPERATION_OVERLAY 13
#define ZEKE_OPERATION_WATCH 14
#define ZEKE_OPERATION_HISTORY 15

/* How far a long call is. total is 0 as long as it is not known. */
typedef struct zeke_progress {
  uint64_t done;
  uint64_t total;
  uint32_t phase; /* 0 waiting, 1 listing files, 2 reading, 3 merging, 4 writing, 5 finished */
  uint32_t reserved;
} zeke_progress;

uint32_t zeke_abi_version(void);

/* Opens an index and what is stored of it; reads no source file. *index_out is the new handle. On an
 * error the message is written to message (message_size bytes, always ended by a zero byte). */
int32_t zeke_index_open(const uint8_t *request, size_t request_size, uint64_t *index_out,
                        uint8_t *message, size_t message_size);

/* Cancels what runs, waits for it, stores what is new and frees everything, tasks included. */
int32_t zeke_index_close(uint64_t index);

/* A task is one call: made before it, so that it can be cancelled and watched while it runs. */
int32_t zeke_task_new(uint64_t index, uint64_t *task_out);

/* Carries out one operation and keeps its result in the task. Blocks until it is done. A task that
 * was used already gives ZEKE_ERROR_REQUEST and keeps its result. */
int32_t zeke_index_call(uint64_t index, uint64_t task, uint32_t operation, const uint8_t *request,
                        size_t request_size);

int32_t zeke_task_cancel(uint64_t task);
int32_t zeke_task_progress(uint64_t task, zeke_progress *progress_out);

/* Copies the result, or the message of an error, into buffer; *size_out is its whole size. Before the
 * call has ended: ZEKE_ERROR_REQUEST. */
int32_t zeke_task_result(uint64_t task, uint8_t *buffer, size_t buffer_size, size_t *size_out);

/* Waits for the call if one runs, then frees the task. */
int32_t zeke_task_free(uint64_t task);

#ifdef __cplusplus
}
#endif

#endif
