/* SHA-256 and HMAC, by the vectors of FIPS 180-4 and RFC 4231. */
#include "sha256.h"

#include <stdio.h>

#include "check.h"

static void check_digest(const uint8_t digest[SHA256_BYTES], const char *wanted) {
    char hex[2 * SHA256_BYTES + 1];
    for (size_t i = 0; i < SHA256_BYTES; i++) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    CHECK_TEXT(text_of(hex), text_of(wanted));
}

static void hashes(void) {
    uint8_t digest[SHA256_BYTES];
    sha256((struct text){NULL, 0}, digest);
    check_digest(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256(TEXT("abc"), digest);
    check_digest(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256(TEXT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), digest);
    check_digest(digest, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    sha256(repeated("", 1000000, "a", ""), digest);
    check_digest(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* From 56 bytes on, the padding takes one more block: 55 and 56 are either side of that, 64 is a
   whole block. */
static void pads_at_every_edge(void) {
    uint8_t digest[SHA256_BYTES];
    sha256(repeated("", 55, "a", ""), digest);
    check_digest(digest, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    sha256(repeated("", 56, "a", ""), digest);
    check_digest(digest, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
    sha256(repeated("", 64, "a", ""), digest);
    check_digest(digest, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
}

static void authenticates(void) {
    uint8_t digest[SHA256_BYTES];
    sha256_hmac(key_of(TEXT("Jefe")), TEXT("what do ya want for nothing?"), digest);
    check_digest(digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    sha256_hmac(key_of(repeated("", 131, "\xaa", "")),
                TEXT("Test Using Larger Than Block-Size Key - Hash Key First"), digest);
    check_digest(digest, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    /* no key, and keys just up to and just over a block's size; the digests are node:crypto's */
    sha256_hmac(key_of(TEXT("")), TEXT("abc"), digest);
    check_digest(digest, "fd7adb152c05ef80dccf50a1fa4c05d5a3ec6da95575fc312ae7c5d091836351");
    sha256_hmac(key_of(repeated("", 64, "k", "")), TEXT("abc"), digest);
    check_digest(digest, "ae0c0e4a2340cf50185eb46aaa8723f4769153661612e212fb0d1fa3170c6202");
    sha256_hmac(key_of(repeated("", 65, "k", "")), TEXT("abc"), digest);
    check_digest(digest, "ed378e5dfa30dc98814ba09b2e610d9b6af66054922ceef9480da094a3f11b2d");
}

static const struct test tests[] = {
    {"hashes as FIPS 180-4 says", hashes},
    {"pads at every edge of a block", pads_at_every_edge},
    {"authenticates as RFC 4231 says", authenticates},
};
SUITE(sha256, tests);
