/* Packs: look-up in an index, closure over delta bases, delta trees and sizes. See pack.h. */
#include "pack.h"

enum { NOT_FOUND = -1, BROKEN = -2, CYCLE = -3 };
enum { PACK_HEADER = 12 };

static uint32_t big32(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

/* Where `id` lies in the pack; NOT_FOUND, or BROKEN when the index contradicts itself. */
static int64_t find(const strata_pack *k, const uint8_t *id) {
    int64_t low = id[0] ? big32(k->fan + 4 * (id[0] - 1)) : 0, high = big32(k->fan + 4 * id[0]);
    if (low > high || high > k->count) return BROKEN;
    while (low < high) {
        int64_t middle = (low + high) >> 1;
        int order = memcmp(k->names + middle * k->width, id, (size_t)k->width);
        if (order == 0) {
            int64_t offset = big32(k->offsets + 4 * middle);
            if (offset & 0x80000000) {
                int64_t row = offset & 0x7fffffff;
                if (row >= k->wide_count) return BROKEN;
                const uint8_t *p = k->wide + 8 * row;
                if (p[0] & 0x80) return BROKEN;
                offset = (int64_t)((uint64_t)big32(p) << 32 | big32(p + 4));
            }
            return offset >= PACK_HEADER && offset < k->end ? offset : BROKEN;
        }
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return NOT_FOUND;
}

/* offsets[i]: where ids[i] lies, or NOT_FOUND or BROKEN. */
STRATA_EXPORT void strata_pack_find(const strata_pack *k, const uint8_t *ids, int64_t n, int64_t *offsets) {
    for (int64_t i = 0; i < n; i++) offsets[i] = find(k, ids + i * k->width);
}

typedef struct {
    uint8_t type;  /* 0 when the entry cannot be read */
    int64_t size;  /* of the inflated entry: the object, or the delta */
    int64_t data;  /* where its zlib stream begins */
    int64_t base;  /* offset of the delta base; NOT_FOUND when it is no delta, BROKEN when the base is not in this pack */
} entry;

static const entry BAD_ENTRY = {0, 0, 0, BROKEN};

static entry read_base(const strata_pack *k, int64_t offset, int64_t p, entry e) {
    if (e.type == REF_DELTA) {
        if (k->end - p < k->width) return BAD_ENTRY;
        e.base = find(k, k->pack + p);
        e.data = p + k->width;
        if (e.base < 0) e.base = BROKEN;
        return e;
    }
    if (p >= k->end) return BAD_ENTRY;
    uint8_t c = k->pack[p++];
    int64_t back = c & 127;
    while (c & 128) {
        if (p >= k->end || back >= INT64_MAX >> 8) return BAD_ENTRY;
        c = k->pack[p++];
        back = (back + 1) << 7 | (c & 127);
    }
    if (back <= 0 || back > offset - PACK_HEADER) return BAD_ENTRY;
    e.base = offset - back;
    e.data = p;
    return e;
}

static entry read_entry(const strata_pack *k, int64_t offset) {
    int64_t p = offset;
    if (p < PACK_HEADER || p >= k->end) return BAD_ENTRY;
    uint8_t c = k->pack[p++];
    entry e = {(c >> 4) & 7, c & 15, 0, NOT_FOUND};
    for (int shift = 4; c & 128; shift += 7) {
        if (p >= k->end || shift > LONGEST_SIZE_SHIFT) return BAD_ENTRY;
        c = k->pack[p++];
        e.size |= (int64_t)(c & 127) << shift;
    }
    e.data = p;
    if (e.type == OFS_DELTA || e.type == REF_DELTA) return read_base(k, offset, p, e);
    return e.type == 0 || e.type == 5 ? BAD_ENTRY : e;
}

/* Entries by offset: an open-addressing table of node + 1; `slots` is a power of two and at least twice `capacity`. */
typedef struct {
    int64_t capacity, slots, count, parsed;
    int64_t *slot, *offset, *size, *data, *base;
    uint8_t *type;
} strata_nodes;

/* The node at `offset`, added when it is new; -1 when the table is full. */
static int64_t node_at(strata_nodes *t, int64_t offset) {
    uint64_t at = ((uint64_t)offset * 0x9E3779B97F4A7C15u) >> 32 & (uint64_t)(t->slots - 1);
    while (t->slot[at]) {
        int64_t node = t->slot[at] - 1;
        if (t->offset[node] == offset) return node;
        at = (at + 1) & (uint64_t)(t->slots - 1);
    }
    if (t->count >= t->capacity) return -1;
    t->offset[t->count] = offset;
    t->slot[at] = ++t->count;
    return t->count - 1;
}

/* Add the wanted entries and, transitively, their delta bases. node[i] is the node of wanted[i]; base[] holds nodes
   (NOT_FOUND: a root, BROKEN: unreadable). Gives 0, or -1 when the table is too small. */
STRATA_EXPORT int strata_pack_close(const strata_pack *k, const int64_t *wanted, int64_t n, int64_t *node, strata_nodes *t) {
    for (int64_t i = 0; i < n; i++)
        if ((node[i] = node_at(t, wanted[i])) < 0) return -1;
    for (; t->parsed < t->count; t->parsed++) {
        int64_t i = t->parsed;
        entry e = read_entry(k, t->offset[i]);
        t->type[i] = e.type;
        t->size[i] = e.size;
        t->data[i] = e.data;
        t->base[i] = e.base;
        if (e.base >= 0 && (t->base[i] = node_at(t, e.base)) < 0) return -1;
    }
    return 0;
}

static void settle(int64_t i, int64_t stop, int64_t root_of, int64_t deep, const int64_t *base, int64_t *root, int64_t *depth) {
    for (; i >= 0 && i != stop && root[i] == CYCLE; i = base[i]) {
        root[i] = root_of;
        depth[i] = deep--;
    }
}

/* Turn base[] into trees: root[] (NOT_FOUND where the chain is broken, CYCLE), depth[] (0 at a root), and the children
   of each node as child[start[i] .. start[i + 1]), rising. `start` has n + 2 zeros on entry. Gives the greatest depth. */
STRATA_EXPORT int64_t strata_pack_trees(int64_t n, const int64_t *base, int64_t *root, int64_t *depth, int64_t *start,
                                        int64_t *child) {
    int64_t deepest = 0;
    for (int64_t i = 0; i < n; i++) root[i] = BROKEN; /* BROKEN: not seen yet; CYCLE: on the chain being followed */
    for (int64_t i = 0; i < n; i++) {
        int64_t up = i, length = 0, below = -1;
        while (up >= 0 && root[up] == BROKEN) {
            root[up] = CYCLE;
            length++;
            below = up;
            up = base[up];
        }
        if (length == 0) continue;
        if (up == NOT_FOUND) settle(i, -1, below, length - 1, base, root, depth);
        else if (up >= 0 && root[up] >= 0) settle(i, up, root[up], depth[up] + length, base, root, depth);
        else if (up < 0 || root[up] != CYCLE) settle(i, -1, NOT_FOUND, 0, base, root, depth);
        if (depth[i] > deepest) deepest = depth[i];
    }
    for (int64_t i = 0; i < n; i++)
        if (base[i] >= 0) start[base[i] + 2]++;
    for (int64_t i = 1; i <= n; i++) start[i + 1] += start[i];
    for (int64_t i = 0; i < n; i++)
        if (base[i] >= 0) child[start[base[i] + 1]++] = i;
    return deepest;
}

/* sizes[i]: how large the object at offsets[i] is; BROKEN; or, for a delta that `scratch` cannot hold, minus the position
   of its zlib stream (which is past PACK_HEADER). */
STRATA_EXPORT void strata_pack_sizes(const strata_pack *k, const int64_t *offsets, int64_t n, uint8_t *scratch, int64_t room,
                                     int64_t *sizes) {
    for (int64_t i = 0; i < n; i++) {
        entry e = read_entry(k, offsets[i]);
        int64_t at = 0;
        sizes[i] = e.type == 0 ? BROKEN : e.size;
        if (e.type < OFS_DELTA) continue;
        if (e.size > room) sizes[i] = -e.data;
        else if (!inflate_entry(k, e.data, e.size, scratch) || delta_size(scratch, e.size, &at) < 0) sizes[i] = BROKEN;
        else if ((sizes[i] = delta_size(scratch, e.size, &at)) < 0) sizes[i] = BROKEN;
    }
}
