/* Syntax trees: tree-sitter's finished trees read straight from its memory, into flat arrays in pre-order; and a look at
   a text before it is parsed. The twin of the first is a TreeCursor (analyze/syntax/cursor.py), of the second NumPy.

   How tree-sitter 0.26 lays things out on 64-bit little-endian machines is written here as structures of our own; whoever
   calls this has compared what it gives with the TreeCursor's on a sample of the grammar (analyze/syntax/reading.py).
   A slot is 8 bytes: a small leaf itself (lowest bit set), or the address of a node, whose children's slots end there. */
#include <stdlib.h>

#include "syntax.h"

enum { NAMED = 1, EXTRA = 2, MISSING = 4, ERROR = 8 };     /* bits of a node's flags, as in analyze/syntax/nodes.py */
enum { ERROR_KIND = 0xFFFF, NO_MEMORY = -1, TOO_DEEP = -2, FIRST_FRAMES = 1024 };

/* A node on the heap. */
typedef struct {
    uint32_t references, padding_bytes, padding_row, padding_column, size_bytes, size_row, size_column;
    uint32_t lookahead_bytes, error_cost, child_count;
    uint16_t symbol, parse_state, bits, unused;
    uint32_t visible_children, named_children, visible_descendants;
    int32_t precedence;
    uint16_t repeat_depth, production;
} heap_node;

typedef struct { uint16_t field; uint8_t child, inherited; } field_entry;
typedef struct { uint16_t index, length; } field_slice;

/* A grammar's tables, as far as they matter here. */
typedef struct {
    uint32_t abi, symbols, aliases, tokens, external_tokens, states, large_states, productions, fields;
    uint16_t longest_alias_sequence, unused;
    const void *parse_table, *small_table, *small_map, *actions, *symbol_names, *field_names;
    const field_slice *slices;
    const field_entry *entries;
    const uint8_t *metadata; /* of each symbol: visible, named, supertype */
    const uint16_t *public_symbols;
    const void *alias_map;
    const uint16_t *alias_sequences;
} grammar;

typedef struct {
    uint32_t padding, size, children;
    uint16_t symbol, production;
    int visible, named, extra, missing;
    const uint64_t *slots; /* of the children */
} subtree;

/* The children of one node that are still to come. `field`: what a hidden node is known by, for its children. */
typedef struct {
    const uint64_t *next;
    const uint16_t *aliases;
    const field_entry *fields;
    int64_t node;
    uint32_t left, depth;
    uint16_t field_count, place, field;
} frame;

typedef struct {
    frame *frames;
    int64_t depth, room;
} stack;

static subtree look(uint64_t slot) {
    subtree t;
    if (slot & 1) {
        t.visible = slot >> 1 & 1, t.named = slot >> 2 & 1, t.extra = slot >> 3 & 1, t.missing = slot >> 5 & 1;
        t.symbol = (uint16_t)(slot >> 8 & 0xFF);
        t.padding = (uint32_t)(slot >> 48 & 0xFF), t.size = (uint32_t)(slot >> 56);
        t.children = 0, t.production = 0, t.slots = NULL;
        return t;
    }
    const heap_node *node = (const heap_node *)(uintptr_t)slot;
    t.visible = node->bits & 1, t.named = node->bits >> 1 & 1, t.extra = node->bits >> 2 & 1, t.missing = node->bits >> 9 & 1;
    t.symbol = node->symbol, t.padding = node->padding_bytes, t.size = node->size_bytes, t.children = node->child_count;
    t.production = t.children ? node->production : 0;
    t.slots = (const uint64_t *)(uintptr_t)slot - t.children;
    return t;
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

static frame below(const grammar *g, const subtree *t, int64_t node, uint32_t depth, uint16_t field) {
    frame f = {t->slots, NULL, NULL, node, t->children, depth, 0, 0, field};
    if (t->production && g->longest_alias_sequence)
        f.aliases = g->alias_sequences + (size_t)t->production * g->longest_alias_sequence;
    if (g->fields) {
        field_slice slice = g->slices[t->production];
        f.fields = g->entries + slice.index, f.field_count = slice.length;
    }
    return f;
}

/* The field by which a child at a place is known, or that of the hidden nodes around it. */
static uint16_t field_at(const frame *f, uint16_t place) {
    for (uint16_t i = 0; i < f->field_count; i++)
        if (f->fields[i].child == place && !f->fields[i].inherited) return f->fields[i].field;
    return f->field;
}

static void put(const strata_nodes *out, const grammar *g, int64_t n, const subtree *t, uint16_t symbol, int named,
                uint16_t field, int64_t at, int64_t parent) {
    int64_t i = out->first + n, start = out->base + at + t->padding;
    int error = symbol == ERROR_KIND;
    out->kind[i] = error ? symbol : g->public_symbols[symbol];
    out->field[i] = field;
    out->start[i] = start, out->end[i] = start + t->size;
    out->parent[i] = parent < 0 ? -1 : out->first + parent;
    out->flags[i] = (uint8_t)((named ? NAMED : 0) | (t->extra ? EXTRA : 0) | (t->missing ? MISSING : 0) | (error ? ERROR : 0));
}

/* The nodes below a slot; gives their number, which may be more than there is room for, or a reason below zero. */
static int64_t walk(const grammar *g, const uint64_t *root, const strata_nodes *out, int64_t deepest, stack *s) {
    frame top = {root, NULL, NULL, -1, 1, 0, 0, 0, 0};
    int64_t n = 0, at = 0;
    if (!push(s, &top)) return NO_MEMORY;
    while (s->depth) {
        frame *f = &s->frames[s->depth - 1];
        if (!f->left) {
            if (f->node >= 0 && f->node < out->room) out->after[out->first + f->node] = out->first + n;
            s->depth--;
            continue;
        }
        subtree t = look(*f->next++);
        uint16_t symbol = t.symbol, field = 0;
        int visible = t.visible || f->node < 0, named = t.named;
        f->left--;
        if (!t.extra && f->next - 1 != root) {
            uint16_t alias = f->aliases ? f->aliases[f->place] : 0;
            if (alias) symbol = alias, visible = 1, named = g->metadata[(size_t)alias * 3 + 1];
            field = field_at(f, f->place++);
        }
        int64_t parent = f->node;
        uint32_t depth = f->depth;
        if (visible) {
            if (depth >= deepest) return TOO_DEEP;
            if (n < out->room) {
                put(out, g, n, &t, symbol, named, field, at, parent);
                if (!t.children) out->after[out->first + n] = out->first + n + 1;
            }
        }
        if (!t.children) {
            at += (int64_t)t.padding + t.size;
            n += visible;
            continue;
        }
        /* what a visible node has above it ends there: its hidden children inherit nothing */
        frame children = below(g, &t, visible ? n : parent, depth + (uint32_t)visible, visible ? 0 : field);
        children.node = visible ? n : parent;
        n += visible;
        if (!push(s, &children)) return NO_MEMORY;
    }
    return n;
}

/* The tree whose root's slot is at `root`, of a language: nodes to the columns of `out` from `out->first` on. Gives how
   many there are (nothing is written beyond the room), NO_MEMORY, or TOO_DEEP for one of more than `deepest` levels. */
STRATA_EXPORT int64_t strata_syntax_walk(const void *language, const uint64_t *root, const strata_nodes *out, int64_t deepest) {
    stack s = {malloc(FIRST_FRAMES * sizeof(frame)), 0, FIRST_FRAMES};
    int64_t n = s.frames ? walk(language, root, out, deepest, &s) : NO_MEMORY;
    free(s.frames);
    return n;
}

/* A text before it is parsed, to out: how deep its brackets nest (whatever they stand in), its longest line in bytes, its
   lines. */
STRATA_EXPORT void strata_syntax_scan(const uint8_t *text, int64_t n, int64_t *out) {
    static const uint8_t classes[256] = {['\n'] = 1, ['('] = 2, ['['] = 2, ['{'] = 2, [')'] = 3, [']'] = 3, ['}'] = 3};
    int64_t depth = 0, deepest = 0, longest = 0, lines = 0, begin = 0;
    for (int64_t i = 0; i < n; i++) {
        uint8_t class = classes[text[i]];
        if (class == 0) continue;
        if (class == 1) {
            if (i - begin > longest) longest = i - begin;
            begin = i + 1, lines++;
        } else {
            depth += class == 2 ? 1 : depth > 0 ? -1 : 0;
            if (depth > deepest) deepest = depth;
        }
    }
    if (n - begin > longest) longest = n - begin;
    out[0] = deepest, out[1] = longest, out[2] = lines + (begin < n);
}
