/* Moving pieces of bytes: what string columns are made of. */
#include "kernels.h"

/* Copies piece i, source[starts[i]:starts[i] + lengths[i]], to target[places[i]:]. Source and target do not overlap. */
STRATA_EXPORT void strata_gather(const uint8_t *source, const int64_t *starts, const int64_t *lengths, uint8_t *target,
                                 const int64_t *places, int64_t n) {
    for (int64_t i = 0; i < n; i++) memcpy(target + places[i], source + starts[i], (size_t)lengths[i]);
}
