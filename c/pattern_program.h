/* What a pattern is compiled to: shared by pattern.c, which writes programs, and pattern_match.c,
   which runs them. */
#ifndef PATTERN_PROGRAM_H
#define PATTERN_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "pattern.h"

enum operation {
    POINT, /* takes the code point `value` */
    CLASS, /* takes a code point of the `count` ranges from `value` on, or (`negated`) of none */
    JUMP,  /* goes on at `value` from here */
    SPLIT, /* goes on at the next instruction, and at `value` from here */
    MATCH, /* the pattern was found */
    START, /* passes at the start of the text */
    END,   /* passes at its end */
    EDGE,  /* passes where a word begins or ends (`value` 1), or where none does (0) */
};

struct instruction {
    uint8_t operation;
    bool negated;
    uint16_t count;
    int32_t value;
};

/* Code points from `first` to `last`, inclusive. */
struct range {
    uint32_t first, last;
};

struct pattern {
    struct instruction *program;
    size_t length;
    struct range *ranges;
    size_t range_count;
    /* To run it: the states that wait for a character, before and after it, those yet to be
       visited, and the round in which each was last reached. */
    uint16_t *waiting, *reached, *pending;
    uint32_t *rounds, round;
};

/* Gives a compiled pattern what running it needs. False if the arena is exhausted. */
bool pattern_prepare(struct pattern *pattern, struct arena *arena);

/* Takes one code point off valid UTF-8. */
uint32_t pattern_point(const char **at);

/* True for what \w matches. */
bool pattern_word(char byte);

#endif
