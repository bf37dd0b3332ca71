/* The words of a licence text that count, after the passes of codestrata/kernels/prose.py, for ASCII text. Each pass reads
   one buffer and writes the other, as one substitution follows another there. Twin: _prose in that file. */
#include "kernels.h"

typedef struct {
    uint8_t *at, *begin;
} sink;

typedef const uint8_t *text;

enum { COPYRIGHT = 1 }; /* stands for the sign, which is not ASCII */

static int is_digit(int c) { return c >= '0' && c <= '9'; }
static int is_letter(int c) { return c >= 'a' && c <= 'z'; } /* everything is in lower case */
static int is_sign(int c) { return is_digit(c) || is_letter(c); }
static int is_word(int c) { return is_sign(c) || c == '_'; }
static int is_space(int c) { return c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31); }

static void put(sink *out, const char *what, size_t size) {
    memcpy(out->at, what, size);
    out->at += size;
}
#define PUT(out, what) put(out, what, sizeof(what) - 1)

static text lower(text p, text end, sink *out) {
    for (; p < end; p++) *out->at++ = (uint8_t)(*p >= 'A' && *p <= 'Z' ? *p | 0x20 : *p);
    return out->at;
}

/* How far a spelling reaches that has a usual one, which is put out; 0 when there is none. */
static int64_t respell(text p, text begin, text end, sink *out) {
    switch (*p) {
    case '+':
        if (p == begin || !is_digit(p[-1]) || (p + 1 < end && is_word(p[1]))) return 0;
        return PUT(out, " or later"), 1;
    case 'l': return GOES(p, end, "licence") ? (PUT(out, "license"), 7) : 0;
    case 's':
        if (!GOES(p, end, "sub-license") && !GOES(p, end, "sub-licence")) return 0;
        return PUT(out, "sublicense"), 11;
    case 'n': return GOES(p, end, "non-infringement") ? (PUT(out, "noninfringement"), 16) : 0;
    case 'c': return GOES(p, end, "copyright owner") ? (PUT(out, "copyright holder"), 15) : 0;
    case 'h':
        if (GOES(p, end, "httpsub-license") || GOES(p, end, "httpsub-licence")) return PUT(out, "httpublicense"), 15;
        return GOES(p, end, "https") ? (PUT(out, "http"), 5) : 0;
    default: return 0;
    }
}

static text usual(text p, text end, sink *out) {
    for (text begin = p; p < end;) {
        int64_t step = respell(p, begin, end, out);
        if (step) p += step;
        else *out->at++ = *p++;
    }
    return out->at;
}

static text behind_claim(text p, text end) {
    while (p < end && (*p == ' ' || *p == ':')) p++;
    if (GOES(p, end, "(c)")) return p + 3;
    if (p < end && (*p == COPYRIGHT || *p == '<' || *p == '[' || *p == '{' || is_digit(*p))) return p + 1;
    if (GOES(p, end, "by ")) return p + 3;
    if (GOES(p, end, "holder")) return p + 6;
    if (GOES(p, end, "the ") || GOES(p, end, "year") || GOES(p, end, "xxxx") || GOES(p, end, "yyyy")) return p + 4;
    return NULL;
}

static int64_t sign_size(text p, text end) {
    return p < end && *p == COPYRIGHT ? 1 : GOES(p, end, "(c)") ? 3 : GOES(p, end, "copyright") ? 9 : 0;
}

/* The same behind "copyright" or a sign of it; p is behind what leads the line, from `begin` on. */
static text behind_copyright(text p, text begin, text end) {
    text at = p + (GOES(p, end, "portions ") ? 9 : GOES(p, end, "parts ") ? 6 : 0), claim;
    for (;; at = --p) {
        int64_t size = sign_size(at, end);
        if (size && (claim = behind_claim(at + size, end))) return claim;
        if (p == begin) return NULL;
    }
}

#define STOPS(p, end, what) (GOES(p, end, what) && ((p) + sizeof(what) - 1 == (end) || !is_word((p)[sizeof(what) - 1])))

static int goes_on(text p, text end) {
    if (*p == 'a') return GOES(p, end, "and ") && STOPS(p + 4, end, "licensed");
    if (*p == 'l') return STOPS(p, end, "licensed");
    if (*p == 'p') return STOPS(p, end, "permission");
    return *p == 'r' && STOPS(p, end, "redistribution");
}

/* Where the copyright notice ends that the line at p begins with, or NULL. */
static text behind_notice(text p, text end) {
    text begin = p;
    while (p < end && *p != '\n' && !is_word(*p)) p++;
    if (!(p = behind_copyright(p, begin, end))) return NULL;
    while (p < end && *p != '\n' && !goes_on(p, end)) p++;
    return p;
}

static text without_notices(text p, text end, sink *out) {
    while (p < end) {
        text line = memchr(p, '\n', (size_t)(end - p)), behind = behind_notice(p, end);
        if (behind) *out->at++ = ' ', p = behind;
        line = line ? line + 1 : end;
        memcpy(out->at, p, (size_t)(line - p));
        out->at += line - p;
        p = line;
    }
    return out->at;
}

static text behind_tag(text p, text end) {
    text stop = end - p > 101 ? p + 102 : end, from = ++p;
    while (p < stop && *p != '<' && *p != '>' && *p != '\n') p++;
    return p < stop && *p == '>' && p > from ? p + 1 : NULL;
}

static text without_tags(text p, text end, sink *out) {
    while (p < end) {
        text behind = *p == '<' ? behind_tag(p, end) : NULL;
        *out->at++ = behind ? ' ' : *p;
        p = behind ? behind : p + 1;
    }
    return out->at;
}

static int is_roman(int c) { return c == 'i' || c == 'v' || c == 'x'; }

static text behind_bullet(text p, text begin, text end) {
    if (p > begin && (is_word(p[-1]) || p[-1] == '.')) return NULL;
    if (*p == '(') p++;
    text from = p;
    while (p < end && p - from < 2 && is_digit(*p)) p++;
    if (p == from)
        while (p < end && p - from < 4 && is_roman(*p)) p++;
    if (p == from && p < end && is_letter(*p)) p++;
    if (p == from || end - p < 2 || (*p != '.' && *p != ')') || !is_space(p[1])) return NULL;
    return p + 1;
}

static text without_bullets(text p, text end, sink *out) {
    for (text begin = p; p < end;) {
        text behind = *p == '(' || is_sign(*p) ? behind_bullet(p, begin, end) : NULL;
        *out->at++ = behind ? ' ' : *p;
        p = behind ? behind : p + 1;
    }
    return out->at;
}

static int64_t join(text p, text end, sink *out, int64_t *starts) {
    int64_t count = 0;
    while (p < end) {
        while (p < end && !is_sign(*p)) p++;
        if (p == end) break;
        if (count) *out->at++ = ' ';
        starts[count++] = out->at - out->begin;
        while (p < end && is_sign(*p)) *out->at++ = *p++;
    }
    starts[count] = out->at - out->begin + (count > 0);
    return count;
}

/* out: the words joined by spaces; starts[i]: where word i begins, and starts[count] where the next one would. Gives the
   count. `out` and `spare` have room for what the passes make of the text; `starts` for half as many and one. */
STRATA_EXPORT int64_t strata_prose(const uint8_t *raw, int64_t size, uint8_t *out, uint8_t *spare, int64_t *starts) {
    sink a = {spare, spare}, b = {out, out};
    text end = lower(raw, raw + size, &a);
    end = usual(spare, end, &b), a.at = spare;
    end = without_notices(out, end, &a), b.at = out;
    end = without_tags(spare, end, &b), a.at = spare;
    end = without_bullets(out, end, &a), b.at = out;
    return join(spare, end, &b, starts);
}
