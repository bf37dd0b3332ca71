/* Numbering the distinct strings of a column. */
#include "kernels.h"
#include <stdlib.h>

typedef struct {
    uint64_t hash;
    int64_t code; /* -1: free */
} slot;

static uint64_t hash_of(const uint8_t *text, size_t length) {
    uint64_t hash = length * UINT64_C(0x9E3779B97F4A7C15), word;
    for (; length >= 8; text += 8, length -= 8) {
        memcpy(&word, text, 8);
        hash = (hash ^ word) * UINT64_C(0xD6E8FEB86659FD93);
        hash ^= hash >> 32;
    }
    word = 0;
    memcpy(&word, text, length);
    hash = (hash ^ word) * UINT64_C(0xD6E8FEB86659FD93);
    return hash ^ hash >> 32;
}

static slot *table_of(size_t size) {
    slot *table = malloc(size * sizeof *table);
    for (size_t i = 0; table && i < size; i++) table[i].code = -1;
    return table;
}

/* Makes a table of twice the size; NULL without memory, and the old one stays. */
static slot *grown(const slot *table, size_t size) {
    slot *larger = table_of(2 * size);
    for (size_t i = 0; larger && i < size; i++) {
        if (table[i].code < 0) continue;
        size_t at = table[i].hash & (2 * size - 1);
        while (larger[at].code >= 0) at = (at + 1) & (2 * size - 1);
        larger[at] = table[i];
    }
    return larger;
}

/* codes[i]: the number of string i, data[offsets[i]:offsets[i + 1]], counted from 0 in the order of first appearance;
   firsts[c]: the row that string c appears in first. Gives how many distinct strings there are, -1 without memory. */
STRATA_EXPORT int64_t strata_codes(const uint8_t *data, const int64_t *offsets, int64_t n, int32_t *codes,
                                   int64_t *firsts) {
    size_t size = 256;
    int64_t count = 0;
    slot *table = table_of(size);
    if (!table) return -1;
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *text = data + offsets[i];
        size_t length = (size_t)(offsets[i + 1] - offsets[i]);
        if (i && (int64_t)length == offsets[i] - offsets[i - 1] && !memcmp(text, text - length, length)) {
            codes[i] = codes[i - 1];
            continue;
        }
        uint64_t hash = hash_of(text, length);
        size_t at = hash & (size - 1);
        for (; table[at].code >= 0; at = (at + 1) & (size - 1)) {
            if (table[at].hash != hash) continue;
            int64_t first = firsts[table[at].code];
            if (offsets[first + 1] - offsets[first] == (int64_t)length && !memcmp(data + offsets[first], text, length)) break;
        }
        if (table[at].code < 0) {
            table[at] = (slot){hash, count};
            firsts[count++] = i;
        }
        codes[i] = (int32_t)table[at].code;
        if ((size_t)count * 2 > size) {
            slot *larger = grown(table, size);
            free(table);
            if (!larger) return -1;
            table = larger, size *= 2;
        }
    }
    free(table);
    return count;
}
