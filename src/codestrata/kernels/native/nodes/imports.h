/* Rows of imports as kernels write them. */
#ifndef STRATA_IMPORTS_H
#define STRATA_IMPORTS_H
#include "laid.h"

/* Rows of target, names and alias, one behind the other in a buffer of `bytes` each; see codestrata/kernels/nodes/imports.py.
   What does not fit, or is not what a kernel reads, is left to its twin: `left` has the nodes. */
typedef struct {
    int64_t *node;
    int32_t *relative;
    uint8_t *use;
    uint8_t *target, *names, *alias;
    int64_t *targets, *named, *aliases; /* where each row ends, behind a 0 */
    int64_t *left;
    int64_t rows, bytes, most, lefts; /* rows there are, room for bytes and for rows, nodes left */
} strata_imports;

enum { RUNTIME, LAZY, TYPING, REEXPORT };
enum { TARGET, NAMES, ALIAS };

typedef struct {
    const uint8_t *at;
    int64_t size;
} piece;

/* Two names of one thing; the second may be empty. */
typedef struct {
    piece name, alias;
} pair;

static const piece NONE = {(const uint8_t *)"", 0}, COMMA = {(const uint8_t *)",", 1};

/* A row in the making: where it may write, and whether anything went wrong. */
typedef struct {
    strata_imports *out;
    int64_t node, at[3];
    int failed;
} maker;

static inline maker begin(strata_imports *out, int64_t node) {
    maker m = {out, node, {out->targets[out->rows], out->named[out->rows], out->aliases[out->rows]}, 0};
    return m;
}

static inline void put(maker *m, int which, piece p) {
    uint8_t *to[3] = {m->out->target, m->out->names, m->out->alias};
    if (m->failed || m->at[which] + p.size > m->out->bytes) {
        m->failed = 1;
        return;
    }
    memcpy(to[which] + m->at[which], p.at, (size_t)p.size);
    m->at[which] += p.size;
}

static inline void row(maker *m, int32_t relative, uint8_t use) {
    strata_imports *out = m->out;
    if (m->failed || out->rows >= out->most) {
        m->failed = 1;
        return;
    }
    out->node[out->rows] = m->node, out->relative[out->rows] = relative, out->use[out->rows] = use;
    out->rows++;
    out->targets[out->rows] = m->at[TARGET], out->named[out->rows] = m->at[NAMES], out->aliases[out->rows] = m->at[ALIAS];
}

/* One row, all at once. */
static inline void whole_row(maker *m, piece target, piece names, piece alias, int32_t relative, uint8_t use) {
    put(m, TARGET, target), put(m, NAMES, names), put(m, ALIAS, alias);
    row(m, relative, use);
}

/* One row for the names without another name, and one for each with one. */
static inline void grouped(maker *m, piece target, const pair *pairs, int64_t n, int32_t relative, uint8_t use) {
    int64_t plain = 0, begun = m->at[NAMES];
    for (int64_t i = 0; i < n; i++)
        if (!pairs[i].alias.size) {
            if (plain++) put(m, NAMES, COMMA);
            put(m, NAMES, pairs[i].name);
        }
    if (m->at[NAMES] > begun) {
        put(m, TARGET, target);
        row(m, relative, use);
    }
    for (int64_t i = 0; i < n; i++)
        if (pairs[i].alias.size) whole_row(m, target, pairs[i].name, pairs[i].alias, relative, use);
}

static inline int same(piece a, piece b) { return a.size == b.size && memcmp(a.at, b.at, (size_t)a.size) == 0; }
static inline int begins(piece p, const char *what, int64_t size) {
    return p.size >= size && memcmp(p.at, what, (size_t)size) == 0;
}
static inline int is(piece p, const char *what) { return p.size == (int64_t)strlen(what) && begins(p, what, p.size); }

static inline piece text_of(const strata_laid *t, int64_t node) {
    piece p = {t->arena, 0};
    if (node >= 0) p.at = t->arena + t->start[node], p.size = t->end[node] - t->start[node];
    return p;
}

/* Has a text nothing but ASCII in it (and `solid`: no white space and no control letters)? */
static inline int plain_text(piece p, int solid) {
    int odd = 0;
    for (int64_t i = 0; i < p.size; i++) odd |= p.at[i] >= 0x80 || (solid && p.at[i] <= ' ');
    return !odd;
}

/* What was made of a node is kept, or undone and left to the twin. */
static inline void finish(maker *m, int64_t rows) {
    if (!m->failed) return;
    m->out->rows = rows;
    m->out->left[m->out->lefts++] = m->node;
}

#endif
