/* Imports of Python and of JavaScript. Twins: codestrata/analyze/syntax/outline/imports/python.py and script.py. */
#include "imports.h"

#define MOST 512 /* names of one statement; one with more is left to the twin */

enum { IMPORT = 1, FROM, FUTURE, ALIASED, WILDCARD };

static const piece STAR = {(const uint8_t *)"*", 1}, DEFAULT = {(const uint8_t *)"default", 7};

static pair pair_of(const strata_laid *t, const uint8_t *what, int64_t node, int *failed) {
    pair p = {text_of(t, node), NONE};
    if (what[t->kind[node]] == WILDCARD) p.name = STAR;
    if (what[t->kind[node]] == ALIASED) {
        int64_t name = first_part(t, node), alias = name < 0 ? -1 : part_from(t, t->after[name], t->after[node]);
        p.name = text_of(t, name), p.alias = text_of(t, alias);
        *failed |= alias < 0;
    }
    *failed |= !plain_text(p.name, 1) || !plain_text(p.alias, 0);
    return p;
}

static void from(maker *m, const strata_laid *t, const uint8_t *what, uint8_t use) {
    pair pairs[MOST], again[MOST];
    int64_t n = 0, k = 0, end = t->after[m->node], module = first_part(t, m->node);
    piece target = text_of(t, module);
    m->failed |= module < 0 || !plain_text(target, 1);
    for (int64_t part = module < 0 ? -1 : part_from(t, t->after[module], end); part >= 0 && !m->failed;
         part = part_from(t, t->after[part], end)) {
        pair p = pair_of(t, what, part, &m->failed);
        if (n + k == MOST) m->failed = 1;
        else if (same(p.name, p.alias)) again[k++] = p;
        else pairs[n++] = p;
    }
    int32_t relative = 0;
    while (relative < target.size && target.at[relative] == '.') relative++;
    grouped(m, target, pairs, n, relative, use);
    for (int64_t i = 0; i < k; i++) whole_row(m, target, again[i].name, again[i].alias, relative, REEXPORT);
}

/* n import statements of Python, and how each is used. `what`: what a kind is, by its number. */
STRATA_EXPORT void strata_python_imports(const strata_laid *t, const int64_t *nodes, const uint8_t *uses, int64_t n,
                                         const uint8_t *what, strata_imports *out) {
    for (int64_t i = 0; i < n; i++) {
        int64_t rows = out->rows, node = nodes[i], end = t->after[node], first = first_part(t, node);
        maker m = begin(out, node);
        int kind = what[t->kind[node]];
        if (kind == FROM) from(&m, t, what, uses[i]);
        for (int64_t part = kind == IMPORT ? first : -1; part >= 0; part = part_from(t, t->after[part], end)) {
            pair p = pair_of(t, what, part, &m.failed);
            m.failed |= what[t->kind[part]] == WILDCARD;
            whole_row(&m, p.name, NONE, p.alias, 0, uses[i]);
        }
        if (kind == FUTURE) {
            const piece future = {(const uint8_t *)"__future__", 10};
            for (int64_t part = first; part >= 0; part = part_from(t, t->after[part], end)) {
                if (part != first) put(&m, NAMES, COMMA);
                m.failed |= !plain_text(text_of(t, part), 0);
                put(&m, NAMES, text_of(t, part));
            }
            put(&m, TARGET, future);
            row(&m, 0, uses[i]);
        }
        finish(&m, rows);
    }
}

enum { IMPORTED = 1, EXPORTED, CLAUSE, REQUIRE, LIST, NAMESPACE, NAME, SPACE };

static int quote(uint8_t byte) { return byte == '"' || byte == '\'' || byte == '`'; }

static piece unquoted(const strata_laid *t, int64_t node) {
    piece p = text_of(t, node);
    while (p.size && quote(*p.at)) p.at++, p.size--;
    while (p.size && quote(p.at[p.size - 1])) p.size--;
    return p;
}

static int64_t last_part(const strata_laid *t, int64_t node) {
    int64_t last = -1;
    for (int64_t part = first_part(t, node); part >= 0; part = part_from(t, t->after[part], t->after[node])) last = part;
    return last;
}

/* A row for something with one other name, which is a node's text. */
static void named(maker *m, const strata_laid *t, piece target, piece name, int64_t alias, int32_t relative, uint8_t use) {
    m->failed |= alias < 0 || !plain_text(text_of(t, alias), 0);
    whole_row(m, target, name, text_of(t, alias), relative, use);
}

static void specifiers(maker *m, const strata_laid *t, int64_t list, piece target, int32_t relative, uint8_t use) {
    pair pairs[MOST], typed[MOST];
    int64_t n = 0, k = 0;
    for (int64_t part = first_part(t, list); part >= 0; part = part_from(t, t->after[part], t->after[list])) {
        int64_t name = first_part(t, part), alias = name < 0 ? -1 : part_from(t, t->after[name], t->after[part]);
        pair p = {unquoted(t, name), unquoted(t, alias)};
        m->failed |= n + k == MOST || !plain_text(p.name, 0) || !plain_text(p.alias, 0);
        if (m->failed) return;
        if (use == RUNTIME && begins(text_of(t, part), "type ", 5)) typed[k++] = p;
        else pairs[n++] = p;
    }
    grouped(m, target, pairs, n, relative, use);
    grouped(m, target, typed, k, relative, TYPING);
}

static void imported(maker *m, const strata_laid *t, const uint8_t *what, int64_t clause, piece target, int32_t relative,
                     uint8_t use) {
    for (int64_t part = first_part(t, clause); part >= 0; part = part_from(t, t->after[part], t->after[clause])) {
        int sort = what[t->kind[part]];
        int64_t rows = m->out->rows;
        if (sort == NAME) named(m, t, target, DEFAULT, part, relative, use);
        else if (sort == SPACE) named(m, t, target, STAR, last_part(t, part), relative, use);
        else {
            specifiers(m, t, part, target, relative, use);
            if (m->out->rows == rows) whole_row(m, target, NONE, NONE, relative, use);
        }
    }
}

/* n statements of JavaScript, the source of each (a node), its first part, and how it is used. */
STRATA_EXPORT void strata_script_imports(const strata_laid *t, const int64_t *nodes, const int64_t *sources,
                                         const int64_t *clauses, const uint8_t *uses, int64_t n, const uint8_t *what,
                                         strata_imports *out) {
    for (int64_t i = 0; i < n; i++) {
        int64_t rows = out->rows, clause = clauses[i];
        maker m = begin(out, nodes[i]);
        piece target = unquoted(t, sources[i]);
        int32_t relative = begins(target, "./", 2) || begins(target, "../", 3) || is(target, ".") || is(target, "..");
        int kind = clause < 0 ? 0 : what[t->kind[clause]];
        m.failed = !plain_text(target, 0);
        if (what[t->kind[nodes[i]]] == EXPORTED) {
            if (kind == LIST) specifiers(&m, t, clause, target, relative, uses[i]);
            else if (kind == NAMESPACE) named(&m, t, target, STAR, last_part(t, clause), relative, uses[i]);
            else whole_row(&m, target, STAR, NONE, relative, uses[i]);
        } else if (kind == REQUIRE) named(&m, t, target, NONE, first_part(t, clause), relative, uses[i]);
        else if (kind == CLAUSE) imported(&m, t, what, clause, target, relative, uses[i]);
        else whole_row(&m, target, NONE, NONE, relative, uses[i]);
        finish(&m, rows);
    }
}

/* The calls among n that take a module by name, ``require("x")`` and ``import("x")``, with their arguments. Gives how many.
   `what`: as above, and of strings LIST. `function`, `given`: fields. */
STRATA_EXPORT int64_t strata_script_calls(const strata_laid *t, const int64_t *nodes, int64_t n, const uint8_t *what,
                                          int32_t function, int32_t given, int64_t *calls, int64_t *arguments) {
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) {
        int64_t called = known_by(t, nodes[i], function);
        if (called < 0) continue;
        int sort = what[t->kind[called]];
        if (sort != IMPORTED && !(sort == NAME && is(text_of(t, called), "require"))) continue;
        int64_t argument = first_part(t, known_by(t, nodes[i], given));
        if (argument < 0 || what[t->kind[argument]] != LIST) continue;
        calls[count] = nodes[i], arguments[count++] = argument;
    }
    return count;
}
