/* A grammar as the walk over its trees (syntax.c) asks it: what each production says of its children, place by place.

   How tree-sitter lays out a grammar's tables (TSLanguage of its parser.h, ABI 14 and 15) is written here as structures of
   our own. Whether that is so shows on a sample of the grammar, read with a TreeCursor, too (analyze/syntax/reading.py). */
#include "syntax.h"

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

/* The field of a production's child at a place, to *field; gives whether a field is there or behind. An inherited one is
   not the production's own. */
static int field_at(const grammar *g, uint32_t production, uint32_t place, uint16_t *field) {
    int more = 0;
    *field = 0;
    if (!g->fields) return 0;
    field_slice slice = g->slices[production];
    for (const field_entry *e = g->entries + slice.index, *end = e + slice.length; e < end; e++) {
        if (e->inherited || e->child < place) continue;
        if (e->child == place && !*field) *field = e->field;
        more = 1;
    }
    return more;
}

/* The alias of a production's child at a place, to *alias; gives whether an alias is there or behind. */
static int alias_at(const grammar *g, uint32_t production, uint32_t place, uint16_t *alias) {
    uint32_t width = g->longest_alias_sequence;
    *alias = 0;
    if (!production || place >= width) return 0;
    const uint16_t *sequence = g->alias_sequences + (size_t)production * width;
    *alias = sequence[place];
    while (place < width && !sequence[place]) place++;
    return place < width;
}

static part part_at(const grammar *g, uint32_t production, uint32_t place) {
    part p = NOTHING;
    uint16_t alias;
    p.more = (uint8_t)(field_at(g, production, place, &p.field) | alias_at(g, production, place, &alias));
    if (alias) {
        p.aliased = 1, p.kind = g->public_symbols[alias];
        p.keep = (uint8_t)~(NAMED | ERROR), p.add = g->metadata[(size_t)alias * 3 + 1] ? NAMED : 0;
    }
    return p;
}

/* A grammar (the address a grammar's package hands out) as a block of words at `out`: where the kinds of its symbols lie;
   of each production which word of the block its first part is; and the parts, one a word. Gives how many words that are;
   what is beyond `room` is not written. */
STRATA_EXPORT int64_t strata_syntax_grammar(const void *language, uint64_t *out, int64_t room) {
    const grammar *g = language;
    uint32_t productions = g->productions ? g->productions : 1;
    int64_t n = 1 + (int64_t)productions;
    if (room > 0) out[0] = (uint64_t)(uintptr_t)g->public_symbols;
    for (uint32_t production = 0; production < productions; production++) {
        if (1 + (int64_t)production < room) out[1 + production] = (uint64_t)n;
        part p = {.more = 1};
        for (uint32_t place = 0; p.more; place++, n++) {
            p = part_at(g, production, place);
            if (n < room) memcpy(out + n, &p, sizeof p);
        }
    }
    return n;
}
