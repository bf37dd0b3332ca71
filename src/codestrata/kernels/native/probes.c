/* Where something may stand that begins with one of many words. Twin: _places in codestrata/kernels/probes.py. */
#include "probes.h"

typedef const uint8_t *text;

enum { PLAIN, ASSIGNED, USERINFO, DOTTED, GROUPS };
enum { FOLD = 1, APART = 2 };
#define RUN 64

typedef struct {
    int64_t *rows, room, count; /* text, place, probe */
} places;

static int digit(uint8_t c) { return c >= '0' && c <= '9'; }
static int letter(uint8_t c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
static int word(uint8_t c) { return digit(c) || letter(c) || c == '_'; }
static int hexadecimal(uint8_t c) { return digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f'); }
static int named(uint8_t c) { return word(c) || c == '.' || c == '-'; }
static int closing(uint8_t c) { return c == '"' || c == '\'' || c == '`' || c == ']' || c == ')' || c == '['; }
static int blank(uint8_t c) { return c == ' ' || c == '\t'; }
static int typed(uint8_t c) {
    return word(c) || c == '.' || c == '[' || c == ']' || c == '|' || c == '?' || c == '&' || c == '*';
}
static int prefix(uint8_t c) { return letter(c) || c == '@' || c == '$'; }
static int bare(uint8_t c) {
    switch (c) {
    case '"': case '\'': case '`': case ',': case ';': case '(': case ')':
    case '{': case '}': case '<': case '>': case '[': case ']': return 0;
    default: return c > 0x20;
    }
}
static int login(uint8_t c) {
    return c > 0x20 && c != '/' && c != '@' && c != '"' && c != '\'' && c != '`' && c != '<' && c != '>';
}

typedef int member(uint8_t);

static text skip(text p, text end, member *in, int64_t most) {
    if (end - p > most) end = p + most;
    while (p < end && in(*p)) p++;
    return p;
}

/* A sign of assignment; `loose`: an opening bracket or a comma will do. NULL without one. */
static text sign(text p, text end, int loose) {
    if (GOES(p, end, "=>") || GOES(p, end, ":=") || GOES(p, end, "==")) return p + 2;
    if (p < end && (*p == '=' || *p == ':' || *p == '>' || (loose && (*p == '(' || *p == ',')))) return p + 1;
    return NULL;
}

static int quoted(text p, text end) {
    text q = sign(p, end, 1);
    p = skip(q ? q : p, end, blank, 20);
    if (p < end && letter(*p)) { /* the name of a type */
        q = skip(skip(p + 1, end, typed, 30), end, blank, 4);
        if (q < end && *q == '=') p = skip(q + 1, end, blank, 20);
    }
    p = skip(p, end, prefix, 2);
    if (p == end || (*p != '"' && *p != '\'' && *p != '`')) return 0;
    uint8_t quote = *p++;
    if (quote != '`' && end - p >= 2 && p[0] == quote && p[1] == quote) p += 2;
    text from = p, stop = end - p > 512 ? p + 512 : end;
    while (p < stop && *p > 0x20 && *p != quote) p++;
    return p - from >= 6 && p < end && *p == quote;
}

static int assigned(text p, text end) {
    p = skip(skip(skip(p, end, named, 40), end, closing, 3), end, blank, 20);
    if (quoted(p, end)) return 1;
    if (!(p = sign(p, end, 0))) return 0;
    p = skip(p, end, blank, 20);
    text stop = skip(p, end, bare, 512);
    if (stop - p < 6) return 0;
    for (; p < stop; p++)
        if (digit(*p)) return 1;
    return 0;
}

static int userinfo(text p, text end) {
    text name = p, stop = end - p > 64 ? p + 64 : end;
    while (name < stop && *name != ':' && login(*name)) name++;
    if (name == end || *name != ':') return 0;
    p = skip(name + 1, end, login, 128);
    return p - name > 3 && end - p >= 2 && *p == '@' && (digit(p[1]) || letter(p[1]) || p[1] == '[' || p[1] == '$');
}

static int dotted(text begin, text p, text end) {
    if (p > begin && (word(p[-1]) || p[-1] == '.')) return 0;
    for (int k = 0; k < 4; k++) {
        if (k && (p == end || *p++ != '.')) return 0;
        text q = skip(p, end, digit, 3);
        if (q == p) return 0;
        p = q;
    }
    return p == end || !(word(*p) || (*p == '.' && end - p > 1 && digit(p[1])));
}

static int groups(text begin, text p, text end) {
    if (p > begin && (word(p[-1]) || p[-1] == ':' || p[-1] == '.')) return 0;
    if (end - p < 4 || (*p != '2' && *p != '3') || skip(p, end, hexadecimal, 4) - p < 4) return 0;
    p += 4;
    int count = 0;
    while (count < 7 && p < end && *p == ':') p = skip(p + 1, end, hexadecimal, 4), count++;
    return count >= 2 && (p == end || !(word(*p) || *p == ':'));
}

static int same(text p, text wanted, int64_t size, int fold) {
    if (!fold) return memcmp(p, wanted, (size_t)size) == 0;
    for (int64_t i = 0; i < size; i++)
        if ((p[i] >= 'A' && p[i] <= 'Z' ? p[i] | 32 : p[i]) != wanted[i]) return 0;
    return 1;
}

/* Where the match of probe k begins whose word stands at `at`, or NULL. */
static text begins(text start, text at, text end, const strata_probe_table *t, int64_t k) {
    const int64_t *told = t->told + 7 * k, size = t->bounds[k + 1] - t->bounds[k];
    if (at < start || end - at < size || !same(at, t->words + t->bounds[k], size, told[0] & FOLD)) return NULL;
    text from = at, behind = at + size, stop = behind;
    const uint8_t *left = t->classes + 256 * told[2], *right = t->classes + 256 * told[4];
    text least = at - start > RUN ? at - RUN : start, most = end - behind > RUN ? behind + RUN : end;
    while (from > least && left[from[-1]]) from--;
    while (stop < most && right[*stop]) stop++;
    if (at - from < told[3] || stop - behind < told[5]) return NULL;
    if ((told[0] & APART) && from > start && word(from[-1])) return NULL;
    switch (told[1]) {
    case ASSIGNED: return assigned(behind, end) ? from : NULL;
    case USERINFO: return userinfo(behind, end) ? from : NULL;
    case DOTTED: return dotted(start, from, end) ? from : NULL;
    case GROUPS: return groups(start, from, end) ? from : NULL;
    default: return from;
    }
}

static void look(text start, text p, text end, const strata_probe_table *t, uint32_t pair, int64_t i, places *out) {
    int64_t bucket = t->bucket[pair];
    for (int64_t c = t->chains[bucket]; c < t->chains[bucket + 1]; c++) {
        int64_t k = t->chain[c];
        text from = begins(start, p - t->told[7 * k + 6], end, t, k);
        if (!from) continue;
        if (out->count < out->room) {
            int64_t *row = out->rows + 3 * out->count;
            row[0] = i, row[1] = from - start, row[2] = k;
        }
        out->count++;
    }
}

/* Every place of every probe in n texts; gives how many there are, of which the first `room` are written. */
STRATA_EXPORT int64_t strata_probes(const uint8_t *arena, const int64_t *starts, const int64_t *stops, int64_t n,
                                    const strata_probe_table *table, int64_t *rows, int64_t room) {
    places out = {rows, room, 0};
    const uint8_t *bits = table->bits;
    for (int64_t i = 0; i < n; i++) {
        text start = arena + starts[i], end = arena + stops[i];
        if (end - start < 2) continue;
        uint32_t pair = *start;
        for (text p = start + 1; p < end; p++) {
            pair = (pair << 8 | *p) & 0xffff;
            if (bits[pair >> 3] >> (pair & 7) & 1) look(start, p - 1, end, table, pair, i, &out);
        }
    }
    return out.count;
}
