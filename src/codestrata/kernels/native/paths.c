/* Paths, many at a time: where their names begin, and some of them as lines of one text.
   Twins in codestrata/kernels/paths.py. */
#include "kernels.h"

/* name[i]: where the name of path i begins, behind the last slash; suffix[i]: behind the name's first dot, or its end. */
STRATA_EXPORT void strata_path_parts(const uint8_t *data, const int64_t *bounds, int64_t n, int64_t *name, int64_t *suffix) {
    for (int64_t i = 0; i < n; i++) {
        int64_t at = bounds[i + 1];
        while (at > bounds[i] && data[at - 1] != '/') at--;
        const uint8_t *dot = memchr(data + at, '.', (size_t)(bounds[i + 1] - at));
        name[i] = at;
        suffix[i] = dot ? dot + 1 - data : bounds[i + 1];
    }
}

/* The strings with a newline behind each. */
STRATA_EXPORT void strata_as_lines(const uint8_t *data, const int64_t *starts, const int64_t *stops, int64_t n, uint8_t *out) {
    for (int64_t i = 0; i < n; i++) {
        size_t size = (size_t)(stops[i] - starts[i]);
        memcpy(out, data + starts[i], size);
        out[size] = '\n';
        out += size + 1;
    }
}
