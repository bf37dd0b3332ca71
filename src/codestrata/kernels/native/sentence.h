/* Lines of prose. Twin: codestrata/analyze/reasons/sentences.py. */
#ifndef STRATA_SENTENCE_H
#define STRATA_SENTENCE_H
#include "kernels.h"

typedef const uint8_t *text;

typedef struct {
    text begin, end;
} span;

static inline int is_space(int c) { return c == ' ' || (c >= 9 && c <= 13); }
static inline int is_blank(int c) { return c == ' ' || c == '\t'; }
static inline int is_digit(int c) { return c >= '0' && c <= '9'; }
static inline int is_letter(int c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static inline int is_word(int c) { return is_letter(c) || is_digit(c) || c == '_'; }
static inline int is_any(int c, const char *some) { return c && strchr(some, c) != NULL; }

/* How often a byte stands from p on. */
static inline int64_t run_of(text p, text end, uint8_t c) {
    text from = p;
    while (p < end && *p == c) p++;
    return p - from;
}

static inline int64_t solid(text p, text end) {
    text from = p;
    while (p < end && !is_space(*p)) p++;
    return p - from;
}

/* Is a text of small letters there, whatever their case? */
static inline int is_same(text p, const char *small, int64_t size) {
    for (int64_t i = 0; i < size; i++)
        if ((is_letter(p[i]) ? p[i] | 0x20 : p[i]) != small[i]) return 0;
    return 1;
}

/* Does only white space follow? */
static inline int is_over(text p, text end) {
    while (p < end && is_space(*p)) p++;
    return p == end;
}

static inline text within(text p, text end, const char *what) {
    int64_t size = (int64_t)strlen(what);
    for (; end - p >= size; p++)
        if (memcmp(p, what, (size_t)size) == 0) return p;
    return NULL;
}

/* sentences._LIST: behind what leads an item of a list, or NULL. */
static text behind_item(text p, text end) {
    while (p < end && is_blank(*p)) p++;
    if (p == end) return NULL;
    text q = p + (*p == '('), r = NULL;
    if (end - p > 1 && is_any(*p, "-*+\xe2o") && is_blank(p[1])) r = p + 1;
    else if (GOES(p, end, "\xe2\x80\xa2")) r = p + 3;
    else {
        int64_t digits = 0;
        while (q + digits < end && is_digit(q[digits])) digits++;
        if (digits == 0 && q < end && *q >= 'a' && *q <= 'z') digits = 1;
        if (digits < 1 || digits > 2 || end - q <= digits || (q[digits] != '.' && q[digits] != ')')) return NULL;
        r = q + digits + 1;
    }
    text s = r;
    while (s < end && is_blank(*s)) s++;
    return s > r && s < end && !is_space(*s) ? s : NULL;
}

/* sentences._NO_PROSE, from the first byte of a line that is not white. */
static int is_no_prose(text p, text end) {
    int64_t same = run_of(p, end, *p), n = solid(p, end);
    switch (*p) {
    case '>':
    case '|': return 1;
    case '+': if (GOES(p, end, "+++ ")) return 1; break;
    case '-': if (same >= 3) return 1; break;
    case '@': if (same >= 2) return 1; break;
    case 'd': if (GOES(p, end, "diff --git")) return 1; break;
    case '$': if (GOES(p, end, "$ ")) return 1; break;
    case '#': if (same <= 6 && end - p > same && p[same] == ' ') return 1; break;
    case '=': if (is_over(p + same, end)) return 1; break;
    case '*': if (same >= 3 && is_over(p + same, end)) return 1; break;
    case '~':
    case '^': if (same >= 3) return 1; break;
    case '<': if (GOES(p, end, "<!--")) return 1; break;
    case '!': if (GOES(p, end, "![")) return 1; break;
    case '.':
        if (GOES(p, end, ".. ") && within(p + 4, p + 3 + solid(p + 3, end), "::")) return 1;
        break;
    case ':': {
        text q = p + 1;
        while (q < end && is_word(*q)) q++;
        if (q > p + 1 && q < end && *q == ':') return 1;
        break;
    }
    case '[':
        if (n > 3 && within(p + 2, p + n, "]:")) return 1;
        break;
    default: break;
    }
    return is_over(p + n, end);
}

/* sentences._quoted */
static int is_quoted(text p, text end) {
    return GOES(p, end, ">") || GOES(p, end, "|") || GOES(p, end, "$ ") || GOES(p, end, "@@") || GOES(p, end, "+++ ") ||
           GOES(p, end, "--- ") || GOES(p, end, "diff --git") || GOES(p, end, ".. ") || GOES(p, end, "[//");
}

/* The last alternative of sentences.TRAILER: words joined by dashes, and behind them what people do not write. */
static int is_joined(text p, text colon, text end) {
    int64_t dashes = 0, hex = 0;
    for (text q = p; q < colon; q++) {
        if (*q != '-') continue;
        if (q == p || q + 1 == colon || q[1] == '-') return 0;
        dashes++;
    }
    if (!dashes || end - colon < 2 || colon[1] != ' ') return 0;
    text q = colon + 2;
    if (end - q >= 7 && is_same(q, "http://", 7)) return 1;
    if (end - q >= 8 && is_same(q, "https://", 8)) return 1;
    while (q + hex < end && (is_digit(q[hex]) || ((q[hex] | 0x20) >= 'a' && (q[hex] | 0x20) <= 'f'))) hex++;
    if (hex >= 7 && hex <= 64 && is_over(q + hex, end)) return 1;
    text open = memchr(q, '<', (size_t)(end - q));
    return open && open - q <= 200 && end - open > 2 && memchr(open + 2, '@', (size_t)(end - open - 2)) &&
           within(open + 2, open + 1 + solid(open + 1, end), "@");
}

/* sentences.TRAILER */
static int is_trailer(text p, text end) {
    static const char *const begins[] = {"signed-off", "acked", "reviewed", "tested", "helped", "reported", "suggested",
                                         "co-authored", "approved", "mentored", "noticed", "cc", "improved",
                                         "based-on-patch", "commit", "pair", "thanks", "original-patch"};
    static const char *const whole[] = {"fixes", "closes", "ref", "refs", "revert", "reverts", "see-also", "bug", "link",
                                        "change-id", "differential revision", "pr-url", "relnote", "relnotes",
                                        "release-note", "issue", "merge", "merges", "git-svn-id", "changelog", "task",
                                        "tracked-by"};
    text colon = p;
    while (colon < end && (is_word(*colon) || *colon == '-')) colon++;
    int is_run = colon < end && *colon == ':';
    if (!is_run && !(colon = memchr(p, ':', (size_t)(end - p)))) return 0;
    text q = colon + 1;
    if (q < end && *q == ' ') q++;
    int said = q < end && !is_space(*q);
    for (size_t i = 0; said && is_run && i < sizeof begins / sizeof *begins; i++) {
        int64_t size = (int64_t)strlen(begins[i]);
        if (colon - p >= size && is_same(p, begins[i], size)) return 1;
    }
    for (size_t i = 0; said && i < sizeof whole / sizeof *whole; i++)
        if (colon - p == (int64_t)strlen(whole[i]) && is_same(p, whole[i], colon - p)) return 1;
    return is_run && is_joined(p, colon, end);
}

/* A line: its first byte that is not white, and behind its last; behind what leads an item; what code begins with, or 0. */
typedef struct {
    text first, last, item;
    int fence;
} line;

static line read_line(text p, text end) {
    line l = {p, end, behind_item(p, end), 0};
    while (l.first < end && is_space(*l.first)) l.first++;
    while (l.last > l.first && is_space(l.last[-1])) l.last--;
    if (run_of(l.first, end, '`') >= 3 || run_of(l.first, end, '~') >= 3) l.fence = *l.first;
    return l;
}

#endif
