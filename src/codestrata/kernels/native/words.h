/* Words to hashes, a chunk at a time, in loops that compilers turn into vector code.

   A word is a run of [A-Za-z0-9_] and of bytes from 0x80; any other byte that is not white space is a token by itself.
   word hash    mix(sum of c[i] * WORD_FACTOR^(i+1)), c[i] the i-th eight bytes, little-endian, the last padded with zeros:
                words of up to eight bytes never collide. `folded` is the hash of the word with A-Z as a-z.
   norm_hash    of the exact hashes of the words in order, and of the first byte of every token in order.
   shingle      mix of a polynomial over the folded hashes of five words in a row. */
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

/* Words over 16 bytes, and words at the very end of the arena where eight bytes may not be read at once. */
__attribute__((noinline)) static void hash_slowly(const uint8_t *p, size_t size, uint64_t *exact, uint64_t *folded) {
    uint64_t a = 0, b = 0, factor = WORD_FACTOR;
    for (size_t at = 0; at < size; at += 8, factor *= WORD_FACTOR) {
        uint8_t bytes[8] = {0};
        memcpy(bytes, p + at, size - at < 8 ? size - at : 8);
        uint64_t c = little64(bytes);
        a += c * factor;
        b += fold_case(c) * factor;
    }
    *exact = mix(a), *folded = mix(b);
}

/* exact[k], folded[WINDOW - 1 + k] for the words k < n of a chunk. `limit`: 16 bytes may be read up to this offset. */
static inline void hash_words(scratch *s, const uint8_t *text, int64_t limit, size_t n) {
    uint64_t *restrict head = s->head, *restrict tail = s->tail, *restrict exact = s->exact;
    uint64_t *restrict folded = s->folded + WINDOW - 1;
    const uint32_t *restrict start = s->start, *restrict end = s->end;
    uint32_t slow = 0;
    for (size_t k = 0; k < n; k++) {
        uint32_t at = start[k];
        if (__builtin_expect(at > limit, 0)) {
            head[k] = tail[k] = 0, slow = 17;
            continue;
        }
        head[k] = little64(text + at), tail[k] = little64(text + at + 8);
    }
    for (size_t k = 0; k < n; k++) {
        uint64_t length = end[k] - start[k];
        uint64_t first_bits = length < 8 ? length * 8 : 64, next_bits = length < 16 ? length * 8 - first_bits : 64;
        uint64_t a = head[k] & ~UINT64_C(0) >> (64 - first_bits);
        uint64_t b = next_bits ? tail[k] & ~UINT64_C(0) >> ((64 - next_bits) & 63) : 0;
        exact[k] = mix(a * WORD_FACTOR + b * (WORD_FACTOR * WORD_FACTOR));
        folded[k] = mix(fold_case(a) * WORD_FACTOR + fold_case(b) * (WORD_FACTOR * WORD_FACTOR));
        slow |= length > 16 ? 17 : 0;
    }
    if (slow)
        for (size_t k = 0; k < n; k++)
            if (end[k] - start[k] > 16 || start[k] > limit)
                hash_slowly(text + start[k], end[k] - start[k], exact + k, folded + k);
}

/* folded[0..n + 4) to n shingles. */
static inline void hash_windows(const uint64_t *restrict folded, size_t n, uint64_t *restrict out) {
    for (size_t k = 0; k < n; k++) {
        uint64_t x = folded[k];
        x = x * WINDOW_FACTOR + folded[k + 1];
        x = x * WINDOW_FACTOR + folded[k + 2];
        x = x * WINDOW_FACTOR + folded[k + 3];
        x = x * WINDOW_FACTOR + folded[k + 4];
        out[k] = mix(x);
    }
}

/* The one shingle of a text of one to four words; its length keeps it apart from the others. */
static inline uint64_t hash_few(const uint64_t *folded, size_t n) {
    uint64_t x = n;
    for (size_t k = 0; k < n; k++) x = x * WINDOW_FACTOR + folded[k];
    return mix(x);
}

/* One permutation hashing (Li, Owen, Zhang 2012): a shingle's high bits name its bin, the smallest in a bin stands for it. */
static inline void fill_bins(uint64_t *restrict bin, const uint64_t *restrict shingle, size_t n) {
    for (size_t k = 0; k < n; k++) {
        uint64_t x = shingle[k], *b = bin + (x >> 57);
        *b = x < *b ? x : *b;
    }
}

static inline uint64_t odd_factor(uint64_t bin) { return mix(mix((bin + 1) * WORD_FACTOR)) | 1; }

/* The smallest shingle of each bin to 16 bits. A bin that no shingle fell into gets an ordinary MinHash of its own, so that
   two texts agree in any bin with a probability of their Jaccard index. */
static inline void sign(const uint64_t *bin, const uint64_t *restrict shingle, size_t n, uint16_t *signature) {
    for (uint64_t j = 0; j < BINS; j++) {
        uint64_t least = bin[j];
        if (least == UINT64_MAX) {
            uint64_t factor = odd_factor(j);
            for (size_t k = 0; k < n; k++) {
                uint64_t x = shingle[k] * factor;
                least = x < least ? x : least;
            }
        }
        signature[j] = (uint16_t)(least >> 16);
    }
}

#endif
