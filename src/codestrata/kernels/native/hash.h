/* A hash of bytes, for tables that live as long as a call. */
#ifndef CODESTRATA_HASH_H
#define CODESTRATA_HASH_H

#include "kernels.h"

static inline uint64_t hash(const uint8_t *p, int64_t size) {
    uint64_t h = (uint64_t)size, x = 0;
    for (; size >= 8; p += 8, size -= 8) {
        memcpy(&x, p, 8);
        h = (h ^ x) * UINT64_C(0x9E3779B97F4A7C15), h ^= h >> 29;
    }
    for (x = 0; size > 0; size--) x = x << 8 | *p++;
    h = (h ^ x) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 32;
}

#endif
