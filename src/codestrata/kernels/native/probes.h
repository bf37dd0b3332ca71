/* What probes.c is given; codestrata/kernels/probes.py fills it. */
#ifndef CODESTRATA_PROBES_H
#define CODESTRATA_PROBES_H

#include "kernels.h"

typedef struct {
    const uint8_t *words;   /* all words, end to end; lower case where case does not count */
    const int64_t *bounds;  /* word k is words[bounds[k], bounds[k + 1]) */
    const int64_t *told;    /* 7 for each: flags, form, left class, least, right class, least, where its pair stands */
    const uint8_t *classes; /* 256 for each class: is a byte in it? */
    const uint8_t *bits;    /* 65536 bits: is this pair of bytes one of any word? */
    const uint16_t *bucket; /* pair -> bucket */
    const int64_t *chains;  /* bucket b has chain[chains[b], chains[b + 1]) */
    const int64_t *chain;   /* probes */
} strata_probe_table;

#endif
