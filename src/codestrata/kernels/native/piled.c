/* Columns of texts out of some that are known. Twin: codestrata/kernels/piled.py. */
#include "kernels.h"

/* Most texts are short: 16 bytes that may all be read and written are copied without asking how many are meant. */
static void copy(uint8_t *to, const uint8_t *from, int64_t size, int roomy) {
    if (roomy && size <= 16) memcpy(to, from, 16);
    else memcpy(to, from, (size_t)size);
}

/* Column c of m says in row r of n the text which[c * n + r], data[starts[t]:stops[t]]; rows are laid in an order, in which
   order[i] is the i-th, unless that is NULL. Without `out` gives where each text will end, column by column, from 0 on:
   offsets[c * (n + 1) + 1 + i]; with it lays the texts there. `out` has as many bytes as were told and 16 more; `data` has
   `size`. */
STRATA_EXPORT int64_t strata_piled(const uint8_t *data, int64_t size, const int64_t *starts, const int64_t *stops,
                                   const int64_t *which, const int64_t *order, int64_t m, int64_t n, int64_t *offsets,
                                   uint8_t *out) {
    int64_t at = 0;
    for (int64_t c = 0; c < m; c++) {
        const int64_t *column = which + c * n;
        int64_t *ends = offsets + c * (n + 1), begin = at;
        if (!out) ends[0] = 0;
        for (int64_t i = 0; i < n; i++) {
            int64_t text = column[order ? order[i] : i], length = stops[text] - starts[text];
            if (out) copy(out + at, data + starts[text], length, size - starts[text] >= 16);
            at += length;
            if (!out) ends[i + 1] = at - begin;
        }
    }
    return at;
}
