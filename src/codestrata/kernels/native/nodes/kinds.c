/* Nodes by their kinds, or by any small number of theirs. Twins: codestrata/kernels/nodes/kinds.py. */
#include "../block.h"

/* counts[v]: how many of n numbers are v, for v below `most`; counts[most]: how many are not below. */
STRATA_EXPORT void strata_kind_counts(const uint16_t *numbers, int64_t n, int64_t most, int64_t *counts) {
    for (int64_t i = 0; i < n; i++) counts[numbers[i] < most ? numbers[i] : most]++;
}

/* Each place i to order[at[v]], where at[v] rises by step[v]: 1, or 0 for numbers whose places nobody wants, which all go to
   the same cell. A branch for these would be guessed wrong for every other node. */
STRATA_EXPORT void strata_kind_order(const uint16_t *numbers, int64_t n, int64_t most, int64_t *at, const int64_t *step,
                                     int64_t *order) {
    for (int64_t i = 0; i < n; i++) {
        int64_t v = numbers[i] < most ? numbers[i] : most, here = at[v];
        order[here] = i;
        at[v] = here + step[v];
    }
}

enum { COUNTED = 1 << 15 };

static int64_t count_equal(const uint16_t *numbers, int64_t n, uint16_t number) {
    int64_t count = 0;
    for (int64_t i = 0; i < n; i += COUNTED) { /* in 16 bits, so that compilers count side by side */
        int64_t stop = n - i < COUNTED ? n : i + COUNTED;
        uint16_t some = 0;
        for (int64_t k = i; k < stop; k++) some = (uint16_t)(some + (numbers[k] == number));
        count += some;
    }
    return count;
}

static uint64_t equal_numbers(const uint16_t *numbers, uint16_t number) {
    uint8_t same[BLOCK];
    for (int k = 0; k < BLOCK; k++) same[k] = numbers[k] == number ? 0xFF : 0;
    return beyond_ascii(load_block(same));
}

/* Which of n numbers are one: to `places`, unless that is NULL. Gives how many there are. */
STRATA_EXPORT int64_t strata_kind_places(const uint16_t *numbers, int64_t n, int64_t number, int64_t *places) {
    if (!places) return count_equal(numbers, n, (uint16_t)number);
    int64_t count = 0, at = 0;
    for (; n - at >= BLOCK; at += BLOCK)
        for (uint64_t mask = equal_numbers(numbers + at, (uint16_t)number); mask; mask &= mask - 1)
            places[count++] = at + first(mask);
    for (; at < n; at++)
        if (numbers[at] == (uint16_t)number) places[count++] = at;
    return count;
}
