/* Reading git packs: look-up in an index, closure over delta bases, and a depth-first walk that inflates each entry once.

   Nothing here trusts a byte of the pack or of its index: each size, offset, varint and delta instruction is checked before
   it is used, and a bad one condemns its object only. Nothing is allocated: the caller owns every buffer and says how large
   it is. Formats: gitformat-pack(5), "pack-*.pack files" and "Version 2 pack-*.idx files". */
#include "kernels.h"

enum { OFS_DELTA = 6, REF_DELTA = 7 };
enum { NOT_FOUND = -1, BROKEN = -2, CYCLE = -3 };
enum { PACK_HEADER = 12, SHORT_COPY = 32, LONGEST_SIZE_SHIFT = 53, FAILED = -1 };

/* libdeflate_zlib_decompress: 0 when the stream is sound and holds exactly `room` bytes (`written` NULL). */
typedef int (*inflate_fn)(void *decompressor, const void *in, size_t in_size, void *out, size_t room, size_t *written);

typedef struct {
    const uint8_t *pack; /* the mapped pack; entries lie in [PACK_HEADER, end) */
    int64_t end;
    const uint8_t *fan, *names, *offsets, *wide; /* the four tables of the index */
    int64_t count, wide_count, width;
    inflate_fn inflate;
    void *decompressor;
} strata_pack;

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

/* Turn base[] into trees: root[] (NOT_FOUND where the chain is broken or a circle), depth[] (0 at a root), and the children
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
        else settle(i, -1, NOT_FOUND, 0, base, root, depth);
        if (depth[i] > deepest) deepest = depth[i];
    }
    for (int64_t i = 0; i < n; i++)
        if (base[i] >= 0) start[base[i] + 2]++;
    for (int64_t i = 1; i <= n; i++) start[i + 1] += start[i];
    for (int64_t i = 0; i < n; i++)
        if (base[i] >= 0) child[start[base[i] + 1]++] = i;
    return deepest;
}

/* One size of a delta's header, from delta[*at]; -1 when it runs over the end or over 63 bits. */
static int64_t delta_size(const uint8_t *delta, int64_t n, int64_t *at) {
    int64_t value = 0;
    for (int shift = 0; shift <= LONGEST_SIZE_SHIFT + 3; shift += 7) {
        if (*at >= n) return -1;
        uint8_t c = delta[(*at)++];
        value |= (int64_t)(c & 127) << shift;
        if (!(c & 128)) return value;
    }
    return -1;
}

/* memcpy, but a short piece goes as one fixed block where both sides have the room: most pieces are short. */
static void copy(uint8_t *to, const uint8_t *from, int64_t n, int64_t to_room, int64_t from_room) {
    if (n <= SHORT_COPY && to_room >= SHORT_COPY && from_room >= SHORT_COPY) memcpy(to, from, SHORT_COPY);
    else memcpy(to, from, (size_t)n);
}

/* Offset and length of a copy instruction `c` whose bytes begin at delta[*at]; 0 when they run over the end. */
static int copy_range(const uint8_t *delta, int64_t n, int64_t *at, uint8_t c, int64_t *offset, int64_t *length) {
    uint32_t field[2] = {0, 0};
    for (int bit = 0; bit < 7; bit++) {
        if (!(c >> bit & 1)) continue;
        if (*at >= n) return 0;
        field[bit >= 4] |= (uint32_t)delta[(*at)++] << 8 * (bit & 3);
    }
    *offset = field[0];
    *length = field[1] ? field[1] : 0x10000;
    return 1;
}

/* Rebuild exactly `room` bytes at `out` from a base and the instructions delta[at .. n); 0 when any of them is unsound. */
static int apply(const uint8_t *delta, int64_t n, int64_t at, const uint8_t *base, int64_t base_size, uint8_t *out, int64_t room) {
    while (at < n) {
        uint8_t c = delta[at++];
        int64_t offset, length = c;
        if (c & 128) {
            if (!copy_range(delta, n, &at, c, &offset, &length)) return 0;
            if (length > room || offset > base_size - length) return 0;
            copy(out, base + offset, length, room, base_size - offset);
        } else {
            if (c == 0 || length > room || length > n - at) return 0;
            copy(out, delta + at, length, room, n - at);
            at += length;
        }
        out += length;
        room -= length;
    }
    return room == 0;
}

static int inflate_entry(const strata_pack *k, int64_t data, int64_t size, uint8_t *out) {
    return k->inflate(k->decompressor, k->pack + data, (size_t)(k->end - data), out, (size_t)size, NULL) == 0;
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

enum { PENDING, READ, OVERSIZED, DAMAGED, TOO_LARGE };
enum { FINISHED, BATCH_FULL };

/* The walk: a stack of inflated bases (`path`) from a root down, and the batch being filled (`out`). Resumable. */
typedef struct {
    strata_pack pack;
    const uint8_t *type;
    const int64_t *size, *data, *start, *child, *row, *roots; /* row: of a wanted node, else -1 */
    int64_t root_count, max_size, delta_limit;
    uint8_t *path, *scratch, *out, *status;
    int64_t path_size, scratch_size, out_size, out_slots;
    int64_t *out_offsets, *out_rows;
    int64_t *stack_node, *stack_next, *stack_offset, *stack_length;
    int64_t next_root, depth, top, pending, produced, filled, needed;
} strata_walk;

/* Move on to the next node: a child of the top of the stack, or the next root. */
static int advance(strata_walk *w) {
    while (w->depth > 0) {
        int64_t t = w->depth - 1;
        if (w->stack_next[t] < w->start[w->stack_node[t] + 1]) {
            w->pending = w->child[w->stack_next[t]++];
            return 1;
        }
        w->top = w->stack_offset[t];
        w->depth--;
    }
    if (w->next_root >= w->root_count) return 0;
    w->pending = w->roots[w->next_root++];
    return 1;
}

/* Give back the room of bases that have no child left to build. The top of the stack is being built upon and stays. */
static void compact(strata_walk *w) {
    int64_t top = 0;
    for (int64_t t = 0; t < w->depth; t++) {
        int live = t == w->depth - 1 || w->stack_next[t] < w->start[w->stack_node[t] + 1];
        if (live && w->stack_length[t] > 0) {
            memmove(w->path + top, w->path + w->stack_offset[t], (size_t)w->stack_length[t]);
            w->stack_offset[t] = top;
            top += w->stack_length[t];
        } else {
            w->stack_offset[t] = top;
            if (w->stack_length[t] > 0) w->stack_length[t] = 0;
        }
    }
    w->top = top;
}

static int has_children(const strata_walk *w, int64_t i) { return w->start[i + 1] > w->start[i]; }

/* Keep node i on the stack for its children; `length` FAILED tells them that their base could not be built. */
static void push(strata_walk *w, int64_t i, int64_t length) {
    if (!has_children(w, i)) return;
    w->stack_node[w->depth] = i;
    w->stack_next[w->depth] = w->start[i];
    w->stack_offset[w->depth] = w->top;
    w->stack_length[w->depth++] = length;
    if (length > 0) w->top += length;
}

static int fail(strata_walk *w, int64_t i, uint8_t why) {
    w->status[i] = why;
    push(w, i, FAILED);
    return 0;
}

/* Inflate the delta of node i into the scratch buffer: its result size to *size, where its instructions begin to *at. */
static uint8_t open_delta(strata_walk *w, int64_t i, int64_t *size, int64_t *at) {
    int64_t n = w->size[i], room = w->scratch_size;
    if (!has_children(w, i) && room > w->delta_limit) room = w->delta_limit;
    if (n > room) return n > w->max_size ? OVERSIZED : TOO_LARGE;
    if (!inflate_entry(&w->pack, w->data[i], n, w->scratch)) return DAMAGED;
    *at = 0;
    if (delta_size(w->scratch, n, at) != w->stack_length[w->depth - 1]) return DAMAGED;
    *size = delta_size(w->scratch, n, at);
    return *size < 0 ? DAMAGED : READ;
}

/* Build node i: `size` bytes at `out`. */
static int build(strata_walk *w, int64_t i, int64_t at, uint8_t *out, int64_t size) {
    if (w->type[i] < OFS_DELTA) return inflate_entry(&w->pack, w->data[i], size, out);
    const uint8_t *base = w->path + w->stack_offset[w->depth - 1];
    return apply(w->scratch, w->size[i], at, base, w->stack_length[w->depth - 1], out, size);
}

static uint8_t *room_on_path(strata_walk *w, int64_t size) {
    if (size > w->path_size - w->top) compact(w);
    return size > w->path_size - w->top ? NULL : w->path + w->top;
}

static void emit(strata_walk *w, int64_t i, const uint8_t *from, int64_t size) {
    if (from != w->out + w->filled) memcpy(w->out + w->filled, from, (size_t)size);
    w->filled += size;
    w->out_rows[w->produced++] = w->row[i];
    w->out_offsets[w->produced] = w->filled;
    w->status[i] = READ;
}

/* Visit the pending node. Gives 0 when it is dealt with, 1 when the batch has no room for it. */
static int visit(strata_walk *w, int64_t i) {
    int64_t size = w->size[i], at = 0;
    int is_delta = w->type[i] >= OFS_DELTA, inner = has_children(w, i);
    if (is_delta && w->stack_length[w->depth - 1] == FAILED) return fail(w, i, w->status[w->stack_node[w->depth - 1]]);
    if (is_delta) {
        uint8_t verdict = open_delta(w, i, &size, &at);
        if (verdict != READ) return fail(w, i, verdict);
    }
    int give = w->row[i] >= 0 && size <= w->max_size;
    if (!give) w->status[i] = OVERSIZED; /* of no consequence for a base that nobody asked for */
    if (!give && !inner) return 0;
    if (give && (size > w->out_size - w->filled || w->produced >= w->out_slots)) {
        w->needed = size;
        return 1;
    }
    uint8_t *to = inner ? room_on_path(w, size) : w->out + w->filled;
    if (!to) return fail(w, i, size > w->path_size && size > w->max_size ? OVERSIZED : TOO_LARGE);
    if (!build(w, i, at, to, size)) return fail(w, i, DAMAGED);
    if (give) emit(w, i, to, size);
    push(w, i, size);
    return 0;
}

/* Fill the next batch: FINISHED when the last tree is done, BATCH_FULL when there is more to come. */
STRATA_EXPORT int strata_pack_walk(strata_walk *w) {
    w->produced = w->filled = 0;
    w->out_offsets[0] = 0;
    while (w->pending >= 0 || advance(w)) {
        if (visit(w, w->pending)) return BATCH_FULL;
        w->pending = -1;
    }
    return FINISHED;
}
