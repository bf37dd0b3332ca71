/* Packs: the depth-first walk that inflates each entry once and applies each delta once. See pack.h. */
#include "pack.h"

enum { SHORT_COPY = 32, FAILED = -1 };

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

enum { PENDING, READ, OVERSIZED, DAMAGED, TOO_LARGE };
enum { FINISHED, BATCH_FULL };

/* The walk: a stack of inflated bases (`path`) from a root down, and the batch being filled (`out`). Resumable. */
typedef struct {
    strata_pack pack;
    const uint8_t *type;
    const int64_t *size, *data, *start, *child, *row, *roots; /* row: of a wanted node, else -1 */
    int64_t root_count, max_size, delta_limit;
    uint8_t *path, *scratch, *out, *status;
    int64_t path_size, path_used, scratch_size, out_size, out_slots; /* path_used: at least 1 */
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

/* Room for `size` bytes on the path, of which no more is touched than the live bases need, twice over. */
static uint8_t *room_on_path(strata_walk *w, int64_t size) {
    if (size <= w->path_used - w->top) return w->path + w->top;
    compact(w);
    while (w->path_used < w->path_size && size > w->path_used / 2 - w->top)
        w->path_used = w->path_used > w->path_size / 2 ? w->path_size : 2 * w->path_used;
    return size > w->path_used - w->top ? NULL : w->path + w->top;
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
