/* How many of rising numbers are below each of some places, and where line breaks are. Twins: codestrata/kernels/before.py. */
#include "block.h"

/* The first of rising[low:high] that is not below a place, or high. */
static int64_t search(const int64_t *rising, int64_t low, int64_t high, int64_t place) {
    int64_t size = high - low;
    while (size > 0) { /* without a branch that is guessed: it would be wrong every other time */
        int64_t half = (size + 1) / 2;
        low += rising[low + half - 1] < place ? half : 0;
        size -= half;
    }
    return low;
}

/* How many of m rising numbers are below a place, looked for from `here` on in strides that double. */
static int64_t near(const int64_t *rising, int64_t m, int64_t here, int64_t place) {
    int64_t stride = 1;
    if (here < m && rising[here] < place) {
        while (here + stride < m && rising[here + stride] < place) here += stride, stride *= 2;
        return search(rising, here + 1, here + stride < m ? here + stride : m, place);
    }
    if (here > 0 && rising[here - 1] >= place) {
        while (here - stride > 0 && rising[here - stride - 1] >= place) here -= stride, stride *= 2;
        return search(rising, here - stride > 0 ? here - stride : 0, here, place);
    }
    return here;
}

/* Each is looked for from where the one before it was found. */
STRATA_EXPORT void strata_before(const int64_t *rising, int64_t m, const int64_t *places, int64_t n, int64_t *found) {
    int64_t here = 0;
    for (int64_t i = 0; i < n; i++) found[i] = here = near(rising, m, here, places[i]);
}

/* Of n pieces of files, where each begins and ends in its file, and its first and last line, from 1. `breaks`: where m lines
   end; `offsets`, `lines`: of each file where it begins, and the line breaks before it. */
STRATA_EXPORT void strata_ranges(const int64_t *breaks, int64_t m, const int64_t *offsets, const int64_t *lines,
                                 const int64_t *files, const int64_t *starts, const int64_t *stops, int64_t n, int64_t *start,
                                 int64_t *end, int32_t *line, int32_t *last) {
    int64_t here = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t base = offsets[files[i]], above = lines[files[i]] - 1;
        start[i] = starts[i] - base, end[i] = stops[i] - base;
        here = near(breaks, m, here, starts[i]);
        line[i] = (int32_t)(here - above);
        last[i] = (int32_t)(near(breaks, m, here, stops[i] - 1 > starts[i] ? stops[i] - 1 : starts[i]) - above);
    }
}

enum { COUNTED = 255 };

static int64_t count_breaks(const uint8_t *bytes, int64_t n) {
    int64_t count = 0;
    for (int64_t i = 0; i < n; i += COUNTED) { /* so many fit into a byte, and compilers count bytes side by side */
        uint8_t some = 0;
        if (n - i >= COUNTED)
            for (int k = 0; k < COUNTED; k++) some = (uint8_t)(some + (bytes[i + k] == '\n'));
        else
            for (int64_t k = i; k < n; k++) some = (uint8_t)(some + (bytes[k] == '\n'));
        count += some;
    }
    return count;
}

/* Where '\n' stands among n bytes: to `places`, unless that is NULL. Gives how many there are. */
STRATA_EXPORT int64_t strata_breaks(const uint8_t *bytes, int64_t n, int64_t *places) {
    if (!places) return count_breaks(bytes, n);
    int64_t count = 0, at = 0;
    for (; n - at >= BLOCK; at += BLOCK)
        for (uint64_t mask = equal(load_block(bytes + at), '\n'); mask; mask &= mask - 1) places[count++] = at + first(mask);
    for (; at < n; at++)
        if (bytes[at] == '\n') places[count++] = at;
    return count;
}
