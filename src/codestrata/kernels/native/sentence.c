/* The sentence of a comment that a place is in. Twin: codestrata/analyze/reasons/nearby.py, with the rules of prose in
   sentences.py beside it: each function here says which expression of these two it stands for. */
#include <stdlib.h>

#include "sentence.h"

enum { NOWHERE = -1, MOST_BYTES = 700, LEAST_WORDS = 5, BEFORE_A_STOP = 8 };

/* nearby._MARKS at the begin of a line, behind blanks: how many bytes what begins a line of a comment has. */
static int64_t mark_size(text p, text end) {
    int64_t n = end - p, size = run_of(p, end, n ? *p : 0);
    if (!n) return 0;
    switch (*p) {
    case '/':
        if (size >= 2) size = size > 3 ? 3 : size;
        else if (n > 1 && p[1] == '*') size = 1 + run_of(p + 1, end, '*');
        else return 0;
        return size + (size < n && p[size] == '!');
    case '#': return size + (size < n && p[size] == '!');
    case '*': return size == n || is_space(p[size]) ? size : 0;
    case ';': return size;
    case '-': return size >= 2 ? 2 : 0;
    default: return 0;
    }
}

/* A line with its marks as blanks. */
static void lay_bare(text p, text end, uint8_t *out) {
    int64_t n = end - p, i = 0;
    memcpy(out, p, (size_t)n);
    while (i < n && is_blank(p[i])) i++;
    i += mark_size(p + i, end);
    memset(out, ' ', (size_t)i);
    while (i < n) {
        int64_t stars = run_of(p + i, end, '*');
        if (stars && i + stars < n && p[i + stars] == '/') memset(out + i, ' ', (size_t)++stars);
        i += stars ? stars : 1;
    }
}

static text line_end(text p, text end) {
    text found = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
    return found ? found : end;
}

static text line_begin(text begin, text p) {
    while (p > begin && p[-1] != '\n') p--;
    return p;
}

/* nearby._empty */
static int is_empty(text p, text end, uint8_t *spare) {
    for (text q = p; q < end; q++)
        if (!is_space(*q) && !is_any(*q, "/*!#;-")) return 0;
    lay_bare(p, end, spare);
    for (int64_t i = 0; i < end - p; i++)
        if (!is_space(spare[i])) return 0;
    return 1;
}

/* nearby._fences: which sign the code begins with that a place is in, or 0. */
static int fence_before(text begin, text place, uint8_t *spare) {
    int fence = 0;
    for (text p = begin, end; p < place; p = end + 1) {
        end = line_end(p, place);
        text mark = p;
        while (mark < end && run_of(mark, end, '`') < 3 && run_of(mark, end, '~') < 3) mark++;
        if (mark == end) continue;
        int sign = *mark;
        lay_bare(p, end, spare);
        uint8_t *bare = spare, *last = spare + (end - p);
        while (bare < last && is_space(*bare)) bare++;
        if (run_of(bare, last, (uint8_t)sign) >= 3 && (!fence || fence == sign)) fence = fence ? 0 : sign;
    }
    return fence;
}

/* sentences._SHORT: is the stop at p behind a short form, of which nothing is before `from`? */
static int is_short(text begin, text from, text p) {
    static const char *const forms[] = {"e.g",  "i.e", "etc", "vs", "cf", "resp", "approx", "incl", "no",
                                        "fig", "sec", "ca", "al", "dr", "mr", "ms", "st"};
    if (*p != '.' || p == from) return 0;
    if (is_digit(p[-1])) return 1;
    if (is_letter(p[-1]) && (p - 1 == begin || !is_word(p[-2]))) return 1;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        int64_t size = (int64_t)strlen(forms[i]);
        text at = p - size;
        if (p - from >= size && is_same(at, forms[i], size) && (at == begin || !is_word(at[-1]))) return 1;
    }
    return 0;
}

/* sentences._END: behind what ends a sentence at p, or NULL. */
static text behind_end(text p, text end) {
    if (*p != '.' && *p != '!' && *p != '?') return NULL;
    for (p++; p < end && is_any(*p, "\"')]`*_");) p++;
    text q = p;
    while (q < end && is_space(*q)) q++;
    if (q == p) return NULL;
    for (; q < end && is_any(*q, "\"'([`*_"); q++)
        if (*q == '`') return p;
    return q < end && ((*q >= 'A' && *q <= 'Z') || is_digit(*q)) ? p : NULL;
}

/* sentences.stands */
static int stands(text p, text end) {
    text last = end;
    int64_t words = 0, letters = 0, signs = 0;
    if (end - p > MOST_BYTES) return 0;
    while (last > p && is_any(last[-1], "\"')")) last--;
    if (last > p && (last[-1] == '?' || last[-1] == ':')) return 0;
    if (last - p >= 3 && (memcmp(last - 3, "...", 3) == 0 || memcmp(last - 3, "\xe2\x80\xa6", 3) == 0)) return 0;
    for (text q = p; q < end; q++) signs += *q != ' ';
    while (p < end) {
        text from = p++;
        if (!is_letter(*from)) continue;
        while (p < end && (is_letter(*p) || *p == '\'' || *p == '-')) p++;
        words++, letters += p - from;
    }
    return words >= LEAST_WORDS && (double)letters >= 0.55 * (double)signs;
}

/* sentences.sentences: that of a paragraph in which a place is; false where none can stand alone there. */
static int find_sentence(text begin, span paragraph, text place, span *found) {
    text at = paragraph.begin, end = paragraph.end;
    for (text p = at; p < end && at <= place;) {
        text behind = behind_end(p, end), from = p - at > BEFORE_A_STOP ? p - BEFORE_A_STOP : at;
        if (!behind || is_short(begin, from, p)) {
            p = behind ? behind : p + 1;
            continue;
        }
        if (place < behind) {
            *found = (span){at, behind};
            return stands(at, behind);
        }
        for (p = at = behind; at < end && is_space(*at); at++) {}
    }
    *found = (span){at, end};
    return at <= place && place < end && stands(at, end);
}

/* sentences.blocks: the paragraph of a text, all bare, in which a place is. */
static int find_paragraph(text p, text end, int fence, text place, span *found) {
    text from = NULL, until = NULL;
    for (text stop; p < end; p = stop + 1) {
        stop = line_end(p, end);
        line l = read_line(p, stop);
        int closed = 1;
        text begin = NULL;
        if (fence || l.fence) fence = l.fence && (!fence || l.fence == fence) ? (fence ? 0 : l.fence) : fence;
        else if (l.first < l.last && (from || l.item || !is_no_prose(l.first, stop)) && !is_quoted(l.first, stop) &&
                 (l.item || !is_trailer(l.first, l.last)))
            begin = l.item ? l.item : from ? from : l.first, closed = l.item != NULL;
        if (from && closed && place >= from && place < until) break;
        from = begin;
        if (from) until = l.last;
        if (from && from > place) return 0;
    }
    *found = (span){from, until};
    return from && place >= from && place < until;
}

/* nearby.Nearby.at: where the sentence at a place of a comment begins and ends, NOWHERE where there is none; two spare
   buffers as long as the comment. */
static void look(text begin, text end, text place, uint8_t *bare, uint8_t *spare, int64_t *out) {
    text first = line_begin(begin, place), stop = line_end(place, end);
    span paragraph, found;
    while (first > begin) {
        text before = line_begin(begin, first - 1);
        if (is_empty(before, first - 1, spare)) break;
        first = before;
    }
    while (stop < end) {
        text behind = line_end(stop + 1, end);
        if (is_empty(stop + 1, behind, spare)) break;
        stop = behind;
    }
    if (stop < end) stop++;
    for (text p = first, last; p < stop; p = last + 1) {
        last = line_end(p, stop);
        lay_bare(p, last, bare + (p - first));
        if (last < stop) bare[last - first] = '\n';
    }
    text at = bare + (place - first);
    if (!find_paragraph(bare, bare + (stop - first), fence_before(begin, first, spare), at, &paragraph)) return;
    if (!find_sentence(bare, paragraph, at, &found)) return;
    out[0] = found.begin - bare + (first - begin), out[1] = found.end - bare + (first - begin);
}

/* Of each of n places in comments arena[starts[i]:ends[i]], counted from where they begin: where in the comment the sentence
   begins and ends that it is in, -1 where there is none. Gives -1 where there is no memory. */
STRATA_EXPORT int64_t strata_sentences(const uint8_t *arena, const int64_t *starts, const int64_t *ends, const int64_t *places,
                                       int64_t n, int64_t *out) {
    int64_t longest = 0;
    for (int64_t i = 0; i < n; i++) longest = ends[i] - starts[i] > longest ? ends[i] - starts[i] : longest;
    uint8_t *spare = malloc(2 * (size_t)longest + 2);
    if (!spare) return -1;
    for (int64_t i = 0; i < n; i++) {
        text begin = arena + starts[i];
        out[2 * i] = out[2 * i + 1] = NOWHERE;
        if (places[i] < ends[i] - starts[i]) look(begin, arena + ends[i], begin + places[i], spare, spare + longest + 1, out + 2 * i);
    }
    free(spare);
    return 0;
}
