/* Places by their numbers, each number's in order. Twin: codestrata/kernels/numbered.py. */
#include "kernels.h"

enum { NUMBERS = 1 << 16 };

/* ends[k]: where the places of number k end; zeros before. */
STRATA_EXPORT void strata_numbered(const uint16_t *numbers, int64_t n, int64_t *ends, int64_t *order) {
    int64_t sum = 0;
    for (int64_t i = 0; i < n; i++) ends[numbers[i]]++;
    for (int64_t k = 0; k < NUMBERS; k++) {
        int64_t count = ends[k];
        ends[k] = sum;
        sum += count;
    }
    for (int64_t i = 0; i < n; i++) order[ends[numbers[i]]++] = i;
}
