/* Where the comments and strings of a text are, block by block, for one family of languages. */
#ifndef CODESTRATA_LEXER_H
#define CODESTRATA_LEXER_H

#include "block.h"
#include "text.h"

typedef struct {
    const uint8_t *text;
    int64_t size;
    const family *family;
    const rule *in;    /* the comment or string we are in, or NULL */
    const rule *out;   /* the one that a mark across two blocks belongs to */
    int64_t resume;    /* no byte before this place opens or closes anything */
    int depth;
} lexer;

typedef struct { uint64_t comment, string; } marks;

static inline uint8_t lower_case(uint8_t c) { return (uint8_t)(c - 'A') < 26 ? c | 0x20 : c; }

static int same(const lexer *l, int64_t at, const uint8_t *mark, unsigned size) {
    if (at + size > l->size) return 0;
    for (unsigned i = 0; i < size; i++) {
        uint8_t c = l->text[at + i];
        if ((l->family->ignore_case ? lower_case(c) : c) != mark[i]) return 0;
    }
    return 1;
}

static int is_blank(uint8_t c) { return c == ' ' || (uint8_t)(c - 9) < 5; }

static int allowed(const lexer *l, int64_t at, unsigned where) {
    uint8_t before = at ? l->text[at - 1] : '\n';
    switch (where) {
    case SPACED: return is_blank(before) || before == ';' || before == '|' || before == '&' || before == '(';
    case COLUMN: return before == '\n';
    case UNESCAPED: return before != '\\';
    case FIRST:
        while (at > 0 && l->text[at - 1] != '\n' && is_blank(l->text[at - 1])) at--;
        return at == 0 || l->text[at - 1] == '\n';
    default: return 1;
    }
}

/* A quote opens a character when a backslash follows, or one character and the closing quote. */
static int is_character(const lexer *l, const rule *r, int64_t at) {
    int64_t next = at + 1;
    if (next >= l->size) return 0;
    if (l->text[next] == '\\') return 1;
    do next++;
    while (next < l->size && next < at + 5 && (l->text[next] & 0xC0) == 0x80);
    return next < l->size && l->text[next] == r->close[0];
}

static const rule *opening(const lexer *l, int64_t at) {
    for (const rule *r = l->family->rule, *last = r + l->family->rules; r < last; r++)
        if (same(l, at, r->open, r->open_size) && allowed(l, at, r->where) &&
            (r->kind != CHARACTER || is_character(l, r, at)))
            return r;
    return NULL;
}

static inline void mark(marks *m, const rule *r, unsigned from, int64_t to) {
    uint64_t bits = since(from) & ~since(to < BLOCK ? (unsigned)to : BLOCK);
    if (r->kind <= BLOCK_COMMENT) m->comment |= bits;
    else m->string |= bits;
}

/* The place in this block where what we are in ends (BLOCK or more when it ends with bytes of the next block), or -1. */
static int64_t closing(lexer *l, block b, uint64_t newline, int64_t base, unsigned from) {
    const rule *r = l->in;
    if (r->kind == LINE_COMMENT) {
        uint64_t ends = newline & since(from);
        return ends ? (int64_t)first(ends) : -1;
    }
    uint64_t closes = equal(b, r->close[0]), escapes = r->escape ? equal(b, '\\') : 0;
    uint64_t hits = closes | escapes | (r->multiline ? 0 : newline) | (r->nested ? equal(b, r->open[0]) : 0);
    for (hits &= since(from); hits;) {
        unsigned i = first(hits);
        uint64_t bit = hits & -hits;
        if (bit & escapes) {
            from = i + 2;
        } else if (bit & closes && same(l, base + i, r->close, r->close_size)) {
            from = i + r->close_size;
            if (--l->depth == 0) return from;
        } else if (r->nested && same(l, base + i, r->open, r->open_size)) {
            from = i + r->open_size;
            l->depth++;
        } else if (bit & newline && !r->multiline) {
            return i;
        } else {
            from = i + 1;
        }
        l->resume = base + from;
        hits &= since(from < BLOCK ? from : BLOCK);
    }
    return -1;
}

static marks lex(lexer *l, block b, uint64_t newline, int64_t base) {
    marks m = {0, 0};
    uint64_t triggers = 0;
    for (unsigned i = 0; i < l->family->triggers; i++) triggers |= equal(b, l->family->trigger[i]);
    unsigned from = 0, search = 0;
    if (l->resume > base) {
        search = l->resume - base < BLOCK ? (unsigned)(l->resume - base) : BLOCK;
        if (!l->in) mark(&m, l->out, 0, search);
    }
    for (;;) {
        if (!l->in) {
            for (triggers &= since(search); triggers; triggers &= triggers - 1)
                if ((l->in = opening(l, base + first(triggers)))) break;
            if (!l->in) return m;
            from = first(triggers);
            search = from + l->in->open_size;
            l->depth = 1;
            l->resume = base + search;
        }
        int64_t end = search < BLOCK ? closing(l, b, newline, base, search) : -1;
        mark(&m, l->in, from, end < 0 ? BLOCK : end);
        if (end < 0) return m;
        l->out = l->in, l->in = NULL;
        l->resume = base + end;
        if (end >= BLOCK) return m;
        search = (unsigned)end;
    }
}

#endif
