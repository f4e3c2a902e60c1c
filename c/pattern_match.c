#include <string.h>

#include "pattern_program.h"

/* One search: where it stands, and what it may still cost. */
struct search {
    struct pattern *pattern;
    const char *start, *at, *end;
    uint32_t *steps;
    size_t reached; /* states in pattern->reached */
    bool found;
};

bool pattern_prepare(struct pattern *pattern, struct arena *arena) {
    size_t count = pattern->length;
    pattern->rounds = arena_allocate(arena, count * sizeof *pattern->rounds);
    /* a state is looked at once per round, and adds two at most */
    uint16_t *states = arena_allocate(arena, (4 * count + 1) * sizeof *states);
    if (pattern->rounds == NULL || states == NULL) return false;
    memset(pattern->rounds, 0, count * sizeof *pattern->rounds);
    pattern->waiting = states;
    pattern->reached = states + count;
    pattern->pending = states + 2 * count;
    return true;
}

uint32_t pattern_point(const char **at) {
    uint32_t lead = (unsigned char)*(*at)++;
    if (lead < 0x80) return lead;
    int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    uint32_t point = lead & (0x3fu >> more);
    for (; more > 0; more--) point = point << 6 | ((unsigned char)*(*at)++ & 0x3f);
    return point;
}

bool pattern_word(char byte) {
    return text_is_alphanumeric(byte) || byte == '_';
}

static bool spend(struct search *search, uint32_t steps) {
    bool enough = *search->steps >= steps;
    *search->steps = enough ? *search->steps - steps : 0;
    return enough;
}

/* True if an instruction that takes no character lets a state pass here. */
static bool passes(const struct search *search, const struct instruction *instruction) {
    if (instruction->operation == START) return search->at == search->start;
    if (instruction->operation == END) return search->at == search->end;
    bool before = search->at > search->start && pattern_word(search->at[-1]);
    bool after = search->at < search->end && pattern_word(*search->at);
    return (before != after) == (instruction->value == 1);
}

/* Reaches `state`, and from it every state that can be reached without taking a character. */
static void reach(struct search *search, size_t state) {
    struct pattern *pattern = search->pattern;
    uint16_t *pending = pattern->pending;
    size_t count = 0;
    pending[count++] = (uint16_t)state;
    while (count > 0 && spend(search, 1)) {
        state = pending[--count];
        if (pattern->rounds[state] == pattern->round) continue;
        pattern->rounds[state] = pattern->round;
        const struct instruction *instruction = &pattern->program[state];
        uint8_t operation = instruction->operation;
        if (operation == MATCH) search->found = true;
        else if (operation <= CLASS) pattern->reached[search->reached++] = (uint16_t)state;
        if (operation == SPLIT || (operation >= START && passes(search, instruction))) {
            pending[count++] = (uint16_t)(state + 1);
        }
        if (operation == SPLIT || operation == JUMP) {
            pending[count++] = (uint16_t)((int32_t)state + instruction->value);
        }
    }
}

static bool takes(struct search *search, const struct instruction *instruction, uint32_t point) {
    if (instruction->operation == POINT) return point == (uint32_t)instruction->value;
    for (int i = 0; i < instruction->count; i++) {
        struct range range = search->pattern->ranges[instruction->value + i];
        if (!spend(search, 1)) return false;
        if (point >= range.first && point <= range.last) return !instruction->negated;
    }
    return instruction->negated;
}

/* Takes one character in every state that waits for one. */
static void advance(struct search *search) {
    struct pattern *pattern = search->pattern;
    uint16_t *states = pattern->reached;
    size_t count = search->reached;
    uint32_t point = pattern_point(&search->at);
    pattern->reached = pattern->waiting;
    pattern->waiting = states;
    search->reached = 0;
    pattern->round++;
    for (size_t i = 0; i < count; i++) {
        if (takes(search, &pattern->program[states[i]], point)) reach(search, states[i] + 1u);
    }
}

bool pattern_found(struct pattern *pattern, struct text subject, uint32_t *steps) {
    struct search search = {pattern, subject.bytes, subject.bytes, NULL, steps, 0, false};
    search.end = subject.bytes + subject.length;
    bool anchored = pattern->program->operation == START;
    pattern->round++;
    reach(&search, 0);
    while (!search.found && *steps > 0 && search.at < search.end) {
        if (anchored && search.reached == 0) break;
        advance(&search);
        reach(&search, 0); /* a match may begin anywhere */
    }
    return search.found && *steps > 0;
}
