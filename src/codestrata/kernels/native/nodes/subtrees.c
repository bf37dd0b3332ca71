/* Hashes of subtrees of trees in pre-order. Twin: codestrata/kernels/nodes/subtrees.py. */
#include <stdlib.h>

#include "subtrees.h"
#include "../text.h"

enum { LEFT_OUT = 1, CONTENT = 2, WHOLE = 4, NAMED = 1, AT_ONCE = 16, FIRST_OPEN = 256 };
#define CHILD 0x9E3779B97F4A7C15u
#define BYTE 0x100000001B3u

/* What the children of a node that were seen so far come to. */
typedef struct {
    int64_t node;
    uint64_t shape, syntax;
    int64_t named;
} gathered;

/* Nodes whose first children are still to come, outer ones first. */
typedef struct {
    gathered *first, *end;
} stack;

/* powers[k]: BYTE to the k-th; sums[k]: of the first k of them. */
typedef struct {
    uint64_t powers[AT_ONCE + 1], sums[AT_ONCE + 1];
} factors;

/* splitmix64's last steps (Steele, Lea, Flood, 2014). */
static uint64_t mixed(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

/* The powers are known for some bytes at once, so that these do not wait for one another. */
static uint64_t of_long(const uint8_t *text, int64_t size, const factors *f) {
    uint64_t sum = 0, power = 1, rest = 0;
    int64_t i = 0;
    for (; i + AT_ONCE <= size; i += AT_ONCE, power *= f->powers[AT_ONCE]) {
        uint64_t piece = 0;
        for (int64_t k = 0; k < AT_ONCE; k++) piece += (text[i + k] + 1u) * f->powers[k];
        sum += piece * power;
    }
    for (int64_t k = 0; i + k < size; k++) rest += (text[i + k] + 1u) * f->powers[k];
    return mixed(sum + rest * power + (uint64_t)size);
}

static uint64_t of_eight(uint64_t bytes, const uint64_t *powers) {
    uint64_t sum = 0;
    for (int k = 0; k < 8; k++) sum += (bytes >> 8 * k & 0xFF) * powers[k];
    return sum;
}

/* Sum of (byte + 1) * BYTE^place, and the size, mixed. Most texts are names of a few bytes: no loop whose end is guessed. */
static uint64_t of_text(const uint8_t *text, int64_t size, int64_t readable, const factors *f) {
    if (size > 16 || size == 0 || readable < 16) return of_long(text, size, f);
    uint64_t sum = f->sums[size] + (uint64_t)size, low = little64(text);
    if (size <= 8) return mixed(sum + of_eight(low << (64 - 8 * size) >> (64 - 8 * size), f->powers));
    uint64_t high = little64(text + 8) << (128 - 8 * size) >> (128 - 8 * size);
    return mixed(sum + of_eight(low, f->powers) + of_eight(high, f->powers + 8));
}

static factors all_factors(void) {
    factors f = {{1}, {0}};
    for (int k = 1; k <= AT_ONCE; k++) f.powers[k] = f.powers[k - 1] * BYTE, f.sums[k] = f.sums[k - 1] + f.powers[k - 1];
    return f;
}

/* One more node whose first children are still to come. */
static gathered *opened(stack *s, gathered *top, int64_t node) {
    if (++top == s->end) {
        int64_t depth = s->end - s->first;
        gathered *more = realloc(s->first, (size_t)depth * 2 * sizeof *more);
        if (!more) return NULL;
        s->first = more, top = more + depth, s->end = top + depth;
    }
    *top = (gathered){node, 0, 0, 0};
    return top;
}

/* From the last node to the first, so that children are done before their parent. */
static int64_t hashed(const strata_laid *t, const strata_grammar *g, stack *s, const strata_asked *asked,
                      const strata_wholes *wholes) {
    factors f = all_factors();
    int64_t below = -1, k = asked->count, next = k ? asked->node[--k] : -1, at = wholes->room;
    gathered *top = s->first;
    for (int64_t i = t->n - 1; i >= 0; i--) {
        int64_t parent = t->parent[i], named = 0;
        uint64_t shape = 0, syntax = 0;
        uint8_t role = g->roles[t->kind[i]];
        int leaf = below != i; /* the node behind has another parent */
        below = parent;
        if (!leaf && top->node == i) shape = top->shape, syntax = top->syntax, named = top->named, top--;
        if (role & LEFT_OUT) shape = syntax = 0, named = 0;
        else {
            int own = t->flags[i] & NAMED, content = (role & CONTENT) != 0;
            uint64_t name = g->names[t->kind[i]];
            if (content || (leaf && own))
                syntax = of_text(t->arena + t->start[i], t->end[i] - t->start[i], t->size - t->start[i], &f);
            shape = mixed(name + shape), syntax = mixed(name + syntax), named += content ? 0 : own;
            if (top->node != parent && !(top = opened(s, top, parent))) return -1;
            if (!content) top->shape = top->shape * CHILD + shape;
            top->syntax = top->syntax * CHILD + syntax, top->named += named;
            if (role & WHOLE && named >= wholes->few && named <= wholes->most && at > 0)
                wholes->node[--at] = i, wholes->shape[at] = shape, wholes->named[at] = (int32_t)named;
        }
        if (next == i) {
            asked->shape[k] = shape, asked->syntax[k] = syntax, asked->named[k] = (int32_t)named;
            next = k ? asked->node[--k] : -1;
        }
    }
    return at;
}

/* What is asked of the nodes. Gives where among the cells of `wholes` the first one is, or -1 when memory ran out. */
STRATA_EXPORT int64_t strata_subtrees(const strata_laid *trees, const strata_grammar *grammar, const strata_asked *asked,
                                      const strata_wholes *wholes) {
    gathered *first = malloc(FIRST_OPEN * sizeof *first);
    if (!first) return -1;
    *first = (gathered){-1, 0, 0, 0}; /* what roots are below */
    stack s = {first, first + FIRST_OPEN};
    int64_t at = hashed(trees, grammar, &s, asked, wholes);
    free(s.first);
    return at;
}
