/* Texts as people write them on one line. Twin: codestrata/kernels/tidied.py. */
#include "kernels.h"

enum { SPACES = 1, COMMAS = 2 }; /* twin: Tidy */

static int blank(uint8_t c) { return c == ' ' || (uint8_t)(c - 9) < 5 || (uint8_t)(c - 28) < 4; }

static int ascii(const uint8_t *p, const uint8_t *end) {
    uint8_t any = 0;
    for (; p < end; p++) any |= *p;
    return any < 0x80;
}

/* Lay n texts data[starts[i]:stops[i]] down at out[offsets[i]:offsets[i + 1]], without colons and spaces in front, at most
   `longest` bytes of each. SPACES: runs of blanks are one space, none stands at an end; COMMAS: they become semicolons.
   odd[i]: the text is not ASCII, and nothing was laid down. Gives how many are. */
STRATA_EXPORT int64_t strata_tidied(const uint8_t *data, const int64_t *starts, const int64_t *stops, int64_t n, int64_t how,
                                    int64_t longest, int64_t *offsets, uint8_t *out, uint8_t *odd) {
    uint8_t *at = out;
    int64_t count = 0;
    offsets[0] = 0;
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *p = data + starts[i], *end = data + stops[i];
        uint8_t *begin = at;
        odd[i] = !ascii(p, end);
        count += odd[i];
        while (p < end && (*p == ':' || *p == ' ')) p++;
        if (odd[i]) p = end;
        for (int gap = 0; p < end && at - begin < longest; p++) {
            if (how & SPACES && blank(*p)) {
                gap = at > begin;
                continue;
            }
            if (gap) *at++ = ' ', gap = 0;
            if (at - begin < longest) *at++ = how & COMMAS && *p == ',' ? ';' : *p;
        }
        offsets[i + 1] = at - out;
    }
    return count;
}
