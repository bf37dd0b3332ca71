/* The text a reader of an HTML page sees, counted: outside tags, comments, scripts and style sheets. */
#include "kernels.h"

static int is_letter(uint8_t c) { return (uint8_t)((c | 0x20) - 'a') < 26; }
static int is_space(uint8_t c) { return c == ' ' || (uint8_t)(c - 9) < 5; }

static int names(const uint8_t *p, const uint8_t *end, const char *name) {
    for (; *name; name++, p++)
        if (p >= end || (*p | 0x20) != *name) return 0;
    return p >= end || !is_letter(*p);
}

static const uint8_t *behind(const uint8_t *p, const uint8_t *end, uint8_t c) {
    const uint8_t *hit = p < end ? memchr(p, c, (size_t)(end - p)) : NULL;
    return hit ? hit + 1 : end;
}

/* Behind the end tag that closes a script or a style sheet. */
static const uint8_t *behind_element(const uint8_t *p, const uint8_t *end, const char *name) {
    while ((p = behind(p, end, '<')) < end)
        if (*p == '/' && names(p + 1, end, name)) return behind(p, end, '>');
    return end;
}

static const uint8_t *behind_comment(const uint8_t *p, const uint8_t *end) {
    while ((p = behind(p, end, '>')) < end)
        if (p[-2] == '-' && p[-3] == '-') return p;
    return end;
}

/* Behind the markup that begins at p[0] == '<', or p when it is a sign like any other. */
static const uint8_t *behind_markup(const uint8_t *p, const uint8_t *end) {
    if (end - p >= 4 && memcmp(p, "<!--", 4) == 0) return behind_comment(p + 4, end);
    if (end - p < 2 || !(is_letter(p[1]) || p[1] == '/' || p[1] == '!' || p[1] == '?')) return p;
    const uint8_t *after = behind(p, end, '>');
    if (names(p + 1, end, "script")) return behind_element(after, end, "script");
    if (names(p + 1, end, "style")) return behind_element(after, end, "style");
    return after;
}

static int64_t visible(const uint8_t *p, const uint8_t *end) {
    int64_t count = 0;
    int gap = 0;
    while (p < end) {
        if (*p == '<') {
            const uint8_t *after = behind_markup(p, end);
            if (after > p) {
                gap = 1, p = after;
                continue;
            }
        }
        if (is_space(*p)) {
            gap = 1;
        } else {
            /* white space and markup between two visible characters count as one */
            count += ((*p & 0xC0) != 0x80) + (gap && count);
            gap = 0;
        }
        p++;
    }
    return count;
}

STRATA_EXPORT void strata_visible(const uint8_t *arena, const int64_t *offsets, int64_t k, int64_t *out) {
    for (int64_t i = 0; i < k; i++) out[i] = visible(arena + offsets[i], arena + offsets[i + 1]);
}
