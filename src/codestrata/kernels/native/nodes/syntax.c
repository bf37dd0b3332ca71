/* Syntax trees: tree-sitter's finished trees read straight from its memory, into flat arrays in pre-order; and a look at
   a text before it is parsed. The twin of the first is a TreeCursor (analyze/syntax/cursor.py), of the second Python.

   How tree-sitter 0.26 lays things out on 64-bit little-endian machines is written here as structures of our own; whoever
   calls this has compared what it gives with the TreeCursor's on a sample of the grammar (analyze/syntax/reading.py).
   A slot is 8 bytes: a small leaf itself (lowest bit set), or the address of a node, whose children's slots end there. */
#include <stdlib.h>

#include "syntax.h"

enum { ERROR_KIND = 0xFFFF, NO_KINDS = 0xFFFE, NO_MEMORY = -1, TOO_DEEP = -2, NO_NODE = -1 };
enum { FIRST_FRAMES = 1024, CACHE_LINE = 64, SCANNED = 128 };

/* A node on the heap. */
typedef struct {
    uint32_t references, padding_bytes, padding_row, padding_column, size_bytes, size_row, size_column;
    uint32_t lookahead_bytes, error_cost, child_count;
    uint16_t symbol, parse_state, bits, unused;
    uint32_t visible_children, named_children, visible_descendants;
    int32_t precedence;
    uint16_t repeat_depth, production;
} heap_node;

/* What matters of a node, wherever it lies. */
typedef struct {
    uint32_t padding, size, symbol;
    uint8_t visible, flags;
} subtree;

/* The children of one node that are still to come, and what its production says of them. `node`: the visible one they
   are below; `field`: what a hidden node is known by, for its children. */
typedef struct {
    const uint64_t *next, *end;
    const part *part;
    int64_t node;
    uint32_t depth;
    uint16_t field;
} frame;

typedef struct {
    frame *frames;
    int64_t depth, room;
} stack;

static inline subtree small(uint64_t slot) {
    uint8_t flags = (uint8_t)((slot >> 2 & (NAMED | EXTRA)) | (slot >> 3 & MISSING));
    return (subtree){slot >> 48 & 0xFF, (uint32_t)(slot >> 56), slot >> 8 & 0xFF, slot >> 1 & 1, flags};
}

static inline subtree large(const heap_node *node) {
    uint8_t flags = (uint8_t)((node->bits >> 1 & (NAMED | EXTRA)) | (node->bits >> 7 & MISSING));
    if (node->symbol == ERROR_KIND) flags |= ERROR;
    return (subtree){node->padding_bytes, node->size_bytes, node->symbol, node->bits & 1, flags};
}

static int push(stack *s, const frame *f) {
    if (s->depth == s->room) {
        frame *more = realloc(s->frames, (size_t)s->room * 2 * sizeof *more);
        if (!more) return 0;
        s->frames = more, s->room *= 2;
    }
    s->frames[s->depth++] = *f;
    return 1;
}

/* Where a walk is: nodes so far, and the most there is room for, counted among those of all files; bytes so far. */
typedef struct {
    const strata_nodes *out;
    int64_t n, full, at;
} place;

/* Write a child of a frame down, before it is asked whether it shows: over one that does not the next is written. */
static inline void put(const place *w, const frame *f, subtree t, uint16_t kind, uint16_t field, const part *p) {
    const strata_nodes *out = w->out;
    int64_t n = w->n, start = w->at + t.padding;
    if (n >= w->full) return;
    out->kind[n] = p->aliased ? p->kind : kind;
    out->field[n] = field;
    out->start[n] = start, out->end[n] = start + t.size;
    out->parent[n] = f->node, out->after[n] = n + 1;
    out->flags[n] = (uint8_t)((t.flags & p->keep) | p->add);
}

/* Nodes end here: one, and those around it up to another. */
static inline void finish(const place *w, int64_t node, int64_t around) {
    if (node >= w->full) return;
    for (; node != around; node = w->out->parent[node]) w->out->after[node] = w->n;
}

/* Have what is read last of a node's children, most often a large one, on its way to the processor's cache. */
static inline void expect(uint64_t slot, const void *otherwise) {
    const char *node = slot & 1 ? otherwise : (const char *)(uintptr_t)slot;
    __builtin_prefetch(node);
    __builtin_prefetch(node - CACHE_LINE);
}

/* The nodes below a slot; gives their number, which may be more than there is room for, or a reason below zero. A node
   whose last child is being read is not on the stack any more. */
static int64_t walk(const uint64_t *grammar, const uint64_t *root, const strata_nodes *out, int64_t deepest, stack *s) {
    const uint16_t *kinds = (const uint16_t *)(uintptr_t)grammar[0];
    const strata_nodes to = *out;
    place w = {&to, to.first, to.first + to.room, to.base};
    frame f = {root, root + 1, &NOTHING, NO_NODE, 0, 0};
    for (;;) {
        while (f.next != f.end) {
            uint64_t slot = *f.next++;
            const heap_node *node = (const heap_node *)(uintptr_t)slot;
            subtree t = slot & 1 ? small(slot) : large(node);
            const part *p = f.part;
            uint16_t field = p->field ? p->field : f.field;
            if (t.flags & EXTRA) p = &NOTHING, field = 0;
            else f.part += p->more;
            int visible = t.visible | p->aliased | (f.node == NO_NODE);
            put(&w, &f, t, t.symbol < NO_KINDS ? kinds[t.symbol] : (uint16_t)t.symbol, field, p);
            if (f.depth >= deepest && visible) return TOO_DEEP;
            if (slot & 1 || !node->child_count) {
                w.at += (int64_t)t.padding + t.size;
                w.n += visible;
                continue;
            }
            if (f.next != f.end && !push(s, &f)) return NO_MEMORY;
            f.end = (const uint64_t *)(uintptr_t)slot, f.next = f.end - node->child_count;
            f.part = (const part *)(grammar + grammar[1 + node->production]);
            expect(f.end[-1], f.next);
            /* what a visible node has above it ends there: its hidden children inherit nothing */
            f.node = visible ? w.n : f.node, f.depth += (uint32_t)visible, f.field = visible ? 0 : field;
            w.n += visible;
        }
        int64_t around = s->depth ? s->frames[s->depth - 1].node : NO_NODE;
        finish(&w, f.node, around);
        if (!s->depth) return w.n - to.first;
        f = s->frames[--s->depth];
    }
}

/* The tree whose root's slot is at `root`, of a grammar (see grammar.c): nodes to the columns of `out` from `out->first`
   on. Gives how many there are (nothing is written beyond the room), NO_MEMORY, or TOO_DEEP for one of more than `deepest`
   levels. */
STRATA_EXPORT int64_t strata_syntax_walk(const uint64_t *grammar, const uint64_t *root, const strata_nodes *out, int64_t deepest) {
    stack s = {malloc(FIRST_FRAMES * sizeof(frame)), 0, FIRST_FRAMES};
    int64_t n = s.frames ? walk(grammar, root, out, deepest, &s) : NO_MEMORY;
    free(s.frames);
    return n;
}

static int64_t deepest_bracket(const uint8_t *text, int64_t n) {
    int64_t depth = 0, deepest = 0;
    for (int64_t i = 0; i < n; i++) {
        uint8_t c = text[i];
        if (c == '(' || c == '[' || c == '{') depth++;
        if ((c == ')' || c == ']' || c == '}') && depth) depth--;
        if (depth > deepest) deepest = depth;
    }
    return deepest;
}

/* The lines of a text that is not parsed yet, or TOO_DEEP when its brackets, whatever they stand in, nest in more than so
   many levels. Of a block of bytes only counts are taken, as if what closes in it came before what opens: that is the
   deepest it can be, and where even that is not too deep nobody looks again. */
STRATA_EXPORT int64_t strata_syntax_lines(const uint8_t *text, int64_t n, int64_t most) {
    int64_t depth = 0, lines = 0;
    int doubtful = 0;
    for (int64_t at = 0; at < n; at += SCANNED) {
        uint8_t last[SCANNED] = {0}, opening = 0, closing = 0, newlines = 0;
        const uint8_t *block = text + at;
        if (n - at < SCANNED) block = memcpy(last, block, (size_t)(n - at));
        for (int i = 0; i < SCANNED; i++) {
            uint8_t c = block[i], square = c | 0x20; /* makes curly brackets of square ones */
            opening += (c == '(') | (square == '{');
            closing += (c == ')') | (square == '}');
            newlines += c == '\n';
        }
        depth = (depth > closing ? depth - closing : 0) + opening;
        doubtful |= depth > most;
        lines += newlines;
    }
    if (doubtful && deepest_bracket(text, n) > most) return TOO_DEEP;
    return lines + (n > 0 && text[n - 1] != '\n');
}
