/* Lines: which hold nothing of interest, and how long the longest is. */
#ifndef CODESTRATA_LINES_H
#define CODESTRATA_LINES_H

#include "kernels.h"

typedef struct {
    uint32_t begin;  /* where the line that is not yet ended begins */
    int64_t longest; /* characters, without the end of line */
} lines;

/* The newlines of lines that hold only `idle` bytes; `prefix`: the line so far does. */
static inline uint64_t idle_lines(uint64_t idle, uint64_t newline, uint64_t *prefix) {
    uint64_t begin = newline << 1 | *prefix, after;
    unsigned carry = __builtin_add_overflow(idle, begin & idle, &after);
    *prefix = carry | newline >> 63;
    return ((after | begin) & ~idle) & newline;
}

/* Count the characters of those lines that have more bytes than the longest has characters. */
__attribute__((noinline)) static void recount_lines(lines *l, const uint8_t *text, const uint32_t *newline, size_t n, int ascii) {
    for (size_t k = 0; k < n; k++) {
        uint32_t from = k ? newline[k - 1] + 1 : l->begin, to = newline[k];
        if ((int64_t)to - from <= l->longest) continue;
        to -= to > from && text[to - 1] == '\r';
        int64_t characters = to - from;
        for (uint32_t i = from; !ascii && i < to; i++) characters -= (text[i] & 0xC0) == 0x80;
        if (characters > l->longest) l->longest = characters;
    }
}

/* Take in the next n ends of lines; `ascii`: the text so far holds nothing else. */
static inline void end_lines(lines *l, const uint8_t *text, const uint32_t *newline, size_t n, int ascii) {
    if (!n) return;
    uint32_t longest = newline[0] - l->begin;
    for (size_t k = 1; k < n; k++) {
        uint32_t length = newline[k] - newline[k - 1] - 1;
        longest = length > longest ? length : longest;
    }
    if (longest > l->longest) recount_lines(l, text, newline, n, ascii);
    l->begin = newline[n - 1] + 1;
}

#endif
