/* Where a walk over a syntax tree puts its nodes. */
#ifndef CODESTRATA_SYNTAX_H
#define CODESTRATA_SYNTAX_H

#include "kernels.h"

/* The columns (see analyze/syntax/nodes.py), the nodes there is room for from `first` on, and the place of the file's
   first byte and first node among all. */
typedef struct {
    uint16_t *kind, *field;
    int64_t *start, *end, *parent, *after;
    uint8_t *flags;
    int64_t room, base, first;
} strata_nodes;

#endif
