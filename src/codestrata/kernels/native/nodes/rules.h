/* What rules are asked with. */
#ifndef STRATA_RULES_H
#define STRATA_RULES_H
#include "../kernels.h"

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
    const int64_t *parent;
    const uint16_t *field;
} strata_nodes;

/* A finite automaton: `width` steps of each state, by the class of a byte; whether it is found when a text ends in a state. */
typedef struct {
    const uint16_t *steps;
    const uint8_t *classes, *ends;
    int64_t width, backwards;
} strata_automaton_of;

/* Is something found in the text from p to end? */
int strata_finds(const strata_automaton_of *a, const uint8_t *p, const uint8_t *end);

enum { MOST_NAMES = 16, NAMED = 1, EXTRA = 2 };

/* Does a node look like a snippet of some names? caught: first and last node of each. */
int strata_looks(const strata_snippet *snippet, const strata_nodes *nodes, int64_t names, int64_t node, int64_t *caught);

#endif
