/* Syntax trees: where a walk over one puts its nodes, and what it must know of the grammar. */
#ifndef CODESTRATA_SYNTAX_H
#define CODESTRATA_SYNTAX_H

#include "../kernels.h"

enum { NAMED = 1, EXTRA = 2, MISSING = 4, ERROR = 8 }; /* bits of a node's flags, as in analyze/syntax/nodes.py */

/* The columns (see analyze/syntax/nodes.py), the nodes there is room for from `first` on, and the place of the file's
   first byte and first node among all. */
typedef struct {
    uint16_t *kind, *field;
    int64_t *start, *end, *parent, *after;
    uint8_t *flags;
    int64_t room, base, first;
} strata_nodes;

/* What a production says of its child at a place: its own field, or 0; and, where the child goes by an alias, the kind of
   that, and flags it loses but for `keep` and gets with `add`. `more`: another place follows; at the last one there is
   nothing, and so at all that come after. */
typedef struct {
    uint16_t field, kind;
    uint8_t keep, add, aliased, more;
} part;

static const part NOTHING = {0, 0, 0xFF, 0, 0, 0};

_Static_assert(sizeof(part) == sizeof(uint64_t), "parts lie in a block of words");

#endif
