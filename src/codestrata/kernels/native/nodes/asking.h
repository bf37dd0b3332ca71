/* A rule as questions in pre-order, five columns each, and what these are about. */
#ifndef STRATA_ASKING_H
#define STRATA_ASKING_H
#include "rules.h"

typedef struct {
    const int32_t *rows;
    const uint16_t *kinds;
    const strata_automaton_of *automata;
    const strata_snippet *snippets;
} strata_questions;

#endif
