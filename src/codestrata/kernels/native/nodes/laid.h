/* Trees laid out as columns, and what outlines ask of their nodes. */
#ifndef STRATA_LAID_H
#define STRATA_LAID_H
#include "../kernels.h"

/* n nodes in pre-order; see codestrata/kernels/nodes/laid.py. */
typedef struct {
    const uint8_t *arena;
    const uint16_t *kind, *field;
    const int64_t *start, *end, *parent, *after;
    const uint8_t *flags, *counted;
    int64_t n, size; /* nodes, bytes of the arena */
} strata_laid;

static inline int blank(uint8_t byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

/* The first child that a node knows by a field's number (0: nothing is known by it), or -1. */
static inline int64_t known_by(const strata_laid *t, int64_t node, int32_t field) {
    if (node < 0 || field <= 0) return -1;
    int64_t child = node + 1, end = t->after[node];
    while (child < end && t->field[child] != field) child = t->after[child];
    return child < end ? child : -1;
}

/* The first part among the children from `child` on, before `end`, or -1. */
static inline int64_t part_from(const strata_laid *t, int64_t child, int64_t end) {
    while (child < end && !t->counted[child]) child = t->after[child];
    return child < end ? child : -1;
}

static inline int64_t first_part(const strata_laid *t, int64_t node) {
    return node < 0 ? -1 : part_from(t, node + 1, t->after[node]);
}

/* How many parts a node has; -1 has none. */
static inline int32_t parts_of(const strata_laid *t, int64_t node) {
    int32_t parts = 0;
    for (int64_t child = node + 1, end = node < 0 ? 0 : t->after[node]; child < end; child = t->after[child])
        parts += t->counted[child];
    return parts;
}

/* The sibling before a node, or -1; roots have none. */
static inline int64_t previous_of(const strata_laid *t, int64_t node) {
    int64_t here = node - 1, above = node < 0 ? -1 : t->parent[node];
    if (above < 0 || above == here) return -1;
    while (t->parent[here] != above) here = t->parent[here]; /* it is the last below the sibling before */
    return here;
}

static inline int64_t parent_of(const strata_laid *t, int64_t node) { return node < 0 ? -1 : t->parent[node]; }

#endif
