#include "pattern.h"

#include <string.h>

#include "buffer.h"
#include "limits.h"
#include "pattern_program.h"

enum { FOREVER = -1, LARGEST_POINT = 0x10ffff };

/* One compilation. The first problem stands; nothing is emitted after it. */
struct compiler {
    const char *at, *end; /* what is left of the source */
    struct arena *arena;
    struct pattern *pattern;
    size_t capacity, range_capacity;
    unsigned depth;
    struct buffer names; /* of the groups so far, one per line */
    const char *problem;
};

static const char too_large[] = "must be a smaller pattern";

APART static void refuse(struct compiler *compiler, const char *problem) {
    if (compiler->problem == NULL) compiler->problem = problem;
    compiler->at = compiler->end;
}

/* Room for `wanted` elements of `size` bytes; doubles each time, so that growing is linear. */
static void *grown(struct compiler *compiler, void *old, size_t *capacity, size_t wanted,
                   size_t size) {
    if (wanted <= *capacity) return old;
    size_t larger = *capacity * 2 > wanted ? *capacity * 2 : wanted + 8;
    void *array = arena_grow(compiler->arena, old, *capacity * size, larger * size);
    if (array == NULL) refuse(compiler, "");
    else *capacity = larger;
    return array;
}

/* Makes room for `count` instructions at `at`; false if there is none. Offsets are relative, so
   what is moved as a whole stays right. */
static bool open_gap(struct compiler *compiler, size_t at, size_t count) {
    struct pattern *pattern = compiler->pattern;
    size_t wanted = pattern->length + count;
    if (wanted > LIMIT_PATTERN_INSTRUCTIONS) refuse(compiler, too_large);
    if (compiler->problem != NULL) return false;
    struct instruction *program =
        grown(compiler, pattern->program, &compiler->capacity, wanted, sizeof *program);
    if (program == NULL) return false;
    memmove(program + at + count, program + at, (pattern->length - at) * sizeof *program);
    pattern->program = program;
    pattern->length = wanted;
    return true;
}

static void insert(struct compiler *compiler, size_t at, enum operation operation, int value) {
    if (!open_gap(compiler, at, 1)) return;
    compiler->pattern->program[at] = (struct instruction){(uint8_t)operation, false, 0, value};
}

static void emit(struct compiler *compiler, enum operation operation, int value) {
    insert(compiler, compiler->pattern->length, operation, value);
}

/* Appends a copy of the `length` instructions at `from`. */
static void copy(struct compiler *compiler, size_t from, size_t length) {
    size_t to = compiler->pattern->length;
    if (!open_gap(compiler, to, length)) return;
    struct instruction *program = compiler->pattern->program;
    memcpy(program + to, program + from, length * sizeof *program);
}

/* Makes what was emitted since `start` a repetition; `most` may be FOREVER. */
static void repeat(struct compiler *compiler, size_t start, int least, int most) {
    int length = (int)(compiler->pattern->length - start), made = 1;
    int copies = least > most ? least : most;
    if (most == 0) compiler->pattern->length = start;
    if (most == 0 || length == 0) return;
    if (copies * length > LIMIT_PATTERN_INSTRUCTIONS) {
        refuse(compiler, too_large);
        return;
    }
    if (least == 0) {
        insert(compiler, start++, SPLIT, most == FOREVER ? length + 2 : most * (length + 1));
        if (most == FOREVER) emit(compiler, JUMP, -(length + 1));
    } else {
        for (; made < least; made++) copy(compiler, start, (size_t)length);
        if (most == FOREVER) emit(compiler, SPLIT, -length);
    }
    for (; made < most; made++) { /* any of the rest may be the end */
        emit(compiler, SPLIT, (most - made) * (length + 1));
        copy(compiler, start, (size_t)length);
    }
}

static void add_range(struct compiler *compiler, uint32_t first, uint32_t last) {
    struct pattern *pattern = compiler->pattern;
    if (pattern->range_count == LIMIT_PATTERN_RANGES) refuse(compiler, too_large);
    if (compiler->problem != NULL) return;
    struct range *ranges = grown(compiler, pattern->ranges, &compiler->range_capacity,
                                 pattern->range_count + 1, sizeof *ranges);
    if (ranges == NULL) return;
    ranges[pattern->range_count++] = (struct range){first, last};
    pattern->ranges = ranges;
}

/* The letter for the set of line ends, which a dot does not match. No escape has it. */
enum { LINE_ENDS = '\n' };

/* The sets that have a letter, each with its ranges in order. */
static const struct {
    char letter;
    struct range range;
} sets[] = {
    {LINE_ENDS, {'\n', '\n'}}, {LINE_ENDS, {'\r', '\r'}}, {LINE_ENDS, {0x2028, 0x2029}},
    {'d', {'0', '9'}},         {'w', {'0', '9'}},         {'w', {'A', 'Z'}},
    {'w', {'_', '_'}},         {'w', {'a', 'z'}},         {'s', {'\t', '\r'}},
    {'s', {' ', ' '}},         {'s', {0xa0, 0xa0}},       {'s', {0x1680, 0x1680}},
    {'s', {0x2000, 0x200a}},   {'s', {0x2028, 0x2029}},   {'s', {0x202f, 0x202f}},
    {'s', {0x205f, 0x205f}},   {'s', {0x3000, 0x3000}},   {'s', {0xfeff, 0xfeff}},
};

/* Adds the set of `letter`, or what is outside it. False if no set has that letter. */
static bool add_set(struct compiler *compiler, char letter, bool outside) {
    uint32_t next = 0;
    bool found = false;
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
        if (sets[i].letter != letter) continue;
        struct range range = sets[i].range;
        found = true;
        if (outside) add_range(compiler, next, range.first - 1);
        else add_range(compiler, range.first, range.last);
        next = range.last + 1;
    }
    if (found && outside) add_range(compiler, next, LARGEST_POINT);
    return found;
}

/* Emits a class of the ranges added since there were `first`. */
static void emit_class(struct compiler *compiler, size_t first, bool negated) {
    struct pattern *pattern = compiler->pattern;
    size_t count = pattern->range_count - first;
    emit(compiler, CLASS, (int)first);
    if (compiler->problem != NULL) return;
    pattern->program[pattern->length - 1].negated = negated;
    pattern->program[pattern->length - 1].count = (uint16_t)count;
}

APART static bool accept(struct compiler *compiler, char byte) {
    if (compiler->at == compiler->end || *compiler->at != byte) return false;
    compiler->at++;
    return true;
}

/* Reads exactly `count` hexadecimal digits, or as many as there are up to a '}' if `count` is 0. */
static uint32_t read_hexadecimal(struct compiler *compiler, int count) {
    uint32_t value = 0;
    int read = 0;
    while (compiler->at < compiler->end && (count == 0 || read < count)) {
        int digit = text_hex_digit(*compiler->at);
        if (digit < 0 || value > LARGEST_POINT) break;
        value = value * 16 + (uint32_t)digit;
        compiler->at++;
        read++;
    }
    bool whole = count == 0 ? read > 0 && accept(compiler, '}') : read == count;
    if (!whole || value > LARGEST_POINT) refuse(compiler, "must have whole \\x and \\u escapes");
    return value;
}

/* What follows \u: a code point in braces or four digits, but not half of a surrogate pair. */
static uint32_t read_unicode(struct compiler *compiler) {
    uint32_t point = read_hexadecimal(compiler, accept(compiler, '{') ? 0 : 4);
    if (point >> 11 == 0xd800 >> 11) refuse(compiler, "must have \\u{...} above \\uffff");
    return point;
}

/* Reads the character that an escape, whose backslash has been read, stands for. */
static uint32_t read_escape(struct compiler *compiler) {
    static const char controls[] = "t\tn\nv\vf\fr\r";
    static const char letters[] =
        "must have only the escapes that ECMA-262 has with the flag u, without \\p and \\k";
    if (compiler->at == compiler->end) refuse(compiler, "must not end in a backslash");
    if (compiler->problem != NULL) return 0;
    char letter = *compiler->at++;
    for (const char *pair = controls; *pair != '\0'; pair += 2) {
        if (*pair == letter) return (unsigned char)pair[1];
    }
    if (letter == 'x') return read_hexadecimal(compiler, 2);
    if (letter == 'u') return read_unicode(compiler);
    char next = compiler->at < compiler->end ? *compiler->at : '\0';
    if (letter == 'c' && ((next | 0x20) >= 'a' && (next | 0x20) <= 'z')) {
        compiler->at++;
        return next & 0x1f;
    }
    if (letter == '0' && !(next >= '0' && next <= '9')) return 0;
    if (letter >= '0' && letter <= '9') refuse(compiler, "must have no backreferences");
    else if (!text_has(TEXT("^$\\.*+?()[]{}|/"), letter)) refuse(compiler, letters);
    return (unsigned char)letter;
}

/* A set escape such as \d, whose backslash was read: adds its ranges. False for other escapes. */
static bool read_set(struct compiler *compiler) {
    if (compiler->at == compiler->end) return false;
    char letter = *compiler->at++;
    if (add_set(compiler, (char)(letter | 0x20), (letter & 0x20) == 0)) return true;
    compiler->at--;
    return false;
}

/* One character, or one set, of a class. True for a character, which is then `*point`. */
static bool read_member(struct compiler *compiler, uint32_t *point) {
    *point = pattern_point(&compiler->at);
    if (*point != '\\') return true;
    if (read_set(compiler)) return false;
    *point = accept(compiler, 'b') ? '\b' : accept(compiler, '-') ? '-' : read_escape(compiler);
    return true;
}

/* A class, whose '[' has been read. */
static void read_class(struct compiler *compiler) {
    size_t first = compiler->pattern->range_count;
    bool negated = accept(compiler, '^');
    while (!accept(compiler, ']')) {
        uint32_t low, high;
        if (compiler->at == compiler->end) {
            refuse(compiler, "must close every [");
            return;
        }
        bool one = read_member(compiler, &low);
        high = low;
        if (compiler->end - compiler->at > 1 && *compiler->at == '-' && compiler->at[1] != ']') {
            compiler->at++;
            bool range = read_member(compiler, &high) && one && low <= high;
            if (!range) refuse(compiler, "must have only ranges from a lower to a higher one");
        }
        if (one) add_range(compiler, low, high);
    }
    emit_class(compiler, first, negated);
}

/* The name of a group, up to its '>'. */
static void read_name(struct compiler *compiler) {
    const char *start = compiler->at;
    while (!accept(compiler, '>')) {
        bool digit = compiler->at < compiler->end && *compiler->at >= '0' && *compiler->at <= '9';
        bool fits = compiler->at < compiler->end && !(digit && compiler->at == start) &&
                    (pattern_word(*compiler->at) || *compiler->at == '$');
        if (!fits) {
            refuse(compiler, "must name groups with A-Z a-z 0-9 _ and $, a digit never first");
        }
        if (compiler->problem != NULL) return;
        compiler->at++;
    }
    struct text name = {start, (size_t)(compiler->at - start) - 1};
    if (name.length == 0 || text_has_field(buffer_text(&compiler->names), '\n', name)) {
        refuse(compiler, "must give each group a name of its own");
    }
    BUFFER_APPEND(&compiler->names, name, TEXT("\n"));
}

static void read_alternatives(struct compiler *compiler);

/* A group, whose '(' has been read. */
static void read_group(struct compiler *compiler) {
    if (++compiler->depth > LIMIT_PATTERN_DEPTH) refuse(compiler, too_large);
    if (accept(compiler, '?') && !accept(compiler, ':')) {
        bool named = accept(compiler, '<') && compiler->at < compiler->end &&
                     !text_has(TEXT("=!"), *compiler->at);
        if (named) read_name(compiler);
        else refuse(compiler, "must have no lookahead, lookbehind or inline flags");
    }
    read_alternatives(compiler);
    if (!accept(compiler, ')')) refuse(compiler, "must close every (");
    compiler->depth--;
}

/* An escape outside classes, whose backslash has been read. */
static void read_atom_escape(struct compiler *compiler) {
    size_t first = compiler->pattern->range_count;
    if (accept(compiler, 'b')) emit(compiler, EDGE, true);
    else if (accept(compiler, 'B')) emit(compiler, EDGE, false);
    else if (read_set(compiler)) emit_class(compiler, first, false);
    else emit(compiler, POINT, (int)read_escape(compiler));
}

/* Reads a decimal number of at least one digit; one that is too large to repeat stays too large. */
static bool read_number(struct compiler *compiler, int *number) {
    const char *start = compiler->at;
    for (*number = 0; compiler->at < compiler->end; compiler->at++) {
        if (*compiler->at < '0' || *compiler->at > '9') break;
        *number = *number * 10 + (*compiler->at - '0');
        if (*number > LIMIT_PATTERN_INSTRUCTIONS) *number = LIMIT_PATTERN_INSTRUCTIONS + 1;
    }
    return compiler->at > start;
}

/* {m}, {m,} or {m,n}; false, with nothing read, if it is something else. */
static bool read_braces(struct compiler *compiler, int *least, int *most) {
    const char *start = compiler->at;
    if (accept(compiler, '{') && read_number(compiler, least)) {
        *most = *least;
        if (accept(compiler, ',') && !read_number(compiler, most)) *most = FOREVER;
        if (accept(compiler, '}')) return true;
    }
    compiler->at = start;
    return false;
}

static const char nothing[] = "must have something before each * + ? and {m,n}";

static void read_atom(struct compiler *compiler) {
    static const char lone[] = "must have a backslash before each { } and ] that stands for itself";
    int least, most;
    size_t first = compiler->pattern->range_count;
    uint32_t point = pattern_point(&compiler->at);
    switch (point) {
    case '(': read_group(compiler); break;
    case '[': read_class(compiler); break;
    case '\\': read_atom_escape(compiler); break;
    case '^': emit(compiler, START, 0); break;
    case '$': emit(compiler, END, 0); break;
    case '.':
        add_set(compiler, LINE_ENDS, true);
        emit_class(compiler, first, false);
        break;
    case '*':
    case '+':
    case '?': refuse(compiler, nothing); break;
    case '{':
        compiler->at--;
        refuse(compiler, read_braces(compiler, &least, &most) ? nothing : lone);
        break;
    case '}':
    case ']': refuse(compiler, lone); break;
    default: emit(compiler, POINT, (int)point); break;
    }
}

/* Reads a quantifier, if one follows, for what was emitted since `start` and read from `atom` on.
   ^ $ \b and \B take none. */
static void read_quantifier(struct compiler *compiler, size_t start, const char *atom) {
    int least = 0, most = FOREVER;
    bool edge = compiler->at - atom == 2 && atom[0] == '\\' && (atom[1] | 0x20) == 'b';
    if (accept(compiler, '+')) least = 1;
    else if (accept(compiler, '?')) most = 1;
    else if (!accept(compiler, '*') && !read_braces(compiler, &least, &most)) return;
    accept(compiler, '?');
    if (edge || *atom == '^' || *atom == '$') refuse(compiler, nothing);
    if (most != FOREVER && most < least) refuse(compiler, "must have no {m,n} with m above n");
    if (compiler->problem == NULL) repeat(compiler, start, least, most);
}

/* Everything up to the end, or to a ')' that is the caller's. */
static void read_alternatives(struct compiler *compiler) {
    struct pattern *pattern = compiler->pattern;
    size_t start = pattern->length, jump = SIZE_MAX;
    while (compiler->at < compiler->end && *compiler->at != ')') {
        size_t term = pattern->length;
        if (!accept(compiler, '|')) {
            const char *atom = compiler->at;
            read_atom(compiler);
            read_quantifier(compiler, term, atom);
            continue;
        }
        if (jump != SIZE_MAX) pattern->program[jump].value = (int)(pattern->length - jump);
        insert(compiler, start, SPLIT, (int)(pattern->length - start) + 2);
        jump = pattern->length;
        emit(compiler, JUMP, 0);
    }
    if (jump != SIZE_MAX && compiler->problem == NULL) {
        pattern->program[jump].value = (int)(pattern->length - jump);
    }
}

struct pattern *pattern_compile(struct text source, struct arena *arena, const char **problem) {
    struct pattern *pattern = arena_allocate(arena, sizeof *pattern);
    *problem = NULL;
    if (pattern == NULL) return NULL;
    *pattern = (struct pattern){0};
    struct compiler compiler = {.at = source.bytes,
                                .end = source.bytes + source.length,
                                .arena = arena,
                                .pattern = pattern,
                                .names = buffer_in(arena, 0)};
    read_alternatives(&compiler);
    if (compiler.at < compiler.end) refuse(&compiler, "must open every )");
    emit(&compiler, MATCH, 0);
    if (compiler.problem == NULL && pattern_prepare(pattern, arena)) return pattern;
    *problem = arena->exhausted ? NULL : compiler.problem;
    return NULL;
}
