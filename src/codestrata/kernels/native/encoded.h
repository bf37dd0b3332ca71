/* Data written as text, by StarCoder2's three regular expressions, read over bytes (so \b and \s are ASCII's):
     base64   [a-zA-Z0-9+/\n=]{64,}
     hex      (?:\b(?:0x|\\x)?[0-9a-fA-F]{2}(?:,|\b\s*)){8,}
     unicode  (?:\\u[0-9a-fA-F]{4}){8,}
   Source: arXiv 2402.19173, section 2.1. The masks only say where to look; what matches is decided byte by byte. None of
   the three can backtrack into another match: a base64 match is a whole run, an item of hex or unicode can be read in one
   way only, and a start inside a chain of items that is too short gives a shorter chain. */
#ifndef CODESTRATA_ENCODED_H
#define CODESTRATA_ENCODED_H

#include "block.h"
#include "text.h"

enum { SHORTEST_BASE64 = 64, FEWEST_ITEMS = 8, FEWEST_DIGITS = 16, SHORTEST_HEX = 23 };

typedef struct {
    int64_t longest, total;
    int64_t base64;       /* bytes of base64 that the text so far ends with */
    int64_t digits;       /* hexadecimal digits since the last byte that no hex match can hold */
    int64_t hex_done;     /* hex matches before this place have been counted */
    int64_t unicode_done; /* likewise */
    uint64_t backslash;   /* the last byte was one */
} encoded;

static inline void record(encoded *e, int64_t length) {
    e->total += length;
    if (length > e->longest) e->longest = length;
}

static inline int is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }
static inline int is_hex(uint8_t c) { return is_digit(c) || (uint8_t)((c | 0x20) - 'a') < 6; }
static inline int is_space(uint8_t c) { return c == ' ' || (uint8_t)(c - 9) < 5; }
static inline int is_ascii_word(uint8_t c) { return is_digit(c) || (uint8_t)((c | 0x20) - 'a') < 26 || c == '_'; }
static inline int in_hex(uint8_t c) { return is_hex(c) || is_space(c) || c == 'x' || c == ',' || c == '\\'; }

static inline int boundary(const uint8_t *text, int64_t size, int64_t at) {
    return (at > 0 && is_ascii_word(text[at - 1])) != (at < size && is_ascii_word(text[at]));
}

/* Where the item that begins at `at` ends, or -1. */
static int64_t hex_item(const uint8_t *text, int64_t size, int64_t at) {
    if (at + 2 > size || !(is_hex(text[at]) || text[at] == '\\') || !boundary(text, size, at)) return -1;
    if ((text[at] == '0' || text[at] == '\\') && text[at + 1] == 'x') at += 2;
    if (at + 2 > size || !is_hex(text[at]) || !is_hex(text[at + 1])) return -1;
    at += 2;
    if (at < size && text[at] == ',') return at + 1;
    if (!boundary(text, size, at)) return -1;
    while (at < size && is_space(text[at])) at++;
    return at;
}

/* Count the hex matches in the run of possible bytes around `at`; returns where the run ends. */
__attribute__((noinline, cold)) static void count_hex(encoded *e, const uint8_t *text, int64_t size, int64_t at) {
    int64_t from = at, to = at;
    while (from > e->hex_done && in_hex(text[from - 1])) from--;
    while (to < size && in_hex(text[to])) to++;
    while (from < to) {
        int64_t end = from, next;
        int items = 0;
        while ((next = hex_item(text, size, end)) > 0) end = next, items += items < FEWEST_ITEMS;
        if (items == FEWEST_ITEMS) record(e, end - from);
        from = end > from ? end : from + 1;
    }
    e->hex_done = to;
}

__attribute__((noinline, cold)) static void count_unicode(encoded *e, const uint8_t *text, int64_t size, int64_t at) {
    int64_t end = at;
    while (end + 6 <= size && text[end] == '\\' && text[end + 1] == 'u' && is_hex(text[end + 2]) && is_hex(text[end + 3]) &&
           is_hex(text[end + 4]) && is_hex(text[end + 5]))
        end += 6;
    if (end - at >= 6 * FEWEST_ITEMS) record(e, end - at);
    e->unicode_done = end > at ? end : at + 1;
}

static inline void base64_block(encoded *e, uint64_t mask) {
    if (mask == ~UINT64_C(0)) {
        e->base64 += BLOCK;
        return;
    }
    int64_t run = e->base64 + first(~mask);
    if (__builtin_expect(run >= SHORTEST_BASE64, 0)) record(e, run);
    e->base64 = __builtin_clzll(~mask);
}

static inline void base64_end(encoded *e) {
    if (e->base64 >= SHORTEST_BASE64) record(e, e->base64);
}

/* Where no hex match goes on: behind a comma with white space after it, inside a word of five or more. */
static inline uint64_t hex_breaks(uint64_t comma, uint64_t white, uint64_t word) {
    uint64_t pair = word & word >> 1;
    return (comma & white >> 1) | (pair & pair >> 2 & word >> 4);
}

/* A match lies between two bytes that cannot be in one, and has at least 16 digits in at least 23 bytes there. `possible`
   leaves out what lies behind the end of the text. */
static inline void hex_block(encoded *e, uint64_t digits, uint64_t possible, const uint8_t *text, int64_t size, int64_t at) {
    uint64_t breaks = ~possible;
    unsigned head = breaks ? first(breaks) : BLOCK;
    e->digits += ones(digits & ~since(head));
    if (__builtin_expect(e->digits >= FEWEST_DIGITS, 0) && e->hex_done < at + head) count_hex(e, text, size, at + head - 1);
    if (!breaks) return;
    uint64_t run = possible & since(head);
    run &= run >> 1, run &= run >> 2, run &= run >> 4, run &= run >> 8, run &= run >> (SHORTEST_HEX - 16);
    while (__builtin_expect(run != 0, 0)) {
        unsigned from = first(run), to = from + first(~(possible >> from));
        if (to < BLOCK && ones(digits & since(from) & ~since(to)) >= FEWEST_DIGITS) count_hex(e, text, size, at + from);
        run &= since(to);
    }
    e->digits = ones(digits & since(64 - (unsigned)__builtin_clzll(breaks)));
}

static inline void unicode_block(encoded *e, uint64_t backslash, block b, const uint8_t *text, int64_t size, int64_t at) {
    uint64_t before = backslash << 1 | e->backslash;
    e->backslash = backslash >> 63;
    for (uint64_t hits = before & equal(b, 'u'); __builtin_expect(hits != 0, 0); hits &= hits - 1) {
        int64_t from = at + first(hits) - 1;
        if (from >= e->unicode_done) count_unicode(e, text, size, from);
    }
}

#endif
