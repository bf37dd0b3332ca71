/* Scans over bytes, 64 at a time; built once for each instruction set, beside the pass. */
#include "block.h"
#include "scans.h"

/* The next place in [p, end) where byte `a` stands, and byte `b` `gap` bytes behind it (gap > 0), or NULL. */
const uint8_t *JOIN(strata_pair, STRATA_TARGET)(const uint8_t *p, const uint8_t *end, uint8_t a, uint8_t b, int64_t gap) {
    for (; end - p >= BLOCK + gap; p += BLOCK) {
        uint64_t both = equal(load_block(p), a) & equal(load_block(p + gap), b);
        if (both) return p + first(both);
    }
    for (; end - p > gap; p++)
        if (*p == a && p[gap] == b) return p;
    return NULL;
}

/* Is there a zero byte (bit 0), is there a byte from 0x80 (bit 1)? */
int JOIN(strata_look, STRATA_TARGET)(const uint8_t *p, int64_t size) {
    int seen = 0;
    for (int64_t at = 0; at < size && seen != 3;) {
        uint8_t any = 0, zero = 0;
        if (size - at >= LOOK)
            for (int i = 0; i < LOOK; i++, at++) any |= p[at], zero |= p[at] == 0;
        else
            for (; at < size; at++) any |= p[at], zero |= p[at] == 0;
        seen |= zero | (any >> 7) << 1;
    }
    return seen;
}

/* Does a line begin, or begin behind blanks, with one of `count` bytes, so that `check` is content with what stands there? */
int JOIN(strata_lines, STRATA_TARGET)(const uint8_t *p, const uint8_t *end, const uint8_t *bytes, int count, line_check *check,
                                      const void *context) {
    uint8_t last[BLOCK];
    uint64_t fresh = 1, led = 0; /* the block begins a line; it goes on with the blanks that begin one */
    for (; p < end; p += BLOCK) {
        size_t rest = (size_t)(end - p);
        if (rest < BLOCK) memset(last, 0, BLOCK), memcpy(last, p, rest);
        block b = load_block(rest < BLOCK ? last : p);
        uint64_t newline = equal(b, '\n'), blank = (between(b, 9, 13) & ~newline) | equal(b, ' '), wanted = 0;
        uint64_t starts = newline << 1 | fresh, begins = starts | led, run = begins & blank, behind = run + blank;
        for (int i = 0; i < count; i++) wanted |= equal(b, bytes[i]);
        fresh = newline >> 63, led = behind < run;
        wanted &= starts | (begins & ~blank) | (behind & ~blank);
        for (; wanted; wanted &= wanted - 1)
            if (first(wanted) < rest && check(p + first(wanted), end, context)) return 1;
    }
    return 0;
}

/* Which of BLOCK bytes from p on, with 16 readable behind them, begin a piece that may be of a text. */
static inline uint64_t begin_pieces(const uint8_t *p, const uint32_t *words) {
    uint64_t found = 0;
#if defined(STRATA_AVX2) || defined(STRATA_AVX512)
    const __m256i four = _mm256_set_epi8(10, 9, 8, 7, 9, 8, 7, 6, 8, 7, 6, 5, 7, 6, 5, 4, 6, 5, 4, 3, 5, 4, 3, 2, 4, 3, 2, 1, 3, 2, 1, 0);
    const __m256i multiplier = _mm256_set1_epi32((int)PIECE_MULTIPLIER), low = _mm256_set1_epi32(31);
    for (int i = 0; i < BLOCK; i += 8) {
        __m256i eight = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(p + i)));
        __m256i fours = _mm256_shuffle_epi8(eight, four), threes = _mm256_and_si256(fours, _mm256_set1_epi32(0xFFFFFF));
        __m256i places = _mm256_srli_epi32(_mm256_mullo_epi32(threes, multiplier), PIECE_SHIFT);
        __m256i bits = _mm256_andnot_si256(_mm256_srli_epi32(fours, 24), low); /* how far the bit is from the top */
        __m256i tops = _mm256_sllv_epi32(_mm256_i32gather_epi32((const int *)words, places, 4), bits);
        found |= (uint64_t)(uint8_t)_mm256_movemask_ps(_mm256_castsi256_ps(tops)) << i;
    }
#else
    for (int i = 0; i < BLOCK; i++) found |= (uint64_t)(words[piece_word(p + i)] >> (p[i + PIECE] & 31) & 1) << i;
#endif
    return found;
}

/* Where in n bytes, a multiple of BLOCK with 16 readable behind them, pieces begin that may be of a text. */
int64_t JOIN(strata_pieces, STRATA_TARGET)(const uint8_t *p, int64_t n, const uint32_t *words, int32_t *out) {
    int64_t count = 0;
    for (int64_t block = 0; block < n; block += BLOCK)
        for (uint64_t left = begin_pieces(p + block, words); left; left &= left - 1) out[count++] = (int32_t)(block + first(left));
    return count;
}
