/* How many of rising numbers are below each of some places, and where line breaks are. Twins: codestrata/kernels/before.py. */
#include "block.h"

/* The first of rising[low:high] that is not below a place, or high. */
static int64_t search(const int64_t *rising, int64_t low, int64_t high, int64_t place) {
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (rising[middle] < place) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Each is looked for from where the one before it was found, in strides that double. */
STRATA_EXPORT void strata_before(const int64_t *rising, int64_t m, const int64_t *places, int64_t n, int64_t *found) {
    int64_t here = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t place = places[i], stride = 1;
        if (here < m && rising[here] < place) {
            while (here + stride < m && rising[here + stride] < place) here += stride, stride *= 2;
            here = search(rising, here + 1, here + stride < m ? here + stride : m, place);
        } else if (here > 0 && rising[here - 1] >= place) {
            while (here - stride > 0 && rising[here - stride - 1] >= place) here -= stride, stride *= 2;
            here = search(rising, here - stride > 0 ? here - stride : 0, here, place);
        }
        found[i] = here;
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
