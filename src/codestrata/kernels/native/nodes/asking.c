/* Rules asked of nodes one by one. What they mean is said by codestrata/analyze/rules/plain.py, the twin. */
#include "asking.h"

enum { KIND, REGEX, SNIPPET, ALL, ANY, NOT, NTH, INSIDE, HAS, PRECEDES, FOLLOWS };
enum { NEIGHBOR, TO_END, UNTIL };
/* Columns of a question: what it is, the question behind all that is in it, and what it is about. */
enum { WHAT, NEXT, A, B, C, COLUMNS };
enum { NONE = -1, BYTES_OF_A_STEP = 16 };

/* `left`: steps that may still be taken; below 0 all answers are void. */
typedef struct {
    const strata_questions *q;
    const strata_nodes *t;
    int64_t left;
} task;

static int fits(task *k, int32_t at, int64_t node);

static const int32_t *question(const task *k, int32_t at) { return k->q->rows + COLUMNS * at; }

static int is_of(const task *k, const int32_t *row, int64_t node) {
    const uint16_t *kinds = k->q->kinds + row[A];
    for (int32_t i = 0; i < row[B]; i++)
        if (kinds[i] == k->t->kind[node]) return 1;
    return 0;
}

static int finds(task *k, const int32_t *row, int64_t node) {
    int64_t start = k->t->start[node], end = k->t->end[node];
    k->left -= (end - start) / BYTES_OF_A_STEP;
    return strata_finds(k->q->automata + row[A], k->t->arena + start, k->t->arena + end);
}

static int looks(task *k, const int32_t *row, int64_t node) {
    int64_t caught[2 * MOST_NAMES];
    if (row[B] >= 0 && row[B] != k->t->kind[node]) return 0;
    return strata_looks(k->q->snippets + row[A], k->t, row[C], node, caught);
}

static int every(task *k, int32_t at, int64_t node) {
    int32_t end = question(k, at)[NEXT];
    for (at++; at < end; at = question(k, at)[NEXT])
        if (!fits(k, at, node)) return 0;
    return 1;
}

static int some(task *k, int32_t at, int64_t node) {
    int32_t end = question(k, at)[NEXT];
    for (at++; at < end; at = question(k, at)[NEXT])
        if (fits(k, at, node)) return 1;
    return 0;
}

/* Does a child count, where places among siblings are counted? */
static int counts(task *k, int32_t at, int64_t node) {
    if (!(k->t->flags[node] & NAMED)) return 0;
    return question(k, at)[NEXT] == at + 1 || fits(k, at + 1, node);
}

static int is_nth(task *k, int32_t at, int64_t node) {
    const int32_t *row = question(k, at);
    int64_t above = k->t->parent[node], index = 1;
    if (above < 0 || !counts(k, at, node)) return 0;
    int64_t child = row[C] ? k->t->after[node] : above + 1, end = row[C] ? k->t->after[above] : node;
    for (; child < end && k->left-- > 0; child = k->t->after[child]) index += counts(k, at, child);
    index -= row[B];
    return row[A] ? index % row[A] == 0 && index / row[A] >= 0 : index == 0;
}

/* The first child that a node knows by a field, or NONE. */
static int64_t known(task *k, int64_t node, int32_t field) {
    int64_t child = node + 1, end = k->t->after[node];
    while (child < end && k->t->field[child] != field && k->left-- > 0) child = k->t->after[child];
    return child < end && k->t->field[child] == field ? child : NONE;
}

/* What a relation is to: the question behind it; how far it looks: whether it goes no further than a node. */
static int stops(task *k, int32_t at, int64_t node) {
    const int32_t *row = question(k, at);
    return row[A] == NEIGHBOR || (row[A] == UNTIL && fits(k, question(k, at + 1)[NEXT], node));
}

static int is_inside(task *k, int32_t at, int64_t node) {
    int32_t field = question(k, at)[B];
    for (int64_t above; (above = k->t->parent[node]) >= 0 && k->left >= 0; node = above) {
        if ((!field || known(k, above, field) == node) && fits(k, at + 1, above)) return 1;
        if (stops(k, at, above)) return 0;
    }
    return 0;
}

static int has_child(task *k, int32_t at, int64_t node) {
    for (int64_t child = node + 1; child < k->t->after[node] && k->left >= 0; child = k->t->after[child])
        if (fits(k, at, child)) return 1;
    return 0;
}

static int has_below(task *k, int32_t at, int64_t node, int64_t end) {
    int32_t stop = question(k, at)[A] == UNTIL;
    while (node < end && k->left >= 0) {
        if (fits(k, at + 1, node)) return 1;
        node = stop && stops(k, at, node) ? k->t->after[node] : node + 1;
    }
    return 0;
}

static int has(task *k, int32_t at, int64_t node) {
    const int32_t *row = question(k, at);
    if (!row[B]) return row[A] == NEIGHBOR ? has_child(k, at + 1, node) : has_below(k, at, node + 1, k->t->after[node]);
    int64_t top = known(k, node, row[B]);
    if (top < 0) return 0;
    if (row[A] == TO_END) return has_below(k, at, top, k->t->after[top]);
    if (fits(k, at + 1, top)) return 1;
    return row[A] == UNTIL && !stops(k, at, top) && has_child(k, at + 1, top);
}

static int precedes(task *k, int32_t at, int64_t node) {
    int64_t above = k->t->parent[node], end = above < 0 ? 0 : k->t->after[above];
    for (node = k->t->after[node]; node < end && k->left >= 0; node = k->t->after[node]) {
        if (fits(k, at + 1, node)) return 1;
        if (stops(k, at, node)) return 0;
    }
    return 0;
}

static int follows(task *k, int32_t at, int64_t node) {
    int64_t above = k->t->parent[node];
    while (above >= 0 && node > above + 1 && k->left >= 0) {
        for (node--; k->t->parent[node] != above; k->left--) node = k->t->parent[node];
        if (fits(k, at + 1, node)) return 1;
        if (stops(k, at, node)) return 0;
    }
    return 0;
}

static int fits(task *k, int32_t at, int64_t node) {
    const int32_t *row = question(k, at);
    if (--k->left < 0) return 0;
    switch (row[WHAT]) {
    case KIND: return is_of(k, row, node);
    case REGEX: return finds(k, row, node);
    case SNIPPET: return looks(k, row, node);
    case ALL: return every(k, at, node);
    case ANY: return some(k, at, node);
    case NOT: return !fits(k, at + 1, node);
    case NTH: return is_nth(k, at, node);
    case INSIDE: return is_inside(k, at, node);
    case HAS: return has(k, at, node);
    case PRECEDES: return precedes(k, at, node);
    default: return follows(k, at, node);
    }
}

/* Of each rule, and of nodes bounds[r] to bounds[r + 1] for it: whether the first question's answer is yes. done[r]: whether
   that took no more than `each` steps for each of these nodes and `most` besides; else the rule's answers are void. */
STRATA_EXPORT void strata_ask(const strata_questions *const *rules, int64_t count, const strata_nodes *trees,
                              const int64_t *nodes, const int64_t *bounds, int64_t each, int64_t most, uint8_t *found,
                              uint8_t *done) {
    for (int64_t r = 0; r < count; r++) {
        task k = {rules[r], trees, each * (bounds[r + 1] - bounds[r]) + most};
        for (int64_t i = bounds[r]; i < bounds[r + 1] && k.left >= 0; i++) found[i] = (uint8_t)fits(&k, 0, nodes[i]);
        done[r] = k.left >= 0;
    }
}
