/* Rows of pieces, joined by commas. Twin: codestrata/kernels/joined.py. */
#include "kernels.h"

/* Piece which[i] of `data`, data[places[p]:places[p + 1]], belongs to row[i], which rises, of m rows. Gives the pieces of
   each row, joined: told[offsets[k]:offsets[k + 1]]. `told` has room for all pieces and a byte for each. */
STRATA_EXPORT void strata_joined(const uint8_t *data, const int64_t *places, const int64_t *which, const int64_t *row,
                                 int64_t n, int64_t m, int64_t *offsets, uint8_t *told) {
    int64_t size = 0;
    for (int64_t k = 0, i = 0; k < m; k++) {
        for (int64_t begin = i; i < n && row[i] == k; i++) {
            const uint8_t *piece = data + places[which[i]];
            int64_t length = places[which[i] + 1] - places[which[i]];
            if (i > begin) told[size++] = ',';
            memcpy(told + size, piece, (size_t)length);
            size += length;
        }
        offsets[k + 1] = size;
    }
}
