/* What a file defines, and what it is in. Twins: codestrata/analyze/syntax/outline/candidates.py, kernels/nodes/defined.py. */
#include "defined.h"

enum { DECLARATOR = 1, PARENTHESES = 2, FUNCTION = 4, WRAPPER = 8 };

static int leads(const way *w) { return w->fields[0][0] != 0; }

static int64_t follow(const strata_laid *t, int64_t node, const way *w) {
    int64_t found = -1;
    for (int i = 0; i < 2 && found < 0 && w->fields[i][0]; i++) {
        found = known_by(t, node, w->fields[i][0]);
        if (w->fields[i][1]) found = known_by(t, found, w->fields[i][1]);
    }
    return found;
}

/* The name in declarators. */
static int64_t innermost(const strata_laid *t, const strata_rules *r, int64_t node) {
    while (node >= 0 && r->around[t->kind[node]] & DECLARATOR) {
        int64_t inner = known_by(t, node, (int32_t)r->declarator);
        node = inner < 0 ? first_part(t, node) : inner;
    }
    return node;
}

/* The list of parameters around a name. */
static int64_t list_around(const strata_laid *t, const uint8_t *around, int64_t name, const way *parameters) {
    int64_t above = parent_of(t, name);
    if (above >= 0 && around[t->kind[above]] & PARENTHESES) above = parent_of(t, above);
    return above >= 0 && around[t->kind[above]] & FUNCTION ? follow(t, above, parameters) : -1;
}

/* Read a node by a rule, to row `o` of found, less body and parameters. Gives whether it fits (1), and is something with
   a name (2). */
static int read(const strata_laid *t, const strata_rules *r, int number, int64_t node, strata_found *found, int64_t o) {
    const rule *how = &r->rules[number];
    if (leads(&how->needs)) {
        int64_t there = follow(t, node, &how->needs);
        if (there < 0 || (how->valued && !(r->value[t->kind[there]] >> number & 1))) return 0;
    }
    int64_t name = leads(&how->name) ? follow(t, node, &how->name) : node;
    if (how->inward) name = innermost(t, r, name);
    if (name < 0) return 1;
    found->node[o] = node, found->name[o] = name, found->row[o] = (uint8_t)number;
    return 2;
}

/* Read n nodes, which rise, by rules: the first that fits a whole node wins. Gives how many are found. */
static int64_t search(const strata_laid *t, const strata_rules *r, const int64_t *nodes, int64_t n, strata_found *found) {
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t node = nodes[i], above = t->parent[node];
        if (i && node == nodes[i - 1]) continue;
        uint32_t fit = r->node[t->kind[node]] & r->wholes;
        if (above >= 0 && t->flags[node] & 1) fit |= r->node[t->kind[above]] & r->each[t->field[node]];
        for (int k = 0; fit >> k; k++) {
            if (!(fit >> k & 1)) continue;
            int told = read(t, r, k, node, found, count);
            count += told == 2;
            if (told && r->rules[k].whole) fit &= ~r->wholes | ((UINT32_C(2) << k) - 1);
        }
    }
    return count;
}

/* Climb into wrappers, as long as a definition is alone in them. `alone`: a zero for each node; `some`: room for 2n. */
static void climb(const strata_laid *t, const uint8_t *around, strata_found *found, int64_t n, uint8_t *alone, int64_t *some) {
    int64_t *above = some + n, k = n;
    for (int64_t i = 0; i < n; i++) some[i] = i, found->outer[i] = found->node[i];
    while (k) {
        int64_t fits = 0, on = 0;
        for (int64_t i = 0; i < k; i++) {
            int64_t up = t->parent[found->outer[some[i]]];
            if (up < 0 || !(around[t->kind[up]] & WRAPPER)) continue;
            some[fits] = some[i], above[fits++] = up;
            alone[up] = alone[up] ? 2 : 1;
        }
        for (int64_t i = 0; i < fits; i++)
            if (alone[above[i]] == 1) found->outer[some[i]] = above[i];
        for (int64_t i = 0; i < fits; i++) {
            int single = found->outer[some[i]] == above[i];
            alone[above[i]] = 0;
            if (single) some[on++] = some[i];
        }
        k = on;
    }
}

/* Find what is around each of n definitions, and leave out names for values in functions, and fields: they are no rows.
   `unnamed`: functions without a name, which rise; `open`: room for n. Gives how many are left. */
static int64_t settle(const strata_laid *t, const strata_rules *r, strata_found *found, int64_t n, const int64_t *unnamed,
                      int64_t k, int64_t *open) {
    int64_t count = 0, depth = 0, u = 0, until = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t node = found->node[i];
        const rule *how = &r->rules[found->row[i]];
        while (depth && t->after[found->node[open[depth - 1]]] <= node) depth--;
        for (; u < k && unnamed[u] <= node; u++) until = t->after[unnamed[u]] > until ? t->after[unnamed[u]] : until;
        int64_t at = depth;
        while (at && found->node[open[at - 1]] == node) at--;
        int64_t parent = at ? open[at - 1] : -1;
        int inner = until > node || (parent >= 0 && r->rules[found->row[parent]].function);
        if (how->binding && inner) continue;
        int64_t name = found->name[i];
        int64_t list = how->outward ? list_around(t, r->around, name, &how->parameters) : follow(t, node, &how->parameters);
        if (how->called && list < 0) continue;
        if (!how->binding) open[depth++] = count;
        found->node[count] = node, found->outer[count] = found->outer[i], found->name[count] = name;
        found->row[count] = found->row[i], found->parent[count] = parent, found->parameters[count] = list;
        found->body[count] = follow(t, node, &how->body);
        count++;
    }
    return count;
}

/* What is defined by n nodes, which rise. `found` has room for `most`, `room` for three times as many, `alone` a zero for
   each node. Gives how many there are, in the order of their nodes and rules. */
STRATA_EXPORT int64_t strata_defined(const strata_laid *t, const strata_rules *r, const int64_t *nodes, int64_t n,
                                     const int64_t *unnamed, int64_t k, uint8_t *alone, int64_t *room, strata_found *found) {
    int64_t count = search(t, r, nodes, n, found);
    climb(t, r->around, found, count, alone, room);
    return settle(t, r, found, count, unnamed, k, room);
}

/* A text behind another, with a dot between them unless there is no other. Gives the new end; without `to` nothing is
   written. */
static int64_t dotted(uint8_t *to, int64_t begin, int64_t end, const uint8_t *from, int64_t size) {
    int64_t dot = end > begin;
    if (to && dot) to[end] = '.';
    if (to) memcpy(to + end + dot, from, (size_t)size);
    return end + dot + size;
}

/* The owners of n definitions: the path of its parent, which comes before it, and what its own name says, `given`. Writes
   the offsets, and the bytes unless `data` is NULL. */
STRATA_EXPORT void strata_owners(const int64_t *parent, int64_t n, const int64_t *named, const uint8_t *names,
                                 const int64_t *gifts, const uint8_t *given, int64_t *offsets, uint8_t *data) {
    offsets[0] = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t begin = offsets[i], end = begin, p = parent[i];
        if (p >= 0) {
            int64_t size = offsets[p + 1] - offsets[p];
            if (data) memcpy(data + begin, data + offsets[p], (size_t)size);
            end = dotted(data, begin, begin + size, names + named[p], named[p + 1] - named[p]);
        }
        int64_t own = gifts[i + 1] - gifts[i];
        offsets[i + 1] = own ? dotted(data, begin, end, given + gifts[i], own) : end;
    }
}

/* The paths of n definitions by number, out of all owners and names; -1 has none. Writes the offsets, and the bytes unless
   `data` is NULL. */
STRATA_EXPORT void strata_paths(const int64_t *rows, int64_t n, const int64_t *owned, const uint8_t *owners,
                                const int64_t *named, const uint8_t *names, int64_t *offsets, uint8_t *data) {
    offsets[0] = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t row = rows[i], begin = offsets[i], end = begin;
        if (row >= 0) {
            end = begin + owned[row + 1] - owned[row];
            if (data) memcpy(data + begin, owners + owned[row], (size_t)(end - begin));
            end = dotted(data, begin, end, names + named[row], named[row + 1] - named[row]);
        }
        offsets[i + 1] = end;
    }
}
