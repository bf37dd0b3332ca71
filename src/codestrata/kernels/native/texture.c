/* What a text repeats and what its lines are made of. Twin: codestrata/kernels/numpy_texture.py. */
#include <stdlib.h>

#include "lexer.h"
#include "texture.h"

typedef struct {
    uint64_t hash, line;
    int64_t word_chars, line_size, run, string_words;
    int in_word, todo, assert_, print, url, inside, doc, lead; /* lead: what its first word makes of the line */
} state;

static int is_letter(uint8_t c) { return (uint8_t)(lower_case(c) - 'a') < 26 || (uint8_t)(c - '0') < 10 || c > 127; }
static int starts(uint8_t c) { return (c & 0xC0) != 0x80; } /* a character, in UTF-8 */
static int bit(const uint64_t *mask, int64_t i) { return mask[i / BLOCK] >> (i % BLOCK) & 1; }

static int follows(const uint8_t *text, int64_t at, int64_t size, const char *word) {
    int64_t n = (int64_t)strlen(word);
    if (at + n > size) return 0;
    for (int64_t i = 0; i < n; i++)
        if (lower_case(text[at + i]) != (uint8_t)word[i]) return 0;
    return 1;
}

/* Where comments and strings are, a bit for each byte. */
static void mask_text(paper *p, const uint8_t *text, int64_t size, const family *f) {
    lexer l = {text, size, f, NULL, NULL, 0, 0};
    for (int64_t base = 0; base < size; base += BLOCK) {
        uint8_t last[BLOCK] = {0};
        const uint8_t *at = text + base;
        uint64_t valid = ~UINT64_C(0);
        if (size - base < BLOCK) {
            memcpy(last, at, (size_t)(size - base));
            at = last, valid = ~since((unsigned)(size - base));
        }
        block b = load_block(at);
        marks m = {0, 0};
        if (f->rules) m = lex(&l, b, equal(b, '\n'), base);
        p->comment[base / BLOCK] = m.comment & valid, p->string[base / BLOCK] = m.string & valid;
    }
}

static void end_word(paper *p, state *s) {
    if (!s->in_word) return;
    p->hash[p->words] = s->hash, p->chars[p->words++] = (uint32_t)s->word_chars;
    s->in_word = 0;
}

/* A run of anything but white space and quotes in a string ends. */
static void end_run(state *s, int64_t *column) {
    if (s->run > LONG_WORD && !s->url) column[LONG_WORD_CHARS] += s->run;
    s->run = 0, s->url = 0;
}

static void end_line(paper *p, state *s, int64_t *column) {
    if (s->line_size) {
        p->line[p->lines] = s->line, p->line_size[p->lines++] = (uint32_t)(s->line_size < UINT32_MAX ? s->line_size : UINT32_MAX);
        if (s->lead) column[s->lead]++;
        column[ASSERT_LINES] += s->assert_, column[PRINT_LINES] += s->print;
    }
    column[TODO_LINES] += s->todo, column[LONG_STRINGS] += s->string_words > LONG_STRING;
    s->line = 0, s->line_size = s->string_words = 0, s->todo = s->assert_ = s->print = s->lead = 0;
}

/* What the first word of a line, at `at`, makes of it; 0: nothing. */
static int lead_of(const uint8_t *text, int64_t at, int64_t size) {
    static const char *const import[] = {"import", "from"};
    if (text[at] == '#') return DIRECTIVE_LINES;
    for (int i = 0; i < 2; i++) {
        int64_t end = at + (int64_t)strlen(import[i]);
        if (follows(text, at, size, import[i]) && end < size && (text[end] == ' ' || text[end] == '\t')) return IMPORT_LINES;
    }
    return follows(text, at, size, "pass") && (at + 4 >= size || !(is_letter(text[at + 4]) || text[at + 4] == '_')) ? PASS_LINES : 0;
}

static int64_t hex_word(const uint8_t *text, int64_t at, int64_t size) {
    int64_t end = at + 2;
    if (at && (is_letter(text[at - 1]) || text[at - 1] == '_')) return 0;
    if (end >= size || lower_case(text[at + 1]) != 'x') return 0;
    while (end < size && ((uint8_t)(text[end] - '0') < 10 || (uint8_t)(lower_case(text[end]) - 'a') < 6)) end++;
    return end == at + 2 || (end < size && (is_letter(text[end]) || text[end] == '_')) ? 0 : end - at;
}

static int is_main(const uint8_t *text, int64_t at, int64_t size) {
    if (!follows(text, at, size, "main") || (at && (is_letter(text[at - 1]) || text[at - 1] == '_'))) return 0;
    int64_t end = at + 4;
    while (end < size && text[end] == ' ') end++;
    return end < size && text[end] == '(';
}

static int assigns(const uint8_t *text, int64_t at, int64_t size) {
    uint8_t before = at ? text[at - 1] : 0, after = at + 1 < size ? text[at + 1] : 0;
    return before != '=' && before != '!' && before != '<' && before != '>' && after != '=' && after != '>';
}

/* Words that begin at `at`, a byte of code or of a string. */
static void look_at_code(const uint8_t *text, int64_t at, int64_t size, state *s, int64_t *column) {
    switch (lower_case(text[at])) {
    case 'a': s->assert_ |= follows(text, at, size, "assert"); break;
    case 'p': s->print |= follows(text, at, size, "print"); break;
    case 'c': s->print |= follows(text, at, size, "console.") || follows(text, at, size, "cout"); break;
    case 'w': s->print |= follows(text, at, size, "writeline"); break;
    case 'm': column[MAINS] += is_main(text, at, size); break;
    case '0': column[HEX_CHARS] += hex_word(text, at, size); break;
    case '=': column[ASSIGNMENTS] += assigns(text, at, size); break;
    default: break;
    }
}

static void look_at_comment(const uint8_t *text, int64_t at, int64_t size, state *s) {
    switch (lower_case(text[at])) {
    case 't': s->todo |= follows(text, at, size, "todo"); break;
    case 'f': s->todo |= follows(text, at, size, "fixme"); break;
    case 'y': s->todo |= follows(text, at, size, "your code here"); break;
    default: break;
    }
}

static void in_string(const uint8_t *text, int64_t at, int64_t size, int white, state *s, int64_t *column) {
    uint8_t c = text[at];
    column[STRING_CHARS] += starts(c);
    if (white || c == '"' || c == '\'' || c == '`') {
        end_run(s, column);
        return;
    }
    s->run += starts(c), s->url |= c == ':' && follows(text, at, size, "://");
}

/* Words, lines and marks of one text, byte by byte. */
static void read_text(paper *p, const uint8_t *text, int64_t size, int64_t *column) {
    state s = {0};
    for (int64_t i = 0; i < size; i++) {
        uint8_t c = text[i];
        int white = is_blank(c), comment = bit(p->comment, i), string = bit(p->string, i);
        if (is_letter(c)) {
            if (!s.in_word) s.hash = 0, s.word_chars = 0, s.in_word = 1, s.string_words += string;
            s.hash = (s.hash ^ lower_case(c)) * WORD_FACTOR, s.hash ^= s.hash >> 32;
            s.word_chars += starts(c);
            column[WORD_CHARS] += starts(c);
        } else {
            end_word(p, &s);
        }
        column[VISIBLE] += !white && starts(c);
        column[REPLACED] += c == 0xEF && follows(text, i, size, "\xEF\xBF\xBD");
        if (string && !s.inside) s.doc = !s.line_size && (follows(text, i, size, "\"\"\"") || follows(text, i, size, "\'\'\'"));
        s.inside = string;
        column[DOC_CHARS] += string && s.doc && starts(c);
        if (string) in_string(text, i, size, white, &s, column);
        else if (s.run) end_run(&s, column);
        if (comment) {
            column[COMMENT_CHARS] += starts(c);
            look_at_comment(text, i, size, &s);
        } else if (!white) {
            if (!s.line_size && !string) s.lead = lead_of(text, i, size);
            s.line = s.line_size ? stir(s.line * WORD_FACTOR + c) : stir(c);
            s.line_size++;
            look_at_code(text, i, size, &s, column);
        }
        if (c == '\n') end_line(p, &s, column);
    }
    end_word(p, &s), end_run(&s, column), end_line(p, &s, column);
    column[TEXT_WORDS] = p->words, column[CODE_LINES] = p->lines;
}

static void free_paper(paper *p) {
    free(p->hash), free(p->gram), free(p->line), free(p->chars), free(p->line_size), free(p->owner), free(p->count);
    free(p->slot), free(p->comment), free(p->string);
    memset(p, 0, sizeof *p);
}

/* Room for a text of some bytes: no more words than half of them, and one; no more lines than bytes. */
static int make_room(paper *p, int64_t size) {
    if (size <= p->room && p->hash) return 1;
    free_paper(p);
    size_t room = (size_t)size + size / 2 + 4096, slots = 16;
    while (slots < 2 * room) slots *= 2;
    p->room = (int64_t)room;
    p->hash = malloc(room * sizeof *p->hash), p->gram = malloc(room * sizeof *p->gram);
    p->line = malloc(room * sizeof *p->line), p->chars = malloc(room * sizeof *p->chars);
    p->line_size = malloc(room * sizeof *p->line_size), p->owner = malloc(room * sizeof *p->owner);
    p->count = malloc(room * sizeof *p->count), p->slot = malloc(slots * sizeof *p->slot);
    p->comment = malloc((room / BLOCK + 1) * sizeof *p->comment), p->string = malloc((room / BLOCK + 1) * sizeof *p->string);
    return p->hash && p->gram && p->line && p->chars && p->line_size && p->owner && p->count && p->slot && p->comment && p->string;
}

/* columns[k][TEXTURE] of the texts arena[offsets[i]:offsets[i + 1]]; chosen[i] is an index into families, or 255 to leave
   the text alone. Returns 0, or -1 when memory ran out. */
STRATA_EXPORT int strata_texture(const uint8_t *arena, const int64_t *offsets, int64_t k, const uint8_t *chosen,
                                 const family *families, int64_t *columns) {
    paper p = {0};
    int fine = 1;
    for (int64_t i = 0; i < k && fine; i++) {
        int64_t size = offsets[i + 1] - offsets[i], *column = columns + i * TEXTURE;
        if (chosen[i] == 255) continue;
        if (!(fine = make_room(&p, size))) break;
        memset(column, 0, TEXTURE * sizeof *column);
        p.words = p.lines = 0;
        mask_text(&p, arena + offsets[i], size, families + chosen[i]);
        read_text(&p, arena + offsets[i], size, column);
        count_grams(&p, column);
        count_lines(&p, column);
    }
    free_paper(&p);
    return fine ? 0 : -1;
}
