/* Calls: what is called, and how that is written. Twins: codestrata/analyze/syntax/outline/calls.py. */
#include "laid.h"

/* How calls of one kind are told: the fields that lead to what is called (the first that leads somewhere), the field of
   its last name (0: one of its own), is something made, does a mark follow the name. */
typedef struct {
    int32_t kind, callee[2], to, made, marked;
} form;

/* Is a node, with all below it that is named, of kinds in a table? */
static int all_of(const strata_laid *t, const uint8_t *table, int64_t node) {
    int64_t end = t->after[node];
    while (node < end && (!(t->flags[node] & 1) || table[t->kind[node]])) node++;
    return node == end;
}

static int64_t first_of(const strata_laid *t, int64_t node, const int32_t *fields, int count) {
    int64_t found = -1;
    for (int i = 0; i < count && found < 0; i++) found = known_by(t, node, fields[i]);
    return found;
}

/* The first children that a node knows by some fields (0: none), each or -1. */
static void children(const strata_laid *t, int64_t node, const int32_t *fields, int count, int64_t *found) {
    for (int i = 0; i < count; i++) found[i] = -1;
    for (int64_t child = node + 1, end = t->after[node]; child < end; child = t->after[child])
        for (int i = 0; t->field[child] && i < count; i++)
            if (found[i] < 0 && t->field[child] == fields[i]) found[i] = child;
}

/* Read n nodes by m forms, six numbers each. `names`: four fields of last names; `plain`: kinds of paths. Gives how many
   are calls of something with a name; of each its node, where the name is, is something made, and how many arguments it
   has (-1: no list of them). */
STRATA_EXPORT int64_t strata_calls(const strata_laid *t, const int64_t *nodes, int64_t n, const int32_t *forms, int64_t m,
                                   const int32_t *names, int32_t arguments, const uint8_t *plain, int64_t *node,
                                   int64_t *start, int64_t *stop, uint8_t *made, int32_t *given) {
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) {
        const form *f = (const form *)forms, *behind = f + m;
        while (f < behind && f->kind != t->kind[nodes[i]]) f++;
        if (f == behind) continue;
        const int32_t fields[4] = {f->callee[0], f->callee[1], f->to, arguments};
        int64_t found[4];
        children(t, nodes[i], fields, 4, found);
        int64_t callee = found[0] < 0 ? found[1] : found[0], list = found[3];
        if (callee < 0) continue;
        int whole = all_of(t, plain, callee);
        int64_t last = f->to ? found[2] : whole ? -1 : first_of(t, callee, names, 4);
        if (!whole && last < 0) continue;
        int64_t begin = t->start[whole ? callee : last];
        begin -= !whole && begin && t->arena[begin - 1] == '.'; /* of a longer chain, with the dot in front of it */
        int64_t end = t->end[last < 0 ? callee : last];
        node[count] = nodes[i], start[count] = begin, stop[count] = end + (f->marked && end < t->size);
        made[count] = f->made != 0, given[count] = list < 0 ? -1 : parts_of(t, list);
        count++;
    }
    return count;
}

/* Copy bytes without white space. Gives how many; *odd becomes 1 where one is not ASCII. */
static int64_t tidy(uint8_t *to, const uint8_t *from, int64_t size, int *odd) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint8_t *at = to;
    while (size > 0) {
        uint64_t eight = 0;
        if (size >= 8) memcpy(&eight, from, 8);
        if (size >= 8 && !(((eight - '!' * ones) | eight) & ones << 7)) {
            memcpy(at, &eight, 8);
            at += 8, from += 8, size -= 8;
            continue;
        }
        for (int64_t k = size < 8 ? size : 8; k > 0; k--, size--) {
            uint8_t byte = *from++;
            *odd |= byte >> 7;
            *at = byte, at += !blank(byte);
        }
    }
    return at - to;
}

/* Write what n calls call, less white space, cut to `longest` bytes as written; `mark`, of k bytes, in front of what is
   made. Gives how many are not ASCII: their rows are in `rows`. */
STRATA_EXPORT int64_t strata_callees(const uint8_t *arena, const int64_t *start, const int64_t *stop, const uint8_t *made,
                                     int64_t n, const uint8_t *mark, int64_t k, int64_t longest, int64_t *offsets,
                                     uint8_t *data, int64_t *rows) {
    int64_t count = 0, at = 0;
    offsets[0] = 0;
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *from = arena + start[i];
        int64_t size = stop[i] - start[i], head = made[i] ? k : 0;
        size = size < longest - head ? size : longest - head;
        memcpy(data + at, mark, (size_t)head);
        at += head;
        if (!head && size >= k && *from == *mark && memcmp(from, mark, (size_t)k) == 0) /* written so, it stays */
            memcpy(data + at, from, (size_t)k), at += k, from += k, size -= k;
        int odd = 0;
        at += tidy(data + at, from, size, &odd);
        if (odd) rows[count++] = i;
        offsets[i + 1] = at;
    }
    return count;
}
