/* What texts are sought with, and who asks about them. */
#ifndef STRATA_PLACES_H
#define STRATA_PLACES_H
#include "../kernels.h"

/* `words`: a bit for each piece of a text and the byte behind it (scans.h). Of the pieces of a word: where their entries begin,
   four columns each, and those of the next word. Texts end to end. */
typedef struct {
    const uint32_t *words;
    const int32_t *first, *entries;
    const uint8_t *data;
} strata_texts;

/* Askers as bits of `words` words: those about each text, and those about each group of kinds; the group of each kind. */
typedef struct {
    const uint64_t *by_text, *by_kind;
    const uint16_t *group;
    int64_t words;
} strata_asked;

typedef struct {
    const uint16_t *kind;
    const int64_t *start, *end, *parent;
} strata_parents;

#endif
