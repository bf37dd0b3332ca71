/* Ways to define something, and what is defined; see codestrata/kernels/nodes/defined.py. */
#ifndef STRATA_DEFINED_H
#define STRATA_DEFINED_H
#include "laid.h"

/* A way by fields from a node: two ways of two fields, 0 for none, -1 for one that the grammar has not. */
typedef struct {
    int32_t fields[2][2];
} way;

/* One way to define something; see codestrata/kernels/nodes/defined.py. */
typedef struct {
    way needs, name, body, parameters;
    int32_t whole, valued, inward, outward, binding, function, called;
} rule;

typedef struct {
    const rule *rules;
    int64_t count;
    const uint32_t *node, *value, *each; /* by kind, by kind, by field: for which rules, a bit each */
    const uint8_t *around;               /* by kind: a sum of what is below */
    int64_t declarator;                  /* the field that leads on in a declarator */
    uint32_t wholes;                     /* the rules of whole nodes */
} strata_rules;

typedef struct {
    int64_t *node, *outer, *name, *body, *parameters, *parent;
    uint8_t *row;
} strata_found;

#endif
