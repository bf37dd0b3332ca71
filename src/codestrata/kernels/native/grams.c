/* Which pieces of four bytes stand in a text, by their hashes. Twin: codestrata/kernels/grams.py. */
#include "kernels.h"

#define GRAM 4
#define MULTIPLIER 0x9E3779B1u /* Knuth's, of the golden ratio */

STRATA_EXPORT void strata_grams(const uint8_t *bytes, int64_t n, int64_t shift, uint8_t *found) {
    for (int64_t i = 0; i + GRAM <= n; i++) {
        uint32_t gram = (uint32_t)bytes[i] | (uint32_t)bytes[i + 1] << 8 | (uint32_t)bytes[i + 2] << 16 |
                        (uint32_t)bytes[i + 3] << 24;
        uint32_t hash = (gram * MULTIPLIER) >> shift;
        found[hash >> 3] |= (uint8_t)(1u << (hash & 7));
    }
}
