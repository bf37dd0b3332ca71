/* Reading git packs: what pack.c (look-ups, trees, sizes) and walk.c (inflating the trees) share.

   Nothing here trusts a byte of the pack or of its index: each size, offset, varint and delta instruction is checked before
   it is used, and a bad one condemns its object only. Nothing is allocated: the caller owns every buffer and says how large
   it is. Formats: gitformat-pack(5), "pack-*.pack files" and "Version 2 pack-*.idx files". */
#ifndef CODESTRATA_PACK_H
#define CODESTRATA_PACK_H

#include "kernels.h"

enum { OFS_DELTA = 6, REF_DELTA = 7 };
enum { LONGEST_SIZE_SHIFT = 53 }; /* of a varint of seven bits a byte: sizes stay below 2^60 */

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

static inline int inflate_entry(const strata_pack *k, int64_t data, int64_t size, uint8_t *out) {
    return k->inflate(k->decompressor, k->pack + data, (size_t)(k->end - data), out, (size_t)size, NULL) == 0;
}

/* One size of a delta's header, from delta[*at]; -1 when it runs over the end or over 63 bits. */
static inline int64_t delta_size(const uint8_t *delta, int64_t n, int64_t *at) {
    int64_t value = 0;
    for (int shift = 0; shift <= LONGEST_SIZE_SHIFT + 3; shift += 7) {
        if (*at >= n) return -1;
        uint8_t c = delta[(*at)++];
        value |= (int64_t)(c & 127) << shift;
        if (!(c & 128)) return value;
    }
    return -1;
}

#endif
