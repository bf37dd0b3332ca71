/* The builds of scan.h, and which one this machine runs. */
#ifndef CODESTRATA_SCANS_H
#define CODESTRATA_SCANS_H

#include "kernels.h"

enum { LOOK = 512 };
enum { BEST = 0, ONLY_BASE = 1, ONLY_AVX2 = 2, ONLY_AVX512 = 3 };

typedef const uint8_t *pair_scan(const uint8_t *p, const uint8_t *end, uint8_t a, uint8_t b, int64_t gap);
typedef int look_scan(const uint8_t *p, int64_t size);
typedef int line_check(const uint8_t *at, const uint8_t *end, const void *context);
typedef int line_scan(const uint8_t *p, const uint8_t *end, const uint8_t *bytes, int count, line_check *check, const void *context);
pair_scan strata_pair_base, strata_pair_avx2, strata_pair_avx512;
look_scan strata_look_base, strata_look_avx2, strata_look_avx512;
line_scan strata_lines_base, strata_lines_avx2, strata_lines_avx512;

/* Three bytes choose one of 2 to the 13 words, the low bits of the byte behind them a bit in it. */
enum { PIECE = 3, PIECE_SHIFT = 32 - 13 };
#define PIECE_MULTIPLIER 0x9E3779B1u /* Knuth's, of the golden ratio */

static inline uint32_t piece_word(const uint8_t *p) {
    return (((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16) * PIECE_MULTIPLIER) >> PIECE_SHIFT;
}

typedef int64_t piece_scan(const uint8_t *p, int64_t n, const uint32_t *words, int32_t *out);
piece_scan strata_pieces_base, strata_pieces_avx2, strata_pieces_avx512;

STRATA_EXPORT int strata_target(int wanted);

#if defined(__x86_64__)
#define STRATA_PICK(name, wanted) \
    (strata_target(wanted) == ONLY_AVX512 ? name##_avx512 : strata_target(wanted) == ONLY_AVX2 ? name##_avx2 : name##_base)
#else
#define STRATA_PICK(name, wanted) ((void)(wanted), name##_base)
#endif

#endif
