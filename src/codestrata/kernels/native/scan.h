/* Scans over bytes, 64 at a time; built once for each instruction set, beside the pass. */
#include "block.h"
#include "scans.h"

/* The next place in [p, end) where byte `a` stands, and byte `b` `gap` bytes behind it (gap > 0), or NULL. */
const uint8_t *JOIN(strata_pair, STRATA_TARGET)(const uint8_t *p, const uint8_t *end, uint8_t a, uint8_t b, int64_t gap) {
    for (; end - p >= BLOCK + gap; p += BLOCK) {
        uint64_t both = equal(load_block(p), a) & equal(load_block(p + gap), b);
        if (both) return p + first(both);
    }
    for (; end - p > gap; p++)
        if (*p == a && p[gap] == b) return p;
    return NULL;
}

/* Is there a zero byte (bit 0), is there a byte from 0x80 (bit 1)? */
int JOIN(strata_look, STRATA_TARGET)(const uint8_t *p, int64_t size) {
    int seen = 0;
    for (int64_t at = 0; at < size && seen != 3;) {
        uint8_t any = 0, zero = 0;
        if (size - at >= LOOK)
            for (int i = 0; i < LOOK; i++, at++) any |= p[at], zero |= p[at] == 0;
        else
            for (; at < size; at++) any |= p[at], zero |= p[at] == 0;
        seen |= zero | (any >> 7) << 1;
    }
    return seen;
}

/* Does a line begin, or begin behind blanks, with one of `count` bytes, so that `check` is content with what stands there? */
int JOIN(strata_lines, STRATA_TARGET)(const uint8_t *p, const uint8_t *end, const uint8_t *bytes, int count, line_check *check,
                                      const void *context) {
    uint8_t last[BLOCK];
    uint64_t fresh = 1, led = 0; /* the block begins a line; it goes on with the blanks that begin one */
    for (; p < end; p += BLOCK) {
        size_t rest = (size_t)(end - p);
        if (rest < BLOCK) memset(last, 0, BLOCK), memcpy(last, p, rest);
        block b = load_block(rest < BLOCK ? last : p);
        uint64_t newline = equal(b, '\n'), blank = (between(b, 9, 13) & ~newline) | equal(b, ' '), wanted = 0;
        uint64_t starts = newline << 1 | fresh, begins = starts | led, run = begins & blank, behind = run + blank;
        for (int i = 0; i < count; i++) wanted |= equal(b, bytes[i]);
        fresh = newline >> 63, led = behind < run;
        wanted &= starts | (begins & ~blank) | (behind & ~blank);
        for (; wanted; wanted &= wanted - 1)
            if (first(wanted) < rest && check(p + first(wanted), end, context)) return 1;
    }
    return 0;
}
