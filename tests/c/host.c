/* What the native host provides. */
#include "host.h"

#include "check.h"

static void gives_other_random_bytes_each_time(void) {
    uint8_t first[32], second[32];
    host_random(first, sizeof first);
    host_random(second, sizeof second);
    CHECK(memcmp(first, second, sizeof first) != 0);
    CHECK(host_now() > 1.7e12);
}

static const struct test tests[] = {
    {"gives different random bytes each time, and a plausible time",
     gives_other_random_bytes_each_time},
};
SUITE(host, tests);
