/* Documentation: the comments in front of definitions. Twin: codestrata/analyze/syntax/outline/documents.py. */
#include "laid.h"

/* How a comment starts that documents (or, if not, does not document after all) what follows it. */
typedef struct {
    uint8_t bytes[4];
    int32_t size, documents;
} mark;

enum { COMMENT = 1, LEADING = 2 };

/* Is there more than one line break from a to b, or more than none? */
static int breaks(const strata_laid *t, int64_t a, int64_t b, int most) {
    a = a < 0 ? 0 : a; /* behind what is nothing, at the very begin */
    const uint8_t *at = t->arena + a, *end = t->arena + b;
    for (; a < b && (at = memchr(at, '\n', (size_t)(end - at))); a = ++at - t->arena)
        if (!most--) return 1;
    return 0;
}

static int documents(const strata_laid *t, const mark *marks, int64_t k, int64_t node) {
    int found = 0;
    for (int64_t i = 0; i < k; i++) {
        int fits = t->end[node] - t->start[node] >= marks[i].size &&
                   memcmp(t->arena + t->start[node], marks[i].bytes, (size_t)marks[i].size) == 0;
        if (fits && !marks[i].documents) return 0;
        found |= fits;
    }
    return found;
}

/* What stands behind something in its line speaks of that; the first of a file stands behind nothing. */
static int apart(const strata_laid *t, int64_t node) {
    int64_t before = previous_of(t, node), above = t->parent[node];
    if (above < 0 || (before < 0 && t->parent[above] < 0)) return 1;
    return breaks(t, before < 0 ? t->start[above] : t->end[before] - 1, t->start[node], 0);
}

/* The ends of a comment without the line's end. */
static int64_t stripped(const strata_laid *t, int64_t node) {
    int64_t end = t->end[node];
    end -= end && t->arena[end - 1] == '\n';
    return end - (end && t->arena[end - 1] == '\r');
}

/* The last of n rising nodes that is not behind one, or -1; looked for from where the one before was found. */
static int64_t place(const int64_t *nodes, int64_t n, int64_t node, int64_t from) {
    int64_t low = from >= 0 && nodes[from] <= node ? from : 0, high = n;
    for (int64_t step = 1; low + step < n; step *= 2)
        if (nodes[low + step] > node) {
            high = low + step;
            break;
        }
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (nodes[middle] <= node) low = middle + 1;
        else high = middle;
    }
    return low - 1;
}

/* Of m nodes of definitions, where each begins with what leads it, and its documentation, or -1. `some`: n comments and
   what leads, which rise; `what`: which of both a kind is; `runs`: room for 4n. In a run each is followed by the next,
   with no empty line between. */
STRATA_EXPORT void strata_documents(const strata_laid *t, const int64_t *outer, int64_t m, const int64_t *some, int64_t n,
                                    const uint8_t *what, const mark *marks, int64_t k, int64_t *runs, int64_t *begin,
                                    int64_t *first, int64_t *stop) {
    int64_t count = 0, at = -1;
    int64_t *nodes = runs, *document = runs + n, *last = runs + 2 * n, *lead = runs + 3 * n; /* of the run up to each */
    for (int64_t i = 0; i < n; i++) {
        int64_t node = some[i], c = count;
        int leads = what[t->kind[node]] == LEADING;
        if (!leads && !(documents(t, marks, k, node) && apart(t, node))) continue;
        int joined = c && t->after[nodes[c - 1]] == node && !breaks(t, t->end[nodes[c - 1]] - 1, t->start[node], 1);
        nodes[c] = node, count++;
        document[c] = joined && document[c - 1] >= 0 ? document[c - 1] : leads ? -1 : node;
        last[c] = !leads ? node : joined ? last[c - 1] : -1;
        lead[c] = joined && lead[c - 1] >= 0 ? lead[c - 1] : leads ? node : -1;
    }
    for (int64_t i = 0; i < m; i++) {
        int64_t node = outer[i], before = previous_of(t, node);
        begin[i] = t->start[node], first[i] = stop[i] = -1;
        if (before < 0 || !what[t->kind[before]] || !count) continue;
        at = place(nodes, count, before, at);
        if (at < 0 || nodes[at] != before || breaks(t, t->end[before] - 1, t->start[node], 1)) continue;
        if (document[at] >= 0) first[i] = t->start[document[at]], stop[i] = stripped(t, last[at]);
        if (lead[at] >= 0) begin[i] = t->start[lead[at]];
    }
}
