/* What hashes of subtrees are made of, and what is wanted of them. */
#ifndef CODESTRATA_SUBTREES_H
#define CODESTRATA_SUBTREES_H

#include "laid.h"

/* What stands for each kind, and what it is (bits), each for 65536 kinds. */
typedef struct {
    const uint64_t *names;
    const uint8_t *roles;
} strata_grammar;

/* Nodes that are asked about, rising; the shape, the syntax and the named nodes of each go to the columns beside. */
typedef struct {
    const int64_t *node;
    uint64_t *shape, *syntax;
    int32_t *named;
    int64_t count;
} strata_asked;

/* Wholes of few to most named nodes go to the last of these cells, rising. */
typedef struct {
    int64_t *node;
    uint64_t *shape;
    int32_t *named;
    int64_t room, few, most;
} strata_wholes;

#endif
