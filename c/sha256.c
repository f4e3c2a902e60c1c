#include "sha256.h"

#include <string.h>

enum { BLOCK_BYTES = 64, ROUNDS = 64, LENGTH_BYTES = 8 };

/* What has been hashed so far. */
struct hash {
    uint32_t state[8];
    uint64_t length; /* in bytes */
    uint8_t block[BLOCK_BYTES];
};

static const struct hash empty = {{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                                   0x9b05688c, 0x1f83d9ab, 0x5be0cd19},
                                  0,
                                  {0}};

static const uint32_t constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t word, int bits) {
    return word >> bits | word << (32 - bits);
}

/* The message schedule (section 6.2.2, step 1). */
static void expand(const uint8_t *block, uint32_t words[ROUNDS]) {
    for (int i = 0; i < 16; i++) {
        const uint8_t *at = block + i * 4;
        words[i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    }
    for (int i = 16; i < ROUNDS; i++) {
        uint32_t a = words[i - 15], b = words[i - 2];
        words[i] = words[i - 16] + words[i - 7] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
                   (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
}

/* Steps 2 to 4, with the standard's own letters. */
static void take_block(uint32_t state[8], const uint8_t *block) {
    uint32_t words[ROUNDS];
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    expand(block, words);
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t first = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) +
                         constants[i] + words[i];
        uint32_t second =
            (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + first;
        d = c, c = b, b = a, a = first + second;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static void take(struct hash *hash, const void *data, size_t size) {
    const uint8_t *bytes = data;
    while (size > 0) {
        size_t filled = hash->length % BLOCK_BYTES, part = BLOCK_BYTES - filled;
        if (part > size) part = size;
        memcpy(hash->block + filled, bytes, part);
        hash->length += part;
        bytes += part;
        size -= part;
        if (hash->length % BLOCK_BYTES == 0) take_block(hash->state, hash->block);
    }
}

/* A one bit, zeros up to eight bytes before a block's end, and there the length in bits (section
   5.1.1). */
static void end(struct hash *hash, uint8_t digest[SHA256_BYTES]) {
    uint8_t tail[BLOCK_BYTES + LENGTH_BYTES] = {0x80};
    uint64_t bits = hash->length * 8;
    size_t zeros =
        (BLOCK_BYTES + (BLOCK_BYTES - LENGTH_BYTES - 1) - hash->length % BLOCK_BYTES) % BLOCK_BYTES;
    for (int i = 0; i < LENGTH_BYTES; i++) {
        tail[1 + zeros + (size_t)i] = (uint8_t)(bits >> (56 - 8 * i));
    }
    take(hash, tail, 1 + zeros + LENGTH_BYTES);
    for (int i = 0; i < SHA256_BYTES; i++) {
        digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

void sha256(struct text data, uint8_t digest[SHA256_BYTES]) {
    struct hash hash = empty;
    take(&hash, data.bytes, data.length);
    end(&hash, digest);
}

/* The state after a block that is `key`, each byte of it XORed with `mask`. */
static void begin_with(const uint8_t key[BLOCK_BYTES], uint8_t mask, uint32_t state[8]) {
    uint8_t block[BLOCK_BYTES];
    for (int i = 0; i < BLOCK_BYTES; i++) block[i] = key[i] ^ mask;
    memcpy(state, empty.state, sizeof empty.state);
    take_block(state, block);
}

struct hmac_key hmac_key(struct text key) {
    uint8_t block[BLOCK_BYTES] = {0};
    struct hmac_key ready;
    if (key.length > BLOCK_BYTES) sha256(key, block);
    else if (key.length > 0) memcpy(block, key.bytes, key.length);
    begin_with(block, 0x36, ready.inner);
    begin_with(block, 0x5c, ready.outer);
    return ready;
}

/* The digest of a block, after which the state is `begin`, followed by `data`. */
static void continue_with(const uint32_t begin[8], struct text data, uint8_t digest[SHA256_BYTES]) {
    struct hash hash = {.length = BLOCK_BYTES};
    memcpy(hash.state, begin, sizeof hash.state);
    take(&hash, data.bytes, data.length);
    end(&hash, digest);
}

void sha256_hmac(const struct hmac_key *key, struct text data, uint8_t code[SHA256_BYTES]) {
    uint8_t inner[SHA256_BYTES];
    continue_with(key->inner, data, inner);
    continue_with(key->outer, (struct text){(const char *)inner, sizeof inner}, code);
}
