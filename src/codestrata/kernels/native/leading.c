/* The comments that lead a text, where they hold one of a few words. Twin: the pattern of codestrata/kernels/leading.py,
   whose alternatives these are, in its order. */
#include "kernels.h"

enum { SHORTEST = 12 };

typedef const uint8_t *text;

static int is_word(int c) { return (uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '0') < 10 || c == '_'; }
static int is_space(int c) { return c == ' ' || (uint8_t)(c - 9) < 5; }
static int is_blank(int c) { return c == ' ' || c == '\t'; }
static int is_quote(int c) { return c == '"' || c == '\''; }

static text line_end(text p, text end) {
    text stop = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
    return stop ? stop : end;
}

/* Behind the first `closing` from p on, or the end. */
static text behind(text p, text end, const char *closing) {
    size_t size = strlen(closing);
    while (p < end && (p = memchr(p, closing[0], (size_t)(end - p)))) {
        if ((size_t)(end - p) >= size && memcmp(p, closing, size) == 0) return p + size;
        p++;
    }
    return end;
}

/* Behind a closing bracket of Lua, with any number of equals signs in it. */
static text behind_brackets(text p, text end) {
    while (p < end && (p = memchr(p, ']', (size_t)(end - p)))) {
        text at = p + 1;
        while (at < end && *at == '=') at++;
        if (at < end && *at == ']') return at + 1;
        p++;
    }
    return end;
}

static int stands_alone(text p, text end, const char *word, size_t size) {
    return (size_t)(end - p) >= size && memcmp(p, word, size) == 0 && (p + size == end || !is_word(p[size]));
}
#define ALONE(p, end, word) stands_alone(p, end, word, sizeof(word) - 1)

static int is_line_comment(text p, text end) {
    switch (*p) {
    case '#': case ';': case '%': case '!': return 1;
    case '/': return GOES(p, end, "//");
    case ':': return GOES(p, end, "::");
    case '-': return GOES(p, end, "--") && !GOES(p, end, "--[");
    case '.': return GOES(p, end, ".\\\"");
    case '\\': return GOES(p, end, "\\\"");
    case 'd': return ALONE(p, end, "dnl");
    case 'D': return ALONE(p, end, "DNL");
    case 'r': return ALONE(p, end, "rem");
    case 'R': return ALONE(p, end, "REM");
    case '@': return ALONE(p, end, "@rem") || ALONE(p, end, "@REM");
    case 'c': case 'C': case '*':
        return p + 1 < end && (is_blank(p[1]) || p[1] == '*' || p[1] == '-');
    default: return 0;
    }
}

static text behind_long_comment(text p, text end) {
    text at = p + 3;
    while (at < end && *at == '=') at++;
    return at < end && *at == '[' ? behind_brackets(at + 1, end) : NULL;
}

static text behind_markup(text p, text end) {
    if (GOES(p, end, "<!--")) return behind(p + 4, end, "-->");
    if (GOES(p, end, "<?php") || GOES(p, end, "<?xml") || GOES(p, end, "<?hh") || GOES(p, end, "<!DOCTYPE"))
        return line_end(p, end);
    return GOES(p, end, "<%--") ? behind(p + 4, end, "--%>") : NULL;
}

static text behind_document(text p, text end) {
    text at = GOES(p, end, "=begin") ? p + 6 : GOES(p, end, "=pod") ? p + 4 : GOES(p, end, "=head") ? p + 5 : NULL;
    if (!at) return NULL;
    text closed = behind(at, end, "=end"), cut = behind(at, end, "=cut");
    return closed < cut ? closed : cut;
}

/* A line that is nothing but a string, or the rest of one. */
static text behind_string(text p, text end) {
    if (GOES(p, end, "\"\"\"")) return behind(p + 3, end, "\"\"\"");
    if (GOES(p, end, "'''")) return behind(p + 3, end, "'''");
    for (p++; p < end && !is_quote(*p) && *p != '\n';) p++;
    if (p < end && is_quote(*p)) p += p + 1 < end && p[1] == ';' ? 2 : 1;
    return p == end || *p == '\n' ? p : NULL;
}

static text behind_package(text p, text end) {
    text at = GOES(p, end, "package") ? p + 7 : GOES(p, end, "namespace") ? p + 9 : GOES(p, end, "module") ? p + 6 : p, from;
    if (at == p || at == end || !is_blank(*at)) return NULL;
    while (at < end && is_blank(*at)) at++;
    for (from = at; at < end && (is_word(*at) || *at == '.' || *at == '\\' || *at == '/');) at++;
    if (at == from) return NULL;
    if (at < end && *at == ';') at++;
    while (at < end && is_blank(*at)) at++;
    return at < end && *at == '\n' ? at : NULL;
}

/* Behind the piece that begins at p, or NULL when it is none that may lead a file. */
static text behind_piece(text p, text end) {
    if (is_space(*p)) return p + 1;
    if (GOES(p, end, "/*")) return behind(p + 2, end, "*/");
    if (is_line_comment(p, end)) return line_end(p, end);
    switch (*p) {
    case '<': return behind_markup(p, end);
    case '-': return GOES(p, end, "--[") ? behind_long_comment(p, end) : NULL;
    case '(': return GOES(p, end, "(*") ? behind(p + 2, end, "*)") : NULL;
    case '{': return GOES(p, end, "{-") ? behind(p + 2, end, "-}") : GOES(p, end, "{#") ? behind(p + 2, end, "#}") : NULL;
    case 'r': case 'R': case 'u': case 'U':
        return GOES(p + 1, end, "\"\"\"") || GOES(p + 1, end, "'''") ? behind_string(p + 1, end) : NULL;
    case '"': case '\'': return behind_string(p, end);
    case '=': return behind_document(p, end);
    case 'p': case 'n': case 'm': return behind_package(p, end);
    default: return NULL;
    }
}

static text behind_leading(text p, text end) {
    text next;
    if (GOES(p, end, "\xEF\xBB\xBF")) p += 3;
    while (p < end && (next = behind_piece(p, end))) p = next;
    return p;
}

/* Any of the words: in lower case, a zero behind each, and one more behind the last. */
static int holds(text p, text end, const char *words, const uint8_t *begins) {
    for (; p < end; p++) {
        if (!begins[*p]) continue;
        for (const char *word = words; *word; word += strlen(word) + 1) {
            text at = p;
            const char *c = word;
            while (*c && at < end && (*at | ((uint8_t)(*at - 'A') < 26 ? 0x20 : 0)) == *c) c++, at++;
            if (!*c) return 1;
        }
    }
    return 0;
}

/* ends[i]: how many of the first `within` bytes of text i lead it, 0 where they are few or hold none of the words. */
STRATA_EXPORT void strata_leading(const uint8_t *arena, const int64_t *starts, const int64_t *stops, int64_t n,
                                  int64_t within, const char *words, int64_t *ends) {
    uint8_t begins[256] = {0};
    for (const char *word = words; *word; word += strlen(word) + 1) {
        begins[(uint8_t)*word] = 1;
        if (*word >= 'a' && *word <= 'z') begins[*word - 0x20] = 1;
    }
    for (int64_t i = 0; i < n; i++) {
        text p = arena + starts[i], end = arena + stops[i];
        if (end - p > within) end = p + within;
        text stop = behind_leading(p, end);
        ends[i] = stop - p >= SHORTEST && holds(p, stop, words, begins) ? stop - p : 0;
    }
}
