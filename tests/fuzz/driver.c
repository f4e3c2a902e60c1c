/* Runs the fuzz target without libFuzzer: driver ITERATIONS SEED FILE...

   Each iteration changes one of the files a few times; the same seed makes the same inputs. The
   sanitizer reports what an iteration died of, followed by its input in hex. */
#ifndef WITH_LIBFUZZER
#include <sanitizer/common_interface_defs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_BYTES = 4096, FILES_MAX = 4096 };

struct input {
    uint8_t bytes[INPUT_BYTES];
    size_t size;
};

static struct input *seeds, current;
static size_t seed_count, iteration;
static uint64_t state;

static size_t random_below(size_t limit) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return limit == 0 ? 0 : (size_t)((state >> 33) % limit);
}

static void tell(void) {
    fprintf(stderr, "iteration %zu, input: ", iteration);
    for (size_t i = 0; i < current.size; i++) fprintf(stderr, "%02x", current.bytes[i]);
    fputc('\n', stderr);
}

static const char *const words[] = {"{",           "}",
                                    "[",           "]",
                                    "\"",          ":",
                                    ",",           "\\u0000",
                                    "\\ud83d",     "\\ude00",
                                    "\\u0061",     "\\",
                                    "\xff",        "\xe2\x82\xac",
                                    "0",           "-1",
                                    "1e999",       "null",
                                    "true",        "\n",
                                    "\r",          "\"id\"",
                                    "\"method\"",  "\"params\"",
                                    "\"jsonrpc\"", "\"2.0\"",
                                    "tools/call",  "initialize",
                                    "arguments",   "Bearer ",
                                    "https://",    "text/event-stream",
                                    "*/*",         ";q=0",
                                    "2025-03-26",  "/sse/message?sessionId="};

/* Puts `count` bytes in at `at`, if there is room. */
static void insert(size_t at, const void *bytes, size_t count) {
    if (count > INPUT_BYTES - current.size) return;
    memmove(current.bytes + at + count, current.bytes + at, current.size - at);
    memcpy(current.bytes + at, bytes, count);
    current.size += count;
}

static void change(void) {
    size_t at = random_below(current.size), count = random_below(16) + 1;
    const char *word = words[random_below(sizeof words / sizeof *words)];
    uint8_t copy[64];
    switch (random_below(6)) {
    case 0:
        if (current.size > 0) current.bytes[at] ^= (uint8_t)(1u << random_below(8));
        break;
    case 1:
        if (current.size > 0) current.bytes[at] = (uint8_t)random_below(256);
        break;
    case 2: insert(at, word, strlen(word)); break;
    case 3:
        if (count > current.size - at) count = current.size - at;
        memmove(current.bytes + at, current.bytes + at + count, current.size - at - count);
        current.size -= count;
        break;
    case 4:
        if (count > current.size - at) count = current.size - at;
        memcpy(copy, current.bytes + at, count);
        insert(random_below(current.size), copy, count);
        break;
    default: current.size = at;
    }
}

static void load(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) exit(2);
    struct input *input = &seeds[seed_count++];
    input->size = fread(input->bytes, 1, INPUT_BYTES, file);
    fclose(file);
}

int main(int count, char **arguments) {
    if (count < 4 || count > FILES_MAX) return 2;
    __sanitizer_set_death_callback(tell);
    size_t iterations = strtoul(arguments[1], NULL, 10);
    state = strtoul(arguments[2], NULL, 10);
    seeds = malloc(sizeof *seeds * (size_t)count);
    if (seeds == NULL) return 2;
    for (int i = 3; i < count; i++) load(arguments[i]);
    for (iteration = 0; iteration < iterations; iteration++) {
        current = seeds[iteration < seed_count ? iteration : random_below(seed_count)];
        size_t changes = iteration < seed_count ? 0 : random_below(5) + 1;
        for (size_t i = 0; i < changes; i++) change();
        LLVMFuzzerTestOneInput(current.bytes, current.size);
    }
    printf("%zu inputs from %zu seeds\n", iteration, seed_count);
    return 0;
}
#endif
