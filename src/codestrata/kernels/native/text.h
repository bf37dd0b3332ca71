/* What a pass over one text needs: constants of the hashes, the layout of a result, scratch memory. */
#ifndef CODESTRATA_TEXT_H
#define CODESTRATA_TEXT_H

#include "kernels.h"

enum { CHUNK = 4096, MOST_WORDS = CHUNK / 2 + 80, STEP = 256, WINDOW = 5, BINS = 128 };

/* Odd, and 5 modulo 8, so that powers stay distinct as long as 64 bits allow: the golden ratio in 64 bits, and a
   neighbour of a multiplier of xxHash. The last is a multiplier of Steele and Vigna's mixers. */
#define WORD_FACTOR UINT64_C(0x9E3779B97F4A7C15)
#define STREAM_FACTOR UINT64_C(0xC2B2AE3D27D4EB4D)
#define MIX_FACTOR UINT64_C(0xD6E8FEB86659FD93)

/* The columns of one text, in this order; see kernels/measure.py. */
enum {
    LINES, BLANK_LINES, COMMENT_LINES, MAX_LINE, WORDS, TOKENS, COMPLEXITY, CHARS, ALNUM, ALPHA, DIGITS, WHITESPACE,
    UPPERCASE, ENCODED_MAX, ENCODED_TOTAL, SHINGLES, COLUMNS
};

typedef struct {
    uint8_t kind, where, nested, multiline, escape, open_size, close_size, spare;
    uint8_t open[8], close[8];
} rule;

enum { LINE_COMMENT, BLOCK_COMMENT, STRING, CHARACTER };
enum { ANYWHERE, SPACED, FIRST, COLUMN, UNESCAPED };
enum { AND_AND = 1, OR_OR = 2, QUESTION = 4, SPACED_QUESTION = 8, JOINED_QUESTION = 16 };
enum { MOST_TRIGGERS = 8, MOST_RULES = 12 };

/* One comment-syntax family, packed by kernels/syntax.py. `triggers` are the bytes a rule can begin with; `decision` is
   a table of word hashes without collisions, indexed by eight bits of the hash. */
typedef struct {
    uint8_t rules, triggers, ignore_case, operators, shift, decisions, spare[2];
    uint8_t trigger[MOST_TRIGGERS];
    rule rule[MOST_RULES];
    uint64_t decision[256];
} family;

typedef struct {
    int64_t column[COLUMNS];
    uint64_t norm_hash;
    uint16_t signature[BINS];
} measures;

/* Reused from text to text; the shingle hashes of a text grow as they must. */
typedef struct {
    uint32_t edge[2 * MOST_WORDS]; /* where words begin and end, by turns */
    uint32_t slow[MOST_WORDS], newline[CHUNK + 80];
    uint64_t text[2 * MOST_WORDS]; /* the first 16 bytes from each word's beginning */
    uint64_t exact[MOST_WORDS], folded[MOST_WORDS + WINDOW];
    uint64_t token[CHUNK / 8 + 24], code[CHUNK / 64 + 4], power[STEP + 1];
    uint8_t token_byte[CHUNK + 160];
    uint64_t *shingle, *spare;
    size_t room;
} scratch;

static inline uint64_t little64(const uint8_t *p) {
    uint64_t x;
    memcpy(&x, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x;
}

static inline uint64_t mix(uint64_t x) {
    x ^= x >> 32;
    x *= MIX_FACTOR;
    return x ^ x >> 32;
}

static inline uint64_t rotate(uint64_t x, int by) { return x << by | x >> (64 - by); }

/* Sort and drop what is there twice; give the count. `spare` has room for n. */
size_t strata_unique(uint64_t *values, uint64_t *spare, size_t n);

typedef int text_pass(const uint8_t *text, size_t size, const uint8_t *end, const family *f, measures *out, scratch *s);
text_pass strata_measure_base, strata_measure_avx2, strata_measure_avx512;
text_pass strata_shingle_base, strata_shingle_avx2, strata_shingle_avx512;

#endif
