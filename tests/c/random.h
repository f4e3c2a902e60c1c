/* The same pseudo-random numbers in every run. */
#ifndef RANDOM_H
#define RANDOM_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* The next number of the sequence whose state is `*state`. */
static inline uint64_t random_bits(uint64_t *state) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    uint64_t mixed = (*state ^ *state >> 32) * 0x9e3779b97f4a7c15u;
    return mixed ^ mixed >> 29;
}

/* A finite double of random bits. */
static inline double random_double(uint64_t *state) {
    double number;
    do {
        uint64_t bits = random_bits(state);
        memcpy(&number, &bits, sizeof number);
    } while (!isfinite(number));
    return number;
}

#endif
