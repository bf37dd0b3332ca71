/* What texts are sought with, and who asks about them. */
#ifndef STRATA_PLACES_H
#define STRATA_PLACES_H
#include "kernels.h"

/* By the hash of a piece, of 65536: a bit of `bits`, set where some text is sought by it; where its entries begin, and those of
   the next. Of each entry: its text's number, and how many bytes of the text come before the piece. Texts end to end. */
typedef struct {
    const uint8_t *bits;
    const int32_t *first, *number, *lead;
    const uint8_t *data;
    const int64_t *begins;
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
