/* Sets of shingles: sorting, and the exact Jaccard index of two sets. */
#include "text.h"

/* Shingles are uniform, so after their 24 high bits are sorted by counting, little is left to insert. */
static void sort(uint64_t *values, uint64_t *spare, size_t n) {
    static const int shifts[] = {40, 48, 56};
    for (int pass = 0; n >= 96 && pass < 3; pass++) {
        size_t place[256] = {0}, sum = 0;
        for (size_t i = 0; i < n; i++) place[values[i] >> shifts[pass] & 255]++;
        for (int d = 0; d < 256; d++) {
            size_t count = place[d];
            place[d] = sum, sum += count;
        }
        for (size_t i = 0; i < n; i++) spare[place[values[i] >> shifts[pass] & 255]++] = values[i];
        uint64_t *swap = values;
        values = spare, spare = swap;
    }
    for (size_t i = 1; i < n; i++) {
        uint64_t x = values[i];
        size_t at = i;
        for (; at > 0 && values[at - 1] > x; at--) values[at] = values[at - 1];
        values[at] = x;
    }
}

size_t strata_unique(uint64_t *values, uint64_t *spare, size_t n) {
    sort(values, spare, n);
    if (n >= 96) memcpy(values, spare, n * sizeof *values);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        values[kept] = values[i];
        kept += i + 1 == n || values[i + 1] != values[i];
    }
    return kept;
}

/* out[i]: the Jaccard index of the sets pairs[i][0] and pairs[i][1]; 0 when both are empty. Set j is
   hashes[offsets[j]:offsets[j + 1]], sorted, without repetition. */
STRATA_EXPORT void strata_jaccard(const int64_t *pairs, int64_t m, const int64_t *offsets, const uint64_t *hashes, double *out) {
    for (int64_t i = 0; i < m; i++) {
        const uint64_t *a = hashes + offsets[pairs[2 * i]], *a_end = hashes + offsets[pairs[2 * i] + 1];
        const uint64_t *b = hashes + offsets[pairs[2 * i + 1]], *b_end = hashes + offsets[pairs[2 * i + 1] + 1];
        int64_t total = (a_end - a) + (b_end - b), common = 0;
        while (a < a_end && b < b_end) {
            uint64_t x = *a, y = *b;
            common += x == y;
            a += x <= y, b += y <= x;
        }
        out[i] = total ? (double)common / (double)(total - common) : 0.0;
    }
}
