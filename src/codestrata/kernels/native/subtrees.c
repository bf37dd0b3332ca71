/* Hashes of all subtrees of trees in pre-order. Twin: codestrata/kernels/subtrees.py. */
#include "kernels.h"

enum { LEFT_OUT = 1, CONTENT = 2, NAMED = 1 };
#define CHILD 0x9E3779B97F4A7C15u
#define BYTE 0x100000001B3u

/* splitmix64's last steps (Steele, Lea, Flood, 2014). */
static uint64_t mixed(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

enum { AT_ONCE = 16 };

/* The powers are known for some bytes at once, so that these do not wait for one another. */
static uint64_t of_text(const uint8_t *text, int64_t size, const uint64_t *powers) {
    uint64_t sum = 0, power = 1;
    int64_t i = 0;
    for (; i + AT_ONCE <= size; i += AT_ONCE, power *= powers[AT_ONCE]) {
        uint64_t piece = 0;
        for (int64_t k = 0; k < AT_ONCE; k++) piece += (text[i + k] + 1u) * powers[k];
        sum += piece * power;
    }
    uint64_t rest = 0;
    for (int64_t k = 0; i + k < size; k++) rest += (text[i + k] + 1u) * powers[k];
    return mixed(sum + rest * power + (uint64_t)size);
}

/* From the last node to the first, so that children are done before their parent: its cells gather them until then. */
STRATA_EXPORT void strata_subtrees(const uint8_t *arena, const uint16_t *kind, const int64_t *start, const int64_t *end,
                                   const int64_t *parent, const int64_t *after, const uint8_t *flags, int64_t n,
                                   const uint64_t *names, const uint8_t *roles, uint64_t *shape, uint64_t *syntax,
                                   int32_t *named) {
    uint64_t powers[AT_ONCE + 1] = {1};
    for (int64_t k = 1; k <= AT_ONCE; k++) powers[k] = powers[k - 1] * BYTE;
    for (int64_t i = n - 1; i >= 0; i--) {
        uint8_t role = roles[kind[i]];
        if (role & LEFT_OUT) {
            shape[i] = syntax[i] = 0;
            named[i] = 0;
            continue;
        }
        int has_text = role & CONTENT || (after[i] == i + 1 && flags[i] & NAMED);
        uint64_t name = names[kind[i]], text = has_text ? of_text(arena + start[i], end[i] - start[i], powers) : syntax[i];
        shape[i] = mixed(name + shape[i]);
        syntax[i] = mixed(name + text);
        named[i] += role & CONTENT ? 0 : flags[i] & NAMED;
        int64_t above = parent[i];
        if (above < 0) continue;
        if (!(role & CONTENT)) shape[above] = shape[above] * CHILD + shape[i];
        syntax[above] = syntax[above] * CHILD + syntax[i];
        named[above] += named[i];
    }
}
