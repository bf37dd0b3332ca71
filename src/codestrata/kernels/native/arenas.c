/* The memory of a process that parses one text after another: trees lie in Python's arenas, which are empty when a tree is
   gone. Python gives an empty arena back to the kernel, and the next text pays for its pages again; here some are kept.
   Python calls both holding its lock. What is called arena there: Objects/obmalloc.c of CPython. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <sys/mman.h>

#include "kernels.h"

enum { MOST_KEPT = 64 };

static void *kept[MOST_KEPT];
static size_t kept_size;
static int64_t count;

STRATA_EXPORT void *strata_arena_take(void *unused, size_t size) {
    (void)unused;
    if (count && size == kept_size) return kept[--count];
    void *arena = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return arena == MAP_FAILED ? NULL : arena;
}

STRATA_EXPORT void strata_arena_leave(void *unused, void *arena, size_t size) {
    (void)unused;
    if (count == MOST_KEPT || (count && size != kept_size)) {
        munmap(arena, size);
        return;
    }
    kept[count++] = arena, kept_size = size;
}
