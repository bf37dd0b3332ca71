/* The pass over one text, compiled once for each instruction set; see measure.c for who calls it. */
#include <stdlib.h>

#include "block.h"
#include "encoded.h"
#include "lexer.h"
#include "lines.h"
#include "words.h"

#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)

typedef struct {
    scratch *s;
    const uint8_t *text, *end;
    int64_t size;
    const family *family;
    measures *out;
    lexer lexer;
    encoded encoded;
    stream words, tokens;
    uint64_t word, prefix, code_prefix, space, and, or, question; /* what the last block hands on: one bit each */
    size_t edges, newlines, token_bytes, shingles;
    lines lines;
    int64_t beyond, continuation, blank, uncommented, decisions;
    uint64_t bin[BINS];
} pass;

static int is_word(uint8_t c) { return (uint8_t)(lower_case(c) - 'a') < 26 || (uint8_t)(c - '0') < 10 || c == '_' || c > 127; }

/* Does the question mark at `at` stand right between a value and the beginning of another? */
static int joins(const pass *p, int64_t at) {
    if (at == 0 || at + 1 >= p->size) return 0;
    uint8_t before = p->text[at - 1], after = p->text[at + 1];
    return (is_word(before) || before == ')' || before == ']') &&
           (is_word(after) || after == '"' || after == '\'' || after == '`' || after == '$');
}

static inline void lex_block(pass *p, block b, uint64_t newline, uint64_t white, int64_t base, uint64_t *code) {
    marks m = lex(&p->lexer, b, newline, base);
    unsigned wanted = p->family->operators;
    p->uncommented += ones(idle_lines((white | m.comment) & ~newline, newline, &p->code_prefix));
    *code = ~(m.comment | m.string);
    if (wanted & AND_AND) {
        uint64_t and = equal(b, '&') & *code, or = equal(b, '|') & *code;
        p->decisions += ones(and & (and << 1 | p->and));
        p->and = and >> 63;
        if (wanted & OR_OR) p->decisions += ones(or & (or << 1 | p->or));
        p->or = or >> 63;
    }
    if (wanted & (QUESTION | SPACED_QUESTION)) {
        uint64_t question = equal(b, '?') & *code;
        if (wanted & JOINED_QUESTION)
            for (uint64_t left = question; left; left &= left - 1) p->decisions += joins(p, base + first(left));
        if (wanted & SPACED_QUESTION) {
            question &= white << 1 | p->space;
            p->decisions += ones(white & (question << 1 | p->question));
            p->question = question >> 63;
        } else {
            p->decisions += ones(question);
        }
    }
}

/* `at` holds the block's 64 bytes: in the text, or a padded copy. `valid` leaves out the padding. */
static inline __attribute__((always_inline)) void read_block(pass *p, const uint8_t *at, int64_t base, uint64_t valid, int full) {
    scratch *s = p->s;
    block b = load_block(at);
    uint64_t small = between(b, 'a', 'z'), capital = between(b, 'A', 'Z'), digit = between(b, '0', '9');
    uint64_t beyond = beyond_ascii(b), newline = equal(b, '\n'), white = between(b, 9, 13) | equal(b, ' ');
    uint64_t letters = small | capital, word = letters | digit | beyond | equal(b, '_');
    uint64_t before = word << 1 | p->word;
    p->edges += positions(word ^ before, (uint32_t)base, s->edge + p->edges);
    p->word = word >> 63;
    if (!full) return;
    int64_t *column = p->out->column;
    p->token_bytes += squeeze(b, at, (word & ~before) | ~(word | white), s->token_byte + p->token_bytes);
    p->newlines += few_positions(newline, (uint32_t)base, s->newline + p->newlines);
    column[LINES] += ones(newline);
    column[ALPHA] += ones(letters);
    column[DIGITS] += ones(digit);
    column[UPPERCASE] += ones(capital);
    column[WHITESPACE] += ones(white & valid);
    if (beyond) {
        p->beyond += ones(beyond);
        p->continuation += ones(between(b, 0x80, 0xBF));
    }
    p->blank += ones(idle_lines(white & ~newline, newline, &p->prefix));
    uint64_t backslash = equal(b, '\\'), hex = digit | between(lowered(b), 'a', 'f');
    uint64_t base64 = letters | digit | newline | equal(b, '+') | equal(b, '/') | equal(b, '=');
    base64_block(&p->encoded, base64 & valid);
    uint64_t comma = equal(b, ','), digital = hex | white | backslash | comma | equal(b, 'x');
    hex_block(&p->encoded, hex, digital & valid & ~hex_breaks(comma, white, word), p->text, p->size, base);
    unicode_block(&p->encoded, backslash, b, p->text, p->size, base);
    if (p->family->rules || p->family->operators || p->family->decisions)
        lex_block(p, b, newline, white, base, s->code + 1 + (base / BLOCK) % (CHUNK / BLOCK));
    p->space = white >> 63;
}

static inline void count_decisions(pass *p, size_t n) {
    const family *f = p->family;
    const scratch *s = p->s;
    const uint64_t *hash = f->ignore_case ? s->folded + WINDOW - 1 : s->exact;
    for (size_t k = 0; k < n; k++) {
        uint64_t x = hash[k];
        if (__builtin_expect(f->decision[x >> f->shift & 255] == x, 0)) {
            uint32_t at = s->edge[2 * k];
            /* a word that began in the chunk before did so in its last block */
            unsigned row = at % CHUNK / BLOCK + 1;
            if (s->edge[2 * k + 1] / CHUNK != at / CHUNK) row = 0;
            p->decisions += s->code[row] >> (at % BLOCK) & 1;
        }
    }
}

static int room_for(scratch *s, size_t n) {
    if (n <= s->room) return 1;
    size_t room = n + n / 2 + 65536;
    uint64_t *bigger = realloc(s->shingle, room * sizeof *bigger);
    if (!bigger) return 0;
    s->shingle = bigger, s->room = room;
    return 1;
}

/* The words that ended in this chunk become hashes, windows, decisions; an open word moves to the next chunk. */
static inline __attribute__((always_inline)) int end_chunk(pass *p, int64_t limit, int full) {
    scratch *s = p->s;
    size_t n = p->edges / 2, seen = (size_t)p->out->column[WORDS], kept = seen < WINDOW - 1 ? seen : WINDOW - 1;
    if (!room_for(s, p->shingles + n)) return 0;
    hash_words(s, p->text, limit, n);
    /* the last four words of the chunks before lie just in front */
    size_t begin = WINDOW - 1 - kept, windows = kept + n < WINDOW ? 0 : kept + n - (WINDOW - 1);
    hash_windows(s->folded + begin, windows, s->shingle + p->shingles);
    if (full) {
        fill_bins(p->bin, s->shingle + p->shingles, windows);
        add_to_stream(&p->words, s->exact, n, s->power);
        if (p->family->decisions) count_decisions(p, n);
        s->code[0] = s->code[CHUNK / BLOCK];
        size_t eights = p->token_bytes / 8;
        for (size_t k = 0; k < eights; k++) s->token[k] = mix(little64(s->token_byte + 8 * k));
        add_to_stream(&p->tokens, s->token, eights, s->power);
        p->out->column[TOKENS] += (int64_t)(8 * eights);
        p->token_bytes -= 8 * eights;
        memmove(s->token_byte, s->token_byte + 8 * eights, p->token_bytes);
        end_lines(&p->lines, p->text, s->newline, p->newlines, p->continuation == 0);
        p->newlines = 0;
    }
    p->shingles += windows;
    p->out->column[WORDS] += (int64_t)n;
    memmove(s->folded, s->folded + n, (WINDOW - 1) * sizeof *s->folded);
    s->edge[0] = s->edge[2 * n];
    p->edges -= 2 * n;
    return 1;
}

static inline void end_tokens(pass *p) {
    uint8_t last[8] = {0};
    memcpy(last, p->s->token_byte, p->token_bytes);
    uint64_t value = mix(little64(last));
    if (p->token_bytes) add_to_stream(&p->tokens, &value, 1, p->s->power);
    p->out->column[TOKENS] += (int64_t)p->token_bytes;
    uint64_t tokens = mix(p->tokens.sum + (uint64_t)p->out->column[TOKENS]);
    p->out->norm_hash = p->out->column[TOKENS] ? mix(p->words.sum * STREAM_FACTOR + tokens) : 0;
}

static int end_text(pass *p) {
    scratch *s = p->s;
    int64_t *column = p->out->column, words = column[WORDS];
    if (words > 0 && words < WINDOW) {
        if (!room_for(s, 1)) return 0;
        s->shingle[0] = hash_few(s->folded + WINDOW - 1 - words, (size_t)words);
        fill_bins(p->bin, s->shingle, 1);
        p->shingles = 1;
    }
    column[SHINGLES] = (int64_t)p->shingles;
    return 1;
}

static void finish(pass *p) {
    int64_t *column = p->out->column;
    int64_t wide = p->beyond - p->continuation;
    end_tokens(p);
    base64_end(&p->encoded);
    if (p->encoded.digits >= FEWEST_DIGITS && p->encoded.hex_done < p->size)
        count_hex(&p->encoded, p->text, p->size, p->size - 1);
    column[CHARS] = p->size - p->continuation;
    column[ALNUM] = column[ALPHA] + column[DIGITS] + wide;
    column[ALPHA] += wide;
    column[BLANK_LINES] = p->blank;
    column[COMMENT_LINES] = p->family->rules ? p->uncommented - p->blank : 0;
    column[MAX_LINE] = p->lines.longest;
    column[COMPLEXITY] = p->family->operators || p->family->decisions ? 1 + p->decisions : -1;
    column[ENCODED_MAX] = p->encoded.longest;
    column[ENCODED_TOTAL] = p->encoded.total;
}

static inline __attribute__((always_inline)) int read_text(pass *p, int full) {
    int64_t size = p->size, limit = (int64_t)(p->end - p->text) - 16, base = 0, whole = size / BLOCK * BLOCK;
    while (base < whole) {
        int64_t stop = whole - base < CHUNK ? whole : base + CHUNK;
        for (; base < stop; base += BLOCK) read_block(p, p->text + base, base, ~UINT64_C(0), full);
        if (base % CHUNK == 0 && !end_chunk(p, limit, full)) return 0;
    }
    if (size > whole || (size && p->text[size - 1] != '\n')) {
        uint8_t last[BLOCK];
        size_t rest = (size_t)(size - whole);
        memset(last, ' ', BLOCK);
        memcpy(last, p->text + whole, rest);
        if (p->text[size - 1] != '\n') last[rest] = '\n';
        read_block(p, last, base, ~since((unsigned)rest), full);
    }
    return end_chunk(p, limit, full) && end_text(p);
}

static void begin(pass *p, const uint8_t *text, size_t size, const uint8_t *end, const family *f, measures *out, scratch *s) {
    memset(out, 0, sizeof *out);
    if (size >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF) text += 3, size -= 3; /* a byte order mark */
    *p = (pass){.s = s, .text = text, .end = end, .size = (int64_t)size, .family = f, .out = out};
    p->lexer = (lexer){.text = text, .size = (int64_t)size, .family = f};
    p->prefix = p->code_prefix = p->space = 1;
    p->words.power = p->tokens.power = 1;
    memset(p->bin, 0xFF, sizeof p->bin);
}

/* All columns, the norm_hash and the signature of one text. Gives 0 when memory ran out. */
int JOIN(strata_measure, STRATA_TARGET)(const uint8_t *text, size_t size, const uint8_t *end, const family *f, measures *out,
                                        scratch *s) {
    pass p;
    begin(&p, text, size, end, f, out, s);
    if (!read_text(&p, 1)) return 0;
    finish(&p);
    if (p.shingles) sign(p.bin, s->shingle, p.shingles, out->signature);
    return 1;
}

/* Only the shingles of one text, in its order: out->column[SHINGLES] of them in s->shingle. */
int JOIN(strata_shingle, STRATA_TARGET)(const uint8_t *text, size_t size, const uint8_t *end, const family *f, measures *out,
                                        scratch *s) {
    pass p;
    begin(&p, text, size, end, f, out, s);
    return read_text(&p, 0);
}
