/* Imports of Rust, read off their text. Twin: codestrata/analyze/syntax/outline/imports/rust.py. */
#include "imports.h"

#define MOST 256 /* paths of one declaration; one with more is left to the twin */
#define DEEPEST 100
#define ROOM 16384 /* bytes of its paths */

static int letter(uint8_t byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_';
}

/* A path in pieces: all of it, what is in front of the last ``::``, and what is behind. */
typedef struct {
    piece path, target, name, alias;
    int listed, grouped;
} leaf;

/* Paths of a declaration, and the bytes of these. */
typedef struct {
    leaf leaves[MOST];
    int64_t count, used;
    uint8_t bytes[ROOM];
} paths;

static void split(leaf *l) {
    piece p = l->path;
    int64_t at = p.size - 2;
    while (at >= 0 && !(p.at[at] == ':' && p.at[at + 1] == ':')) at--;
    l->target.at = p.at, l->target.size = at < 0 ? 0 : at;
    l->name.at = p.at + (at < 0 ? 0 : at + 2), l->name.size = p.size - (at < 0 ? 0 : at + 2);
}

static int here(piece p) { return is(p, "self") || is(p, "super") || is(p, "crate"); }

static int32_t relative(piece path) {
    for (int64_t i = 0; i + 1 < path.size; i++)
        if (path.at[i] == ':' && path.at[i + 1] == ':') path.size = i;
    return here(path);
}

static int capital(piece p) { return p.size && *p.at >= 'A' && *p.at <= 'Z'; }

/* A path that is told whole. */
static void plainly(maker *m, paths *all, piece text, uint8_t use) {
    leaf l = {{all->bytes, 0}, NONE, NONE, NONE, 0, 0};
    m->failed |= text.size > ROOM || !plain_text(text, 0);
    for (int64_t i = 0; i < text.size && !m->failed; i++) {
        if (!blank(text.at[i])) all->bytes[l.path.size++] = text.at[i];
        m->failed |= text.at[i] >= 0x1c && text.at[i] < ' '; /* white space to Python */
    }
    split(&l);
    int taken = l.target.size && capital(l.name);
    whole_row(m, taken ? l.target : l.path, taken ? l.name : NONE, NONE, relative(l.path), use);
}

/* Is a text made of paths, braces, commas, stars and white space alone, with no path that begins with ``::``? */
static int clean(piece p) {
    int64_t open = 0;
    for (int64_t i = 0; i < p.size; i++) {
        uint8_t byte = p.at[i];
        int breaks = byte == '{' || byte == '}' || byte == ',' || byte == '*' || blank(byte);
        if (!breaks && byte != ':' && !letter(byte)) return 0;
        if ((breaks || i == 0) && p.size - i - breaks >= 2 && p.at[i + breaks] == ':' && p.at[i + breaks + 1] == ':') return 0;
        open += byte == '{';
    }
    return p.size && open < DEEPEST;
}

static piece joined(paths *all, piece a, piece b, int *failed) {
    piece both = {all->bytes + all->used, a.size + b.size};
    if (all->used + both.size > ROOM) {
        *failed = 1;
        return NONE;
    }
    memcpy(all->bytes + all->used, a.at, (size_t)a.size), memcpy(all->bytes + all->used + a.size, b.at, (size_t)b.size);
    all->used += both.size;
    return both;
}

static void leaf_of(paths *all, piece prefix, piece path, piece alias, int listed, int *failed) {
    *failed |= all->count == MOST;
    if (*failed || !path.size) return;
    leaf *l = &all->leaves[all->count++];
    l->path = joined(all, prefix, path, failed), l->alias = alias, l->listed = listed, l->grouped = 0;
    split(l);
}

/* List the paths in a clean text. */
static void list(paths *all, piece text, int *failed) {
    piece outer[DEEPEST], prefix = NONE, path = NONE, alias = NONE;
    int depth = 0, renamed = 0;
    all->count = all->used = 0;
    for (int64_t i = 0; i < text.size && !*failed;) {
        piece p = {text.at + i, 1};
        uint8_t byte = *p.at;
        int word = byte == ':' || letter(byte);
        while (word && i + p.size < text.size && (p.at[p.size] == ':' || letter(p.at[p.size]))) p.size++;
        i += p.size;
        if (blank(byte)) continue;
        if (byte == '{') {
            outer[depth++] = prefix;
            prefix = joined(all, prefix, path, failed), path = NONE;
        } else if (byte == ',' || byte == '}') {
            leaf_of(all, prefix, path, alias, 1, failed);
            path = alias = NONE, renamed = 0;
            *failed |= byte == '}' && !depth;
            if (byte == '}' && depth) prefix = outer[--depth];
        } else if (is(p, "as")) renamed = 1;
        else if (renamed) alias = p;
        else path = path.size ? joined(all, path, p, failed) : p;
    }
    leaf_of(all, prefix, path, alias, 0, failed);
}

/* Unfold what stood in braces: whole paths first, then one row for all names out of one path. */
static void unfold(maker *m, paths *all, uint8_t use) {
    pair pairs[MOST];
    for (int64_t i = 0; i < all->count; i++) {
        leaf *l = &all->leaves[i];
        int own = is(l->name, "self");
        l->grouped = !own && l->target.size && (is(l->name, "*") || capital(l->name) || (l->listed && !here(l->target)));
        piece path = own ? l->target : l->path;
        if (!l->grouped) whole_row(m, path, NONE, l->alias, relative(path), use);
    }
    for (int64_t i = 0; i < all->count; i++) {
        int64_t n = 0;
        piece target = all->leaves[i].target;
        if (!all->leaves[i].grouped) continue;
        for (int64_t k = i; k < all->count; k++) {
            leaf *l = &all->leaves[k];
            if (!l->grouped || !same(l->target, target)) continue;
            pairs[n].name = l->name, pairs[n++].alias = l->alias;
            l->grouped = 0;
        }
        grouped(m, target, pairs, n, relative(target), use);
    }
}

/* Does the grammar fit a node, with nothing missing? */
static int fits(const strata_laid *t, int64_t node) {
    for (int64_t end = t->after[node]; node < end; node++)
        if (t->flags[node] & (4 | 8)) return 0;
    return 1;
}

/* n declarations, what each says (a node, or -1), and how it is used. `what`: kinds of paths. */
STRATA_EXPORT void strata_rust_imports(const strata_laid *t, const int64_t *nodes, const int64_t *arguments,
                                       const uint8_t *uses, int64_t n, const uint8_t *what,
                                       strata_imports *out) {
    paths all;
    for (int64_t i = 0; i < n; i++) {
        int64_t rows = out->rows;
        maker m = begin(out, nodes[i]);
        piece text = text_of(t, arguments[i]);
        if (text.size && what[t->kind[arguments[i]]]) plainly(&m, &all, text, uses[i]);
        else if (clean(text) && fits(t, nodes[i])) {
            list(&all, text, &m.failed);
            if (!m.failed) unfold(&m, &all, uses[i]);
        } else m.failed = 1;
        m.failed |= out->rows == rows; /* the twin looks closer */
        finish(&m, rows);
    }
}
