/* Words to hashes, a chunk at a time, in loops that compilers turn into vector code.

   A word is a run of [A-Za-z0-9_] and of bytes from 0x80; any other byte that is not white space is a token by itself.
   folded       mix(sum of c[i] * WORD_FACTOR^(i+1)), c[i] the i-th eight bytes of the word with A-Z as a-z, little-endian,
                the last padded with zeros: words of up to eight bytes never collide.
   exact        folded + fold_up(sum of capitals(c[i]) << (i mod 8)): as folded, but capitals count.
   norm_hash    of the exact hashes of the words in order, and of the first byte of every token in order.
   shingle      sum of the folded hashes of five words in a row, each rotated by 13 bits for every word behind it. */
#ifndef CODESTRATA_WORDS_H
#define CODESTRATA_WORDS_H

#include "text.h"

typedef struct {
    uint64_t sum, power; /* of the values so far; STREAM_FACTOR to the number of values so far */
} stream;

/* Add values[0..n) to a stream: sum of value[k] * STREAM_FACTOR^k. */
static inline void add_to_stream(stream *t, const uint64_t *values, size_t n, const uint64_t *power) {
    for (size_t done = 0; done < n; done += STEP) {
        size_t part = n - done < STEP ? n - done : STEP;
        uint64_t sum = 0;
        for (size_t i = 0; i < part; i++) sum += values[done + i] * power[i];
        t->sum += t->power * sum;
        t->power *= power[part];
    }
}

static inline void fill_powers(uint64_t *power) {
    power[0] = 1;
    for (int i = 0; i < STEP; i++) power[i + 1] = power[i] * STREAM_FACTOR;
}

/* Several words at once where the machine can: GNU vectors, as compilers do not see through the loop by themselves. */
#if defined(STRATA_AVX512)
enum { LANES = 8 };
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14
#define ODD 1, 3, 5, 7, 9, 11, 13, 15
#elif defined(STRATA_AVX2)
enum { LANES = 4 };
#define EVEN 0, 2, 4, 6
#define ODD 1, 3, 5, 7
#else
enum { LANES = 1 };
#endif
#if defined(EVEN)
typedef uint64_t lanes __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
#define BELOW(a, b) ((lanes)((a) < (b)))
#if defined(__clang__)
#define PICK(a, b, which) __builtin_shufflevector(a, b, which)
#else
#define PICK(a, b, which) __builtin_shuffle(a, b, (lanes){which})
#endif
#else
typedef uint64_t lanes;
#define BELOW(a, b) (-(lanes)((a) < (b)))
#endif

/* Ones in the lowest n bits, n in 0..64; two shifts, as none may be by 64. */
static inline lanes low_bits(lanes n) {
    lanes none = n ^ n;
    return ~(~none << (n >> 1) << (n - (n >> 1)));
}

/* Bit 0 of each byte that is A to Z (or the underscore, which meets no other byte of a word in lower case). */
static inline lanes capitals(lanes x) {
    return (x & UINT64_C(0x4040404040404040) & ~(x << 1) & ~(x >> 1)) >> 6;
}

static inline lanes mix_lanes(lanes x) {
    x ^= x >> 32;
    x *= MIX_FACTOR;
    return x ^ x >> 32;
}

static inline lanes spread(lanes capital) {
    lanes x = capital * WORD_FACTOR;
    return x ^ x >> 32;
}

/* Words over 16 bytes, and words so near the end of the arena that not all of 16 bytes may be read. */
static inline void hash_slowly(const uint8_t *p, size_t size, int safe, uint64_t *exact, uint64_t *folded) {
    uint64_t sum = 0, capital = 0, factor = WORD_FACTOR;
    for (size_t at = 0; at < size; at += 8, factor *= WORD_FACTOR) {
        size_t rest = size - at < 8 ? size - at : 8;
        uint64_t c = 0;
        if (safe) c = little64(p + at) & ~UINT64_C(0) >> (64 - 8 * rest);
        else for (size_t i = 0; i < rest; i++) c |= (uint64_t)p[at + i] << (8 * i);
        uint64_t up = (c & UINT64_C(0x4040404040404040) & ~(c << 1) & ~(c >> 1)) >> 6;
        sum += (c | up << 5) * factor;
        capital += up << (at / 8 % 8);
    }
    capital *= WORD_FACTOR;
    *folded = mix(sum);
    *exact = *folded + (capital ^ capital >> 32);
}

/* Whole vectors: what lies behind the last word is not looked at. */
static inline void hash_short(const scratch *s, uint64_t *exact, uint64_t *folded, size_t n) {
    for (size_t k = 0; k < n; k += LANES) {
#if defined(EVEN)
        lanes edges = *(const lanes *)(s->edge + 2 * k), bits = ((edges >> 32) - (edges & 0xFFFFFFFF)) << 3;
        lanes near = *(const lanes *)(s->text + 2 * k), far = *(const lanes *)(s->text + 2 * k + LANES);
        lanes a = PICK(near, far, EVEN), b = PICK(near, far, ODD);
#else
        lanes bits = (lanes)(s->edge[2 * k + 1] - s->edge[2 * k]) << 3;
        lanes a = little64((const uint8_t *)(s->text + 2 * k)), b = little64((const uint8_t *)(s->text + 2 * k + 1));
#endif
        lanes most = bits ^ bits, beyond, high;
        most += 64;
        beyond = BELOW(most, bits), high = (bits - 64) & beyond;
        a &= low_bits(bits - high);
        beyond = BELOW(most, high), high = (high & ~beyond) | (most & beyond);
        b &= low_bits(high);
        lanes up = capitals(a), next = capitals(b);
        lanes x = mix_lanes((a | up << 5) * WORD_FACTOR + (b | next << 5) * (WORD_FACTOR * WORD_FACTOR));
        *(lanes *)(folded + k) = x;
        *(lanes *)(exact + k) = x + spread(up + (next << 1));
    }
}

/* exact[k], folded[WINDOW - 1 + k] for the words k < n of a chunk. `limit`: 16 bytes may be read up to this offset. */
static inline void hash_words(scratch *s, const uint8_t *text, int64_t limit, size_t n) {
    uint64_t *folded = s->folded + WINDOW - 1;
    size_t slows = 0, inside = n;
    while (inside > 0 && s->edge[2 * inside - 2] > limit) inside--;
    for (size_t k = 0; k < inside; k++) {
        uint32_t from = s->edge[2 * k], size = s->edge[2 * k + 1] - from;
        s->slow[slows] = (uint32_t)k;
        slows += (16 - size) >> 31; /* more than 16; a branch here would often be guessed wrong */
        memcpy(s->text + 2 * k, text + from, 16);
    }
    for (size_t k = inside; k < n; k++) s->slow[slows++] = (uint32_t)k;
    hash_short(s, s->exact, folded, n);
    for (size_t i = 0; i < slows; i++) {
        uint32_t k = s->slow[i], from = s->edge[2 * k], size = s->edge[2 * k + 1] - from;
        hash_slowly(text + from, size, from + (int64_t)size <= limit, s->exact + k, folded + k);
    }
}

/* folded[0..n + 4) to n shingles. */
static inline void hash_windows(const uint64_t *restrict folded, size_t n, uint64_t *restrict out) {
    for (size_t k = 0; k < n; k++)
        out[k] = rotate(folded[k], 52) + rotate(folded[k + 1], 39) + rotate(folded[k + 2], 26) + rotate(folded[k + 3], 13) +
                 folded[k + 4];
}

/* The one shingle of a text of one to four words; their number keeps it apart from the others. */
static inline uint64_t hash_few(const uint64_t *folded, size_t n) {
    uint64_t x = mix(n * WORD_FACTOR);
    for (size_t k = 0; k < n; k++) x = rotate(x, 13) + folded[k];
    return x;
}

/* One permutation hashing (Li, Owen, Zhang 2012): a shingle's high bits name its bin, the smallest in a bin stands for it. */
static inline void fill_bins(uint64_t *restrict bin, const uint64_t *restrict shingle, size_t n) {
    for (size_t k = 0; k < n; k++) {
        uint64_t x = shingle[k], old = bin[x >> 57];
        bin[x >> 57] = old ^ ((x ^ old) & -(uint64_t)(x < old));
    }
}

/* Ordinary MinHash of the low 32 bits of shingles, for a bin that no shingle fell into. */
static inline uint32_t least_product(const uint32_t *restrict low, size_t n, uint32_t least, uint64_t bin) {
    uint32_t factor = (uint32_t)(mix((bin + 1) * WORD_FACTOR)) | 1;
    for (size_t k = 0; k < n; k++) {
        uint32_t x = low[k] * factor;
        least = x < least ? x : least;
    }
    return least;
}

/* The smallest shingle of each bin to 16 bits. An empty bin gets a MinHash of its own, so that two texts agree in any bin
   with a probability of their Jaccard index. */
static inline void sign(const uint64_t *bin, const uint64_t *restrict shingle, size_t n, uint16_t *signature) {
    uint32_t low[1024], least[BINS];
    uint8_t empty[BINS];
    size_t empties = 0;
    for (int j = 0; j < BINS; j++) {
        signature[j] = (uint16_t)(bin[j] >> 16);
        empty[empties] = (uint8_t)j, least[j] = UINT32_MAX;
        empties += bin[j] == UINT64_MAX;
    }
    for (size_t done = 0; empties && done < n; done += 1024) {
        size_t part = n - done < 1024 ? n - done : 1024;
        for (size_t k = 0; k < part; k++) low[k] = (uint32_t)shingle[done + k];
        for (size_t e = 0; e < empties; e++) least[empty[e]] = least_product(low, part, least[empty[e]], empty[e]);
    }
    for (size_t e = 0; e < empties; e++) signature[empty[e]] = (uint16_t)least[empty[e]];
}

#endif
