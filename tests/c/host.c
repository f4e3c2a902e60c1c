/* The native host's own SHA-256 and HMAC, by the vectors of FIPS 180-4 and RFC 4231. */
#include "host.h"

#include <stdio.h>

#include "check.h"

static void check_digest(const uint8_t digest[HOST_DIGEST_BYTES], const char *wanted) {
    char hex[2 * HOST_DIGEST_BYTES + 1];
    for (size_t i = 0; i < HOST_DIGEST_BYTES; i++) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    CHECK_TEXT(text_of(hex), text_of(wanted));
}

static void hashes(void) {
    uint8_t digest[HOST_DIGEST_BYTES];
    host_sha256((struct text){NULL, 0}, digest);
    check_digest(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    host_sha256(TEXT("abc"), digest);
    check_digest(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    host_sha256(TEXT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), digest);
    check_digest(digest, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    host_sha256(repeated("", 1000000, "a", ""), digest);
    check_digest(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void authenticates(void) {
    uint8_t digest[HOST_DIGEST_BYTES];
    host_hmac_sha256(TEXT("Jefe"), TEXT("what do ya want for nothing?"), digest);
    check_digest(digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    host_hmac_sha256(repeated("", 131, "\xaa", ""),
                     TEXT("Test Using Larger Than Block-Size Key - Hash Key First"), digest);
    check_digest(digest, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void gives_other_random_bytes_each_time(void) {
    uint8_t first[32], second[32];
    host_random(first, sizeof first);
    host_random(second, sizeof second);
    CHECK(memcmp(first, second, sizeof first) != 0);
    CHECK(host_now() > 1.7e12);
}

static const struct test tests[] = {
    {"hashes as FIPS 180-4 says", hashes},
    {"authenticates as RFC 4231 says", authenticates},
    {"gives other random bytes each time, and the time", gives_other_random_bytes_each_time},
};
SUITE(host, tests);
