/* Tree objects: their entries, and the paths these come to. Nothing here trusts a byte of a tree: one that git would read
   otherwise than as it stands, or with a name that no checkout may see, is refused whole, and git is asked instead.
   Format: gitformat-pack(5) does not say; git's tree-walk.c reads "mode SP name NUL id" to the end of the object. */
#include "kernels.h"

enum { UNSOUND = -1 };

typedef struct {
    int32_t mode;
    const uint8_t *name, *id;
    int64_t size;
} entry;

/* The modes git writes; what git would bend into one of them is for git to read. */
static int64_t mode_size(const uint8_t *p, const uint8_t *end, int32_t *mode) {
    static const struct { const char *text; int32_t mode; } known[] = {
        {"100644 ", 0100644}, {"40000 ", 040000}, {"100755 ", 0100755}, {"120000 ", 0120000}, {"160000 ", 0160000}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t size = strlen(known[i].text);
        if ((size_t)(end - p) < size || memcmp(p, known[i].text, size)) continue;
        *mode = known[i].mode;
        return (int64_t)size;
    }
    return UNSOUND;
}

static int same(const uint8_t *name, const char *what, int64_t size) {
    for (int64_t i = 0; i < size; i++)
        if ((name[i] | ((uint8_t)(name[i] - 'A') < 26 ? 0x20 : 0)) != what[i]) return 0;
    return 1;
}

static int forbidden(const uint8_t *name, int64_t size) {
    if (size == 0 || memchr(name, '/', (size_t)size)) return 1;
    if (name[0] == '.') return size == 1 || (size == 2 && name[1] == '.') || (size == 4 && same(name, ".git", 4));
    return size == 5 && same(name, "git~1", 5);
}

/* The entry at p; gives where the next one begins, or NULL. */
static const uint8_t *next(const uint8_t *p, const uint8_t *end, int64_t width, entry *e) {
    int64_t size = mode_size(p, end, &e->mode);
    if (size < 0) return NULL;
    e->name = p + size;
    e->id = memchr(e->name, 0, (size_t)(end - e->name));
    if (!e->id) return NULL;
    e->size = e->id++ - e->name;
    return end - e->id < width || forbidden(e->name, e->size) ? NULL : e->id + width;
}

/* counts[i]: entries of tree i, arena[starts[i], stops[i]). Gives their sum, or UNSOUND. */
STRATA_EXPORT int64_t strata_tree_count(const uint8_t *arena, const int64_t *starts, const int64_t *stops, int64_t n,
                                        int64_t width, int64_t *counts) {
    int64_t sum = 0;
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *p = arena + starts[i], *end = arena + stops[i];
        entry e;
        for (counts[i] = 0; p < end; counts[i]++)
            if (!(p = next(p, end, width, &e))) return UNSOUND;
        sum += counts[i];
    }
    return sum;
}

/* Of each entry the mode, where its name begins in the arena, the name's size, and its id. */
STRATA_EXPORT void strata_tree_entries(const uint8_t *arena, const int64_t *starts, const int64_t *stops, int64_t n,
                                       int64_t width, int32_t *mode, int64_t *name, int64_t *size, uint8_t *ids) {
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *p = arena + starts[i], *end = arena + stops[i];
        entry e;
        while (p < end && (p = next(p, end, width, &e))) {
            *mode++ = e.mode, *name++ = e.name - arena, *size++ = e.size;
            memcpy(ids, e.id, (size_t)width);
            ids += width;
        }
    }
}

/* Path k: the prefix of its folder, its name and, with `slash`, a slash; to out[bounds[k], bounds[k + 1]). */
STRATA_EXPORT void strata_tree_paths(const uint8_t *arena, const int64_t *name, const int64_t *size, const int64_t *folder,
                                     int64_t n, const uint8_t *prefixes, const int64_t *prefix, int64_t slash,
                                     const int64_t *bounds, uint8_t *out) {
    for (int64_t k = 0; k < n; k++) {
        int64_t from = prefix[folder[k]], head = prefix[folder[k] + 1] - from;
        uint8_t *to = out + bounds[k];
        memcpy(to, prefixes + from, (size_t)head);
        memcpy(to + head, arena + name[k], (size_t)size[k]);
        if (slash) to[head + size[k]] = '/';
    }
}

/* Do the rows data[bounds[k], bounds[k + 1]) rise, none twice? */
STRATA_EXPORT int strata_rising(const uint8_t *data, const int64_t *bounds, int64_t n) {
    for (int64_t k = 1; k < n; k++) {
        int64_t a = bounds[k] - bounds[k - 1], b = bounds[k + 1] - bounds[k];
        int order = memcmp(data + bounds[k - 1], data + bounds[k], (size_t)(a < b ? a : b));
        if (order > 0 || (order == 0 && a >= b)) return 0;
    }
    return 1;
}
