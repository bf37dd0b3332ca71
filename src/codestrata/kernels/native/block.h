/* 64 bytes of text as bit masks: bit i of a mask says something about byte i. One set of names, one implementation for
   each instruction set; the including file chooses by defining STRATA_AVX512 or STRATA_AVX2, else the base is taken. */
#ifndef CODESTRATA_BLOCK_H
#define CODESTRATA_BLOCK_H

#include "kernels.h"

#define BLOCK 64

static inline unsigned ones(uint64_t mask) { return (unsigned)__builtin_popcountll(mask); }
static inline unsigned first(uint64_t mask) { return (unsigned)__builtin_ctzll(mask); }
/* Bits [from, 64), for from in 0..64. */
static inline uint64_t since(unsigned from) { return from < 64 ? ~UINT64_C(0) << from : 0; }

#if defined(STRATA_AVX512)
#include <immintrin.h>
typedef __m512i block;
static inline block load_block(const uint8_t *p) { return _mm512_loadu_si512(p); }
static inline uint64_t equal(block b, uint8_t c) { return _mm512_cmpeq_epi8_mask(b, _mm512_set1_epi8((char)c)); }
static inline uint64_t between(block b, uint8_t low, uint8_t high) {
    return _mm512_cmple_epu8_mask(_mm512_sub_epi8(b, _mm512_set1_epi8((char)low)), _mm512_set1_epi8((char)(high - low)));
}
static inline uint64_t beyond_ascii(block b) { return _mm512_movepi8_mask(b); }
static inline block lowered(block b) { return _mm512_or_si512(b, _mm512_set1_epi8(0x20)); }

#elif defined(STRATA_AVX2)
#include <immintrin.h>
typedef struct { __m256i half[2]; } block;
static inline block load_block(const uint8_t *p) {
    return (block){{_mm256_loadu_si256((const __m256i *)p), _mm256_loadu_si256((const __m256i *)(p + 32))}};
}
static inline uint64_t join(__m256i a, __m256i b) {
    return (uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32;
}
static inline uint64_t equal(block b, uint8_t c) {
    __m256i v = _mm256_set1_epi8((char)c);
    return join(_mm256_cmpeq_epi8(b.half[0], v), _mm256_cmpeq_epi8(b.half[1], v));
}
static inline uint64_t between(block b, uint8_t low, uint8_t high) {
    __m256i lo = _mm256_set1_epi8((char)low), width = _mm256_set1_epi8((char)(high - low));
    __m256i x = _mm256_sub_epi8(b.half[0], lo), y = _mm256_sub_epi8(b.half[1], lo);
    return join(_mm256_cmpeq_epi8(_mm256_min_epu8(x, width), x), _mm256_cmpeq_epi8(_mm256_min_epu8(y, width), y));
}
static inline uint64_t beyond_ascii(block b) { return join(b.half[0], b.half[1]); }
static inline block lowered(block b) {
    __m256i v = _mm256_set1_epi8(0x20);
    return (block){{_mm256_or_si256(b.half[0], v), _mm256_or_si256(b.half[1], v)}};
}

#elif defined(__SSE2__)
#include <emmintrin.h>
typedef struct { __m128i part[4]; } block;
static inline block load_block(const uint8_t *p) {
    block b;
    for (int i = 0; i < 4; i++) b.part[i] = _mm_loadu_si128((const __m128i *)(p + 16 * i));
    return b;
}
static inline uint64_t equal(block b, uint8_t c) {
    uint64_t mask = 0;
    for (int i = 0; i < 4; i++)
        mask |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(b.part[i], _mm_set1_epi8((char)c))) << (16 * i);
    return mask;
}
static inline uint64_t between(block b, uint8_t low, uint8_t high) {
    __m128i width = _mm_set1_epi8((char)(high - low));
    uint64_t mask = 0;
    for (int i = 0; i < 4; i++) {
        __m128i x = _mm_sub_epi8(b.part[i], _mm_set1_epi8((char)low));
        mask |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(x, width), x)) << (16 * i);
    }
    return mask;
}
static inline uint64_t beyond_ascii(block b) {
    uint64_t mask = 0;
    for (int i = 0; i < 4; i++) mask |= (uint64_t)(unsigned)_mm_movemask_epi8(b.part[i]) << (16 * i);
    return mask;
}
static inline block lowered(block b) {
    for (int i = 0; i < 4; i++) b.part[i] = _mm_or_si128(b.part[i], _mm_set1_epi8(0x20));
    return b;
}

#elif defined(__ARM_NEON) && defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#include <arm_neon.h>
typedef uint8x16x4_t block;
static inline block load_block(const uint8_t *p) {
    return (block){{vld1q_u8(p), vld1q_u8(p + 16), vld1q_u8(p + 32), vld1q_u8(p + 48)}};
}
/* Four vectors of all-ones or all-zeros bytes to 64 bits, by pairwise additions of one bit per byte. */
static inline uint64_t join(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d) {
    const uint8x16_t bit = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t ab = vpaddq_u8(vandq_u8(a, bit), vandq_u8(b, bit)), cd = vpaddq_u8(vandq_u8(c, bit), vandq_u8(d, bit));
    ab = vpaddq_u8(ab, cd);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(ab, ab)), 0);
}
static inline uint64_t equal(block b, uint8_t c) {
    uint8x16_t v = vdupq_n_u8(c);
    return join(vceqq_u8(b.val[0], v), vceqq_u8(b.val[1], v), vceqq_u8(b.val[2], v), vceqq_u8(b.val[3], v));
}
static inline uint64_t between(block b, uint8_t low, uint8_t high) {
    uint8x16_t lo = vdupq_n_u8(low), width = vdupq_n_u8((uint8_t)(high - low));
    return join(vcleq_u8(vsubq_u8(b.val[0], lo), width), vcleq_u8(vsubq_u8(b.val[1], lo), width),
                vcleq_u8(vsubq_u8(b.val[2], lo), width), vcleq_u8(vsubq_u8(b.val[3], lo), width));
}
static inline uint64_t beyond_ascii(block b) { return between(b, 0x80, 0xFF); }
static inline block lowered(block b) {
    for (int i = 0; i < 4; i++) b.val[i] = vorrq_u8(b.val[i], vdupq_n_u8(0x20));
    return b;
}

#else
typedef struct { uint8_t byte[BLOCK]; } block;
static inline block load_block(const uint8_t *p) {
    block b;
    memcpy(b.byte, p, BLOCK);
    return b;
}
static inline uint64_t between(block b, uint8_t low, uint8_t high) {
    uint64_t mask = 0;
    for (int i = 0; i < BLOCK; i++) mask |= (uint64_t)((uint8_t)(b.byte[i] - low) <= (uint8_t)(high - low)) << i;
    return mask;
}
static inline uint64_t equal(block b, uint8_t c) { return between(b, c, c); }
static inline uint64_t beyond_ascii(block b) { return between(b, 0x80, 0xFF); }
static inline block lowered(block b) {
    for (int i = 0; i < BLOCK; i++) b.byte[i] |= 0x20;
    return b;
}
#endif

#if defined(STRATA_AVX512)
static inline __m512i counting(void) {
    return _mm512_set_epi8(
        63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35,
        34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4,
        3, 2, 1, 0);
}
#elif defined(STRATA_AVX2)
/* A byte of ones for each bit of the low eight. */
static inline uint64_t bytes_of(uint64_t mask) { return _pdep_u64(mask, UINT64_C(0x0101010101010101)) * 255; }
#endif

/* Write base + i for every bit i, in order; give the count. Made for few bits; may write 64 places. */
static inline unsigned few_positions(uint64_t mask, uint32_t base, uint32_t *out) {
    unsigned count = ones(mask);
#if defined(STRATA_AVX512)
    if (count <= 16) {
        __m128i packed = _mm512_castsi512_si128(_mm512_maskz_compress_epi8(mask, counting()));
        _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_cvtepu8_epi32(packed), _mm512_set1_epi32((int)base)));
        return count;
    }
#endif
    /* Four at a time whether there or not: a branch for each bit would be guessed wrong once a block. */
    for (unsigned done = 0; done < count; done += 4)
        for (unsigned i = 0; i < 4; i++) {
            out[done + i] = base + (mask ? first(mask) : 0);
            mask &= mask - 1;
        }
    return count;
}

/* The same for many bits. */
static inline unsigned positions(uint64_t mask, uint32_t base, uint32_t *out) {
#if defined(STRATA_AVX512)
    unsigned count = ones(mask);
    __m512i packed = _mm512_maskz_compress_epi8(mask, counting()), shift = _mm512_set1_epi32((int)base);
    _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(packed)), shift));
    __m128i next = _mm512_extracti32x4_epi32(packed, 1);
    _mm512_storeu_si512(out + 16, _mm512_add_epi32(_mm512_cvtepu8_epi32(next), shift));
    if (count > 32) {
        next = _mm512_extracti32x4_epi32(packed, 2);
        _mm512_storeu_si512(out + 32, _mm512_add_epi32(_mm512_cvtepu8_epi32(next), shift));
        next = _mm512_extracti32x4_epi32(packed, 3);
        _mm512_storeu_si512(out + 48, _mm512_add_epi32(_mm512_cvtepu8_epi32(next), shift));
    }
    return count;
#elif defined(STRATA_AVX2)
    uint32_t *at = out;
    for (unsigned i = 0; i < 64; i += 8) {
        uint64_t part = mask >> i & 255, places = _pext_u64(UINT64_C(0x0706050403020100), bytes_of(part));
        __m256i wide = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)places));
        _mm256_storeu_si256((__m256i *)at, _mm256_add_epi32(wide, _mm256_set1_epi32((int)(base + i))));
        at += ones(part);
    }
    return (unsigned)(at - out);
#else
    unsigned count = ones(mask);
    for (unsigned done = 0; done < count; done += 8)
        for (unsigned i = 0; i < 8; i++) {
            out[done + i] = base + (mask ? first(mask) : 0);
            mask &= mask - 1;
        }
    return count;
#endif
}

/* Write the bytes whose bit is set, in order; give the count. May write 64 places. */
static inline unsigned squeeze(block b, const uint8_t *p, uint64_t mask, uint8_t *out) {
    unsigned count = ones(mask);
#if defined(STRATA_AVX512)
    (void)p;
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(mask, b));
#elif defined(STRATA_AVX2)
    (void)b;
    for (unsigned i = 0; i < 64; i += 8) {
        uint64_t part = mask >> i & 255, eight;
        memcpy(&eight, p + i, 8);
        eight = _pext_u64(eight, bytes_of(part));
        memcpy(out, &eight, 8);
        out += ones(part);
    }
#else
    (void)b;
    for (unsigned done = 0; done < count; done += 8)
        for (unsigned i = 0; i < 8; i++) {
            out[done + i] = mask ? p[first(mask)] : 0;
            mask &= mask - 1;
        }
#endif
    return count;
}

#endif
