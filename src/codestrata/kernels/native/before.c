/* How many of rising numbers are below each of some places, and where line breaks are. Twins: codestrata/kernels/before.py. */
#include "kernels.h"

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

/* Where '\n' stands among n bytes: to `places`, unless that is NULL. Gives how many there are. */
STRATA_EXPORT int64_t strata_breaks(const uint8_t *bytes, int64_t n, int64_t *places) {
    int64_t count = 0;
    if (!places) {
        for (int64_t i = 0; i < n; i++) count += bytes[i] == '\n';
        return count;
    }
    const uint8_t *at = bytes, *end = bytes + n;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) places[count++] = at++ - bytes;
    return count;
}
