/* How nodes are used where they stand: called, compared, assigned to; and what nodes know by their fields. Twins:
   codestrata/kernels/nodes/uses.py. */
#include "laid.h"

/* What kinds are, in a table of 65536 (twin: ROLES), and what becomes of a node (twin: USES). */
enum { ACCESS = 1, CALL = 2, ASSIGNS = 4, LIST = 8, PAIR = 16, ITEM = 32, NEGATES = 64, NOT = 128 };
enum { CALLED = 1, CALLS = 2, NULLED = 4, GIVEN = 8, FILLED = 16 };

typedef struct {
    const strata_laid *t;
    const uint8_t *roles;
} asked;

static int is(const asked *a, int64_t node, int role) { return node >= 0 && a->roles[a->t->kind[node]] & role; }

/* Is a node the first that its parent, of some role, knows by a field? */
static int known(const asked *a, int64_t node, int role, int32_t field) {
    return node >= 0 && a->t->field[node] == field && is(a, a->t->parent[node], role) &&
           known_by(a->t, a->t->parent[node], field) == node;
}

static int negated(const asked *a, int64_t node) {
    const strata_laid *t = a->t;
    return is(a, node, NOT) || (is(a, node, NEGATES) && t->end[node] > t->start[node] && t->arena[t->start[node]] == '!');
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
   of an access, of its name, of what a call calls (0: the call itself has object and name), and of what is assigned to; 0
   where there is none. null[m], rising: nodes with something in them that is nothing. */
STRATA_EXPORT void strata_uses(const strata_laid *t, const uint8_t *roles, const int64_t *nodes, int64_t k,
                               const int32_t *fields, const int64_t *null, int64_t m, uint8_t *uses, int64_t *names) {
    asked a = {t, roles};
    int32_t object = fields[0], name = fields[1], called = fields[2], left = fields[3];
    for (int64_t i = 0; i < k; i++) {
        int64_t node = nodes[i], over = t->parent[node], beyond = parent_of(t, over);
        int told = 0;
        if (called ? known(&a, node, ACCESS, object) && known(&a, over, CALL, called) : known(&a, node, CALL, object))
            told |= CALLED;
        if (known(&a, node, CALL, called)) told |= CALLS;
        if (over >= 0 && (holds(null, m, over) || negated(&a, over))) told |= NULLED;
        if (known(&a, is(&a, over, PAIR) ? over : node, ASSIGNS, left)) told |= GIVEN;
        if (is(&a, over, ITEM) && first_part(t, over) == node && known(&a, is(&a, beyond, LIST) ? beyond : over, ASSIGNS, left))
            told |= FILLED;
        uses[i] = (uint8_t)told;
        names[i] = told & CALLED ? known_by(t, over, name) : -1;
    }
}

static int reads(const strata_laid *t, int64_t node, const uint8_t *text, int64_t size) {
    return t->end[node] - t->start[node] == size && memcmp(t->arena + t->start[node], text, (size_t)size) == 0;
}

/* Which of k nodes (none is -1) know, by a field, a node of some kinds (a table of 65536) that reads as `text` of `size`
   bytes, or as anything if that is 0; or, unless `names` is NULL, as node names[i] does (-1: nothing does). To `place`.
   Gives how many there are. */
STRATA_EXPORT int64_t strata_mine(const strata_laid *t, const int64_t *nodes, const int64_t *names, int64_t k, int32_t object,
                                  const uint8_t *kinds, const uint8_t *text, int64_t size, int64_t *place) {
    int64_t count = 0;
    for (int64_t i = 0; i < k; i++) {
        int64_t inner = known_by(t, nodes[i], object), name = names ? names[i] : 0;
        if (inner < 0 || name < 0 || !kinds[t->kind[inner]]) continue;
        if (names ? reads(t, inner, t->arena + t->start[name], t->end[name] - t->start[name])
                  : !size || reads(t, inner, text, size))
            place[count++] = i;
    }
    return count;
}

/* The children of k nodes (-1 has none), node by node: those that count (number 0), or those with a name that are known by
   a field of that number. To `found`, and the place of their node to `whose`, unless these are NULL. Gives how many. */
STRATA_EXPORT int64_t strata_below(const strata_laid *t, const int64_t *nodes, int64_t k, int32_t number, int64_t *found,
                                   int64_t *whose) {
    int64_t count = 0;
    for (int64_t i = 0; i < k; i++)
        for (int64_t child = nodes[i] + 1, end = nodes[i] < 0 ? 0 : t->after[nodes[i]]; child < end; child = t->after[child])
            if (number ? t->field[child] == number && t->flags[child] & 1 : t->counted[child]) {
                if (found) found[count] = child, whose[count] = i;
                count++;
            }
    return count;
}
