/* What rules are asked with. */
#ifndef STRATA_RULES_H
#define STRATA_RULES_H
#include "kernels.h"

/* A snippet in pre-order: what each piece is, its kind, the piece behind all in it, its name's number, its text. */
typedef struct {
    const int32_t *what, *kind, *after, *name, *text, *size;
    const uint8_t *texts;
} strata_snippet;

typedef struct {
    const uint8_t *arena;
    const uint16_t *kind;
    const int64_t *start, *end, *after;
    const uint8_t *flags;
} strata_nodes;

#endif
