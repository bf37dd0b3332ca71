/* What a blob's bytes are: text in which encoding, or not text. */
#include "scans.h"

enum { ASCII, UTF8, UTF8_BOM, UTF16_LE, UTF16_BE, LATIN1, UNKNOWN, BINARY };
enum { SAMPLE = 4096, GIT_LOOKS_AT = 8000 };

static int is_control(uint8_t c) { return (c < 32 && !(c >= 8 && c <= 13) && c != 27) || c == 127; }

/* Well-formed by Table 3-7 of the Unicode Standard: no overlong form, no surrogate, nothing over U+10FFFF. */
static int is_utf8(const uint8_t *p, int64_t size) {
    for (int64_t i = 0; i < size;) {
        uint64_t eight;
        if (i + 8 <= size && (memcpy(&eight, p + i, 8), !(eight & UINT64_C(0x8080808080808080)))) {
            i += 8;
            continue;
        }
        uint8_t c = p[i];
        if (c < 0x80) {
            i++;
            continue;
        }
        int more = c >= 0xC2 && c <= 0xDF ? 1 : (c & 0xF0) == 0xE0 ? 2 : c >= 0xF0 && c <= 0xF4 ? 3 : 0;
        if (!more || i + more >= size) return 0;
        uint8_t low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80, high = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
        if (p[i + 1] < low || p[i + 1] > high) return 0;
        for (int k = 2; k <= more; k++)
            if ((p[i + k] & 0xC0) != 0x80) return 0;
        i += more + 1;
    }
    return 1;
}

/* Holds zeros: UTF-16 when nearly every second byte is one and hardly any other is, as in Latin scripts; binary when git
   sees one. */
static int zeroed(const uint8_t *p, int64_t size) {
    int64_t zeros[2] = {0, 0}, sample = (size < SAMPLE ? size : SAMPLE) & ~INT64_C(1);
    for (int64_t i = 0; i < sample; i++) zeros[i & 1] += p[i] == 0;
    if (size % 2 == 0 && size >= 4) {
        if (zeros[1] * 10 >= sample / 2 * 7 && zeros[0] * 100 < sample) return UTF16_LE;
        if (zeros[0] * 10 >= sample / 2 * 7 && zeros[1] * 100 < sample) return UTF16_BE;
    }
    return memchr(p, 0, (size_t)(size < GIT_LOOKS_AT ? size : GIT_LOOKS_AT)) ? BINARY : UNKNOWN;
}

/* Neither UTF-8 nor zeros: Latin-1 when it looks like text with some accents, else who knows. */
static int narrow(const uint8_t *p, int64_t size) {
    int64_t control = 0, beyond = 0;
    for (int64_t i = 0; i < size; i++) control += is_control(p[i]), beyond += p[i] >> 7;
    return control * 100 <= size && beyond * 10 <= size * 3 ? LATIN1 : UNKNOWN;
}

static int encoding(const uint8_t *p, int64_t size, look_scan *look) {
    if (size >= 2 && size % 2 == 0 && p[0] == 0xFF && p[1] == 0xFE && (size < 4 || p[2] || p[3])) return UTF16_LE;
    if (size >= 2 && size % 2 == 0 && p[0] == 0xFE && p[1] == 0xFF) return UTF16_BE;
    int seen = look(p, size);
    if (seen & 1) return zeroed(p, size);
    if (!seen) return ASCII;
    if (!is_utf8(p, size)) return narrow(p, size);
    return size >= 3 && p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF ? UTF8_BOM : UTF8;
}

STRATA_EXPORT void strata_encodings(const uint8_t *arena, const int64_t *offsets, int64_t k, int target, uint8_t *out) {
    look_scan *look = STRATA_PICK(strata_look, target);
    for (int64_t i = 0; i < k; i++) out[i] = (uint8_t)encoding(arena + offsets[i], offsets[i + 1] - offsets[i], look);
}
