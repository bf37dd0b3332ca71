/* Finite automata of expressions by sets of their places. Twin: _Maker in codestrata/analyze/rules/automata.py. */
#include <stdlib.h>

#include "../kernels.h"

enum { FOUND = 0, LOST = 1, FIRST = 2 };         /* states */
enum { BEGIN = 0, INSIDE = 1, OUTSIDE = 2 };     /* what the last byte was */
enum { ALWAYS, AT_BEGIN, AT_END, BORDER, NONE }; /* what must hold of an edge */
#define SLOTS 4096                               /* more than twice as many as there are states */

typedef struct {
    int64_t places, classes, first, final;
    const int32_t *edges, *what, *to;       /* of place p those from edges[p] on, before edges[p + 1] */
    const int32_t *reads, *read, *read_to;  /* the same: classes of bytes that it reads; where it goes then, or -1 */
    const uint8_t *words;                   /* of each class, whether its bytes are of words */
    int64_t width;                          /* words of a set of places */
    uint64_t *sets, *seen, *next;           /* of each state; one of what is reached; one of each class */
    uint8_t *last;                          /* of each state */
    int32_t *stack, *slots;
    int64_t count, most;
} maker;

static int has(const uint64_t *set, int64_t i) { return (int)(set[i >> 6] >> (i & 63) & 1); }

static void add(uint64_t *set, int64_t i) { set[i >> 6] |= (uint64_t)1 << (i & 63); }

/* Fill m->seen with what is reached from a state before a byte of a word or not, or at the end. */
static void reach(maker *m, int64_t state, int end, int word) {
    const uint64_t *from = m->sets + state * m->width;
    int border = (m->last[state] == INSIDE) != word;
    int holds[] = {1, m->last[state] == BEGIN, end, border, !border};
    int64_t depth = 0;
    memcpy(m->seen, from, (size_t)m->width * sizeof *from);
    for (int64_t p = 0; p < m->places; p++)
        if (has(from, p)) m->stack[depth++] = (int32_t)p;
    while (depth) {
        int32_t p = m->stack[--depth];
        for (int32_t e = m->edges[p]; e < m->edges[p + 1]; e++)
            if (holds[m->what[e]] && !has(m->seen, m->to[e])) add(m->seen, m->to[e]), m->stack[depth++] = m->to[e];
    }
}

/* The number of a state, which may be new; -1 when there are too many. */
static int64_t number(maker *m, const uint64_t *set, uint8_t last) {
    uint64_t hash = last, any = 0;
    for (int64_t i = 0; i < m->width; i++) any |= set[i], hash = (hash ^ set[i]) * 0x9E3779B97F4A7C15u, hash ^= hash >> 29;
    if (!any) return LOST;
    int64_t slot = (int64_t)(hash % SLOTS);
    for (; m->slots[slot]; slot = (slot + 1) % SLOTS) {
        int64_t known = m->slots[slot];
        if (m->last[known] == last && !memcmp(m->sets + known * m->width, set, (size_t)m->width * sizeof *set)) return known;
    }
    if (m->count >= m->most) return -1;
    m->slots[slot] = (int32_t)m->count;
    m->last[m->count] = last;
    memcpy(m->sets + m->count * m->width, set, (size_t)m->width * sizeof *set);
    return m->count++;
}

/* Write down where a state goes with a byte of each class, and at the end. */
static int step(maker *m, int64_t state, int anchored, uint16_t *row) {
    int all[2];
    memset(m->next, 0, (size_t)(m->classes * m->width) * sizeof *m->next);
    for (int word = 0; word < 2; word++) {
        reach(m, state, 0, word);
        all[word] = has(m->seen, m->final);
        for (int64_t p = 0; p < m->places && !all[word]; p++)
            if (has(m->seen, p) && m->read_to[p] >= 0)
                for (int32_t r = m->reads[p]; r < m->reads[p + 1]; r++)
                    if (m->words[m->read[r]] == word) add(m->next + m->read[r] * m->width, m->read_to[p]);
    }
    for (int64_t c = 0; c < m->classes; c++) {
        uint64_t *set = m->next + c * m->width;
        if (!anchored) add(set, m->first);
        int64_t to = all[m->words[c]] ? FOUND : number(m, set, m->words[c] ? INSIDE : OUTSIDE);
        if (to < 0) return 0;
        row[c] = (uint16_t)to;
    }
    reach(m, state, 1, 0);
    row[m->classes] = has(m->seen, m->final) ? FOUND : LOST;
    return 1;
}

/* steps: room for `most` states, of each where it goes with each class of bytes, and at the end. Gives the number of
   states; -1 when there are more, -2 without memory. sizes: places, classes, first and final place, states at most. */
STRATA_EXPORT int64_t strata_subsets(const int64_t *sizes, const int32_t *edges, const int32_t *what, const int32_t *to,
                                     const int32_t *reads, const int32_t *read, const int32_t *read_to,
                                     const uint8_t *words, int anchored, uint16_t *steps) {
    maker m = {sizes[0], sizes[1], sizes[2], sizes[3], edges, what, to, reads, read, read_to, words, (sizes[0] + 63) / 64,
               NULL, NULL, NULL, NULL, NULL, NULL, FIRST, sizes[4]};
    m.sets = calloc((size_t)((m.most + 1 + m.classes) * m.width), sizeof *m.sets);
    m.stack = calloc((size_t)m.places + SLOTS, sizeof *m.stack);
    m.last = calloc((size_t)m.most, 1);
    int64_t done = -2;
    if (m.sets && m.stack && m.last) {
        m.seen = m.sets + m.most * m.width, m.next = m.seen + m.width, m.slots = m.stack + m.places;
        for (int64_t c = 0; c <= m.classes; c++)
            steps[c] = FOUND, steps[m.classes + 1 + c] = LOST;
        add(m.seen, m.first);
        number(&m, m.seen, BEGIN);
        for (done = FIRST; done >= 0 && done < m.count; done++)
            if (!step(&m, done, anchored, steps + done * (m.classes + 1))) done = -2;
        done = done < 0 ? -1 : done;
    }
    free(m.sets), free(m.stack), free(m.last);
    return done;
}
