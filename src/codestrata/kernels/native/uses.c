/* How nodes are used where they stand: called, compared, assigned to. Twin: codestrata/kernels/uses.py. */
#include "kernels.h"

/* What kinds are, in a table of 65536 (twin: ROLES), and what becomes of a node (twin: USES). */
enum { ACCESS = 1, CALL = 2, ASSIGNS = 4, LIST = 8, PAIR = 16, ITEM = 32, NEGATES = 64, NOT = 128 };
enum { CALLED = 1, CALLS = 2, NULLED = 4, GIVEN = 8, FILLED = 16 };

typedef struct {
    const uint8_t *arena, *counted, *roles;
    const uint16_t *kind, *field;
    const int64_t *start, *end, *parent, *after;
} trees;

static int is(const trees *t, int64_t node, int role) { return node >= 0 && t->roles[t->kind[node]] & role; }

/* The first child that a node knows by a field, or -1. */
static int64_t child(const trees *t, int64_t node, int64_t field) {
    for (int64_t i = node + 1; i < t->after[node]; i = t->after[i])
        if (t->field[i] == field) return i;
    return -1;
}

/* Is a node the first that its parent, of some role, knows by a field? */
static int known(const trees *t, int64_t node, int role, int64_t field) {
    return node >= 0 && t->field[node] == field && is(t, t->parent[node], role) && child(t, t->parent[node], field) == node;
}

/* Is a node the first of its parent's that counts? */
static int leads(const trees *t, int64_t node) {
    int64_t i = t->parent[node] + 1;
    while (i < node && !t->counted[i]) i = t->after[i];
    return i == node && t->counted[i];
}

static int negated(const trees *t, int64_t over) {
    return is(t, over, NOT) || (is(t, over, NEGATES) && t->end[over] > t->start[over] && t->arena[t->start[over]] == '!');
}

static int holds(const int64_t *rising, int64_t m, int64_t value) {
    int64_t low = 0, high = m;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (rising[middle] < value) low = middle + 1;
        else high = middle;
    }
    return low < m && rising[low] == value;
}

/* For each of k nodes (none is -1) how it is used, and the name that is called on it, or -1. fields: those of the object
   of an access, of its name, of what a call calls (-1: the call itself has object and name), and of what is assigned to;
   -1 where there is none. null[m], rising: nodes with something in them that is nothing. */
STRATA_EXPORT void strata_uses(const uint8_t *arena, const uint8_t *counted, const uint8_t *roles, const uint16_t *kind,
                               const uint16_t *field, const int64_t *start, const int64_t *end, const int64_t *parent,
                               const int64_t *after, const int64_t *nodes, int64_t k, const int64_t *fields,
                               const int64_t *null, int64_t m, uint8_t *uses, int64_t *names) {
    trees t = {arena, counted, roles, kind, field, start, end, parent, after};
    int64_t object = fields[0], name = fields[1], called = fields[2], left = fields[3];
    for (int64_t i = 0; i < k; i++) {
        int64_t node = nodes[i], over = parent[node], beyond = over < 0 ? -1 : parent[over];
        int told = 0;
        if (called < 0 ? known(&t, node, CALL, object) : known(&t, node, ACCESS, object) && known(&t, over, CALL, called))
            told |= CALLED;
        if (known(&t, node, CALL, called)) told |= CALLS;
        if (over >= 0 && (holds(null, m, over) || negated(&t, over))) told |= NULLED;
        if (known(&t, is(&t, over, PAIR) ? over : node, ASSIGNS, left)) told |= GIVEN;
        if (is(&t, over, ITEM) && leads(&t, node) && known(&t, is(&t, beyond, LIST) ? beyond : over, ASSIGNS, left))
            told |= FILLED;
        uses[i] = (uint8_t)told;
        names[i] = told & CALLED ? child(&t, over, name) : -1;
    }
}

/* Which of k nodes (none is -1) know, by a field, a node of some kinds (a table of 65536) that reads as `text` of `size`
   bytes, or as anything if that is 0: to `place`. Gives how many there are. */
STRATA_EXPORT int64_t strata_mine(const uint8_t *arena, const uint16_t *kind, const uint16_t *field, const int64_t *start,
                                  const int64_t *end, const int64_t *after, const int64_t *nodes, int64_t k, int64_t object,
                                  const uint8_t *kinds, const uint8_t *text, int64_t size, int64_t *place) {
    trees t = {.field = field, .after = after};
    int64_t count = 0;
    for (int64_t i = 0; i < k; i++) {
        int64_t inner = child(&t, nodes[i], object);
        if (inner < 0 || !kinds[kind[inner]]) continue;
        if (!size || (end[inner] - start[inner] == size && memcmp(arena + start[inner], text, (size_t)size) == 0))
            place[count++] = i;
    }
    return count;
}

/* The children of k nodes (-1 has none), node by node: those that count (number 0), or those with a name that are known by
   a field of that number. To `found`, and the place of their node to `whose`, unless these are NULL. Gives how many. */
STRATA_EXPORT int64_t strata_below(const uint8_t *counted, const uint16_t *field, const uint8_t *flags, const int64_t *after,
                                   const int64_t *nodes, int64_t k, int64_t number, int64_t *found, int64_t *whose) {
    int64_t count = 0;
    for (int64_t i = 0; i < k; i++)
        for (int64_t child = nodes[i] + 1, end = nodes[i] < 0 ? 0 : after[nodes[i]]; child < end; child = after[child])
            if (number ? field[child] == number && flags[child] & 1 : counted[child]) {
                if (found) found[count] = child, whose[count] = i;
                count++;
            }
    return count;
}
