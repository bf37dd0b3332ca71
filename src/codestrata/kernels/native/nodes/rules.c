/* Rules asked of many nodes: finite automata over their texts, and pieces of code laid beside their children.
   Twins: codestrata/kernels/automata.py, and codestrata/analyze/rules/alignment.py, which explains what is done here. */
#include "rules.h"

enum { FOUND = 0, LOST = 1, BEGIN = 2 };

int strata_finds(const strata_automaton_of *a, const uint8_t *p, const uint8_t *end) {
    const uint16_t *steps = a->steps;
    const uint8_t *classes = a->classes;
    uint64_t width = (uint64_t)a->width, state = BEGIN;
    if (a->backwards)
        while (p < end && state > LOST) state = steps[state * width + classes[*--end]];
    else
        while (p < end && state > LOST) state = steps[state * width + classes[*p++]];
    return a->ends[state];
}

/* found[i]: whether the automaton finds something in a text arena[starts[k]:stops[k]] where k is some[i]; texts outside the
   arena's `size` bytes are empty. */
STRATA_EXPORT void strata_automaton(const strata_automaton_of *a, const uint8_t *arena, int64_t size, const int64_t *starts,
                                    const int64_t *stops, const int64_t *some, int64_t n, uint8_t *found) {
    for (int64_t i = 0; i < n; i++) {
        int64_t start = starts[some[i]], stop = stops[some[i]];
        if (start < 0 || stop > size || start > stop) start = stop = 0;
        found[i] = (uint8_t)strata_finds(a, arena + start, arena + stop);
    }
}

/* Numbers of codestrata/kernels/nodes/snippets.py. */
enum { LEAF, WORD, INNER, HOLE, ANY_HOLE, GAP };
enum { NO, YES, SKIP };
enum { ERROR_KIND = 65535 };
#define NOTHING (-1)
#define EMPTY (-2)

typedef struct {
    const strata_snippet *s;
    const strata_nodes *t;
    int64_t names;
} task;

static int is_bare(const strata_nodes *t, int64_t node) {
    for (int64_t at = node + 1; at < t->after[node]; at = t->after[at])
        if (t->flags[at] & NAMED) return 0;
    return 1;
}

static int64_t count_children(const strata_nodes *t, int64_t node) {
    int64_t count = 0;
    for (int64_t at = node + 1; at < t->after[node]; at = t->after[at]) count++;
    return count;
}

/* The same code but for layout: both trees are walked side by side, as long as every node has as many children. */
static int are_alike(const strata_nodes *t, int64_t a, int64_t b) {
    int64_t stop = t->after[a];
    if (a == b) return 1;
    while (a < stop) {
        if (is_bare(t, a) || is_bare(t, b)) {
            int64_t size = t->end[a] - t->start[a];
            if (size != t->end[b] - t->start[b] || memcmp(t->arena + t->start[a], t->arena + t->start[b], (size_t)size))
                return 0;
            a = t->after[a], b = t->after[b];
            continue;
        }
        if (t->kind[a] != t->kind[b] || count_children(t, a) != count_children(t, b)) return 0;
        a++, b++;
    }
    return 1;
}

static int fits_hole(const task *k, int32_t p, int64_t node, int64_t *caught) {
    int32_t name = k->s->name[p];
    if (k->s->what[p] == HOLE && !(k->t->flags[node] & NAMED)) return NO;
    if (name < 0) return YES;
    if (caught[2 * name] >= 0 && !are_alike(k->t, caught[2 * name], node)) return NO;
    caught[2 * name] = caught[2 * name + 1] = node;
    return YES;
}

static int fits_row(const task *k, int32_t p, int32_t end, int64_t above, int64_t *caught);

static int fits(const task *k, int32_t p, int64_t node, int64_t *caught) {
    const strata_nodes *t = k->t;
    const strata_snippet *s = k->s;
    int same = s->kind[p] == t->kind[node] || s->kind[p] == ERROR_KIND;
    switch (s->what[p]) {
    case LEAF:
        if (same && t->end[node] - t->start[node] == s->size[p] &&
            memcmp(t->arena + t->start[node], s->texts + s->text[p], (size_t)s->size[p]) == 0)
            return YES;
        break;
    case WORD:
        if (same) return YES;
        break;
    case INNER:
        return same ? fits_row(k, p + 1, s->after[p], node, caught) : NO;
    default:
        if (t->flags[node] & EXTRA) return SKIP;
        return s->what[p] == GAP ? NO : fits_hole(k, p, node, caught);
    }
    return (t->flags[node] & EXTRA) || !(t->flags[node] & NAMED) ? SKIP : NO;
}

/* Fill a gap with the nodes from first on, but for the last `skipped`. */
static void fill(const task *k, int32_t p, int64_t first, int64_t taken, int64_t skipped, int64_t *caught) {
    int32_t name = k->s->name[p];
    if (name < 0) return;
    int64_t last = EMPTY;
    for (int64_t at = first; taken-- > skipped; at = k->t->after[at]) last = at;
    caught[2 * name] = last == EMPTY ? EMPTY : first;
    caught[2 * name + 1] = last;
}

/* The pieces from p to end beside the children of a node. */
static int fits_row(const task *k, int32_t p, int32_t end, int64_t above, int64_t *caught) {
    const strata_snippet *s = k->s;
    const int64_t *after = k->t->after;
    int64_t at = above + 1, stop = after[above], probe[2 * MOST_NAMES];
    if (at >= stop) return NO;
    while (p < end) {
        if (at >= stop) return NO;
        if (s->what[p] == GAP) {
            int32_t gap = p++;
            int64_t first = at, taken = 0, skipped = 0;
            while (p < end && s->what[p] == WORD) p++, skipped++;
            if (p == end) {
                for (; at < stop; at = after[at]) taken++;
            } else if (s->what[p] == GAP) {
                at = after[at], taken = 1;
                if (at >= stop) return NO;
            } else {
                for (;; at = after[at], taken++) {
                    if (at >= stop) return NO;
                    memcpy(probe, caught, (size_t)k->names * 2 * sizeof *probe);
                    if (fits(k, p, at, probe) == YES) break;
                }
            }
            fill(k, gap, first, taken, skipped, caught);
            continue;
        }
        int found = SKIP;
        while (found == SKIP) {
            if (at >= stop) {
                while (p < end && s->what[p] == GAP) p++;
                return p == end ? YES : NO;
            }
            found = fits(k, p, at, caught);
            at = after[at];
        }
        if (found == NO) return NO;
        p = s->after[p];
    }
    return YES;
}

int strata_looks(const strata_snippet *snippet, const strata_nodes *nodes, int64_t names, int64_t node, int64_t *caught) {
    task k = {snippet, nodes, names};
    for (int64_t j = 0; j < 2 * names; j++) caught[j] = NOTHING;
    int hole = snippet->what[0] == HOLE || snippet->what[0] == ANY_HOLE;
    return (hole ? fits_hole(&k, 0, node, caught) : fits(&k, 0, node, caught)) == YES;
}

/* found[i]: whether node some[i] looks like the snippet; caught[i]: first and last node of each name, NOTHING where it
   caught none, EMPTY for a gap without nodes. -1: too many names. */
STRATA_EXPORT int64_t strata_align(const strata_snippet *snippet, const strata_nodes *nodes, const int64_t *some,
                                   int64_t n, int64_t names, uint8_t *found, int64_t *caught) {
    if (names > MOST_NAMES) return -1;
    for (int64_t i = 0; i < n; i++) found[i] = (uint8_t)strata_looks(snippet, nodes, names, some[i], caught + 2 * names * i);
    return 0;
}
