/* What is counted of a text's words and lines, and how often its n-grams and lines occur. */
#ifndef CODESTRATA_TEXTURE_H
#define CODESTRATA_TEXTURE_H

#include "text.h"

enum {
    VISIBLE, TEXT_WORDS, WORD_CHARS, DISTINCT_WORDS, TOP2, TOP3, TOP4, DUPE5, DUPE6, DUPE7, DUPE8, DUPE9, DUPE10, CODE_LINES,
    DUPE_LINES, REPLACED, COMMENT_CHARS, STRING_CHARS, DOC_CHARS, LONG_STRINGS, LONG_WORD_CHARS, HEX_CHARS, TODO_LINES, ASSERT_LINES,
    IMPORT_LINES, PASS_LINES, PRINT_LINES, DIRECTIVE_LINES, MAINS, ASSIGNMENTS, TEXTURE
};
enum { LONG_WORD = 20, LONG_STRING = 20, FEWEST = 5, MOST = 10 };

typedef struct {
    int64_t words, lines;
    uint64_t *hash, *gram, *line; /* of each word, of the n-gram that begins at it, of each line with code */
    uint32_t *chars, *line_size, *owner, *count, *slot;
    uint64_t *comment, *string;
    int64_t room;
} paper;

static uint64_t stir(uint64_t x) { return x ^= x >> 32, x *= MIX_FACTOR, x ^ x >> 29; }

/* An index into count and owner for each of n hashes: that of the first that is equal. */
static void number(paper *p, const uint64_t *hash, int64_t n) {
    uint64_t slots = 16;
    while (slots < 2 * (uint64_t)n) slots *= 2;
    memset(p->slot, 0, slots * sizeof *p->slot);
    for (int64_t i = 0; i < n; i++) {
        uint64_t at = stir(hash[i]) & (slots - 1);
        while (p->slot[at] && hash[p->slot[at] - 1] != hash[i]) at = (at + 1) & (slots - 1);
        if (!p->slot[at]) p->slot[at] = (uint32_t)i + 1, p->count[i] = 0;
        p->owner[i] = p->slot[at] - 1;
        p->count[p->owner[i]]++;
    }
}

static int64_t span(const paper *p, int64_t at, int64_t n) {
    int64_t chars = 0;
    for (int64_t i = at; i < at + n; i++) chars += p->chars[i];
    return chars;
}

/* The characters of the n-gram that occurs most, the first of several, in all its places; 0 where none occurs twice. */
static int64_t most_frequent(const paper *p, int64_t grams, int64_t n) {
    int64_t best = -1;
    for (int64_t i = 0; i < grams; i++)
        if (p->owner[i] == i && (best < 0 || p->count[i] > p->count[best])) best = i;
    return best < 0 || p->count[best] < 2 ? 0 : span(p, best, n) * p->count[best];
}

/* The characters of all words that stand in an n-gram that occurs twice. */
static int64_t repeated(const paper *p, int64_t grams, int64_t n) {
    int64_t chars = 0, until = 0;
    for (int64_t i = 0; i < grams; i++) {
        if (p->count[p->owner[i]] < 2) continue;
        for (int64_t k = until > i ? until : i; k < i + n; k++) chars += p->chars[k];
        until = i + n;
    }
    return chars;
}

static void count_grams(paper *p, int64_t *column) {
    number(p, p->hash, p->words);
    for (int64_t i = 0; i < p->words; i++) column[DISTINCT_WORDS] += p->owner[i] == i;
    memcpy(p->gram, p->hash, (size_t)p->words * sizeof *p->gram);
    for (int64_t n = 2; n <= MOST && n <= p->words; n++) {
        int64_t grams = p->words - n + 1;
        for (int64_t i = 0; i < grams; i++) p->gram[i] = stir(p->gram[i] * WORD_FACTOR + p->hash[i + n - 1]);
        number(p, p->gram, grams);
        if (n < FEWEST) column[TOP2 + n - 2] = most_frequent(p, grams, n);
        else column[DUPE5 + n - FEWEST] = repeated(p, grams, n);
    }
}

static void count_lines(paper *p, int64_t *column) {
    uint64_t brace = stir(stir('}') * WORD_FACTOR + ',');
    number(p, p->line, p->lines);
    for (int64_t i = 0; i < p->lines; i++)
        column[DUPE_LINES] += p->count[p->owner[i]] > 1 && p->line_size[i] > 1 && !(p->line_size[i] == 2 && p->line[i] == brace);
}

#endif
