#include "decimal.h"

#include <stdbool.h>
#include <string.h>

/* A whole number in limbs of nine decimal digits, the lowest first; the highest is not 0. Large
   enough for the digits of the smallest double, and for what `scale` makes of DECIMAL_DIGITS. */
struct big {
    size_t count;
    uint32_t limbs[132];
};

enum { LIMB = 1000000000, LIMB_DIGITS = 9 };
enum { MANTISSA_BITS = 52, LOWEST_EXPONENT = -1074, HIGHEST_EXPONENT = 971 };

/* Powers of ten: from the first on nothing is a finite double; below the second everything is
   nearest to 0. */
enum { TOO_LARGE = 309, TOO_SMALL = -325 };

/* The ceiling for exponents: far beyond where they matter, and far from an overflow. */
enum { EXPONENT_CEILING = 100000000 };

static uint64_t bits_of(double number) {
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static double of_bits(uint64_t bits) {
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static void multiply(struct big *big, uint32_t factor) {
    uint64_t carry = 0;
    for (size_t i = 0; i < big->count; i++) {
        uint64_t product = (uint64_t)big->limbs[i] * factor + carry;
        carry = product / LIMB; /* one division, not two: most of the time is spent here */
        big->limbs[i] = (uint32_t)(product - carry * LIMB);
    }
    for (; carry > 0; carry /= LIMB) big->limbs[big->count++] = (uint32_t)(carry % LIMB);
}

/* Divides by 2 to the power of `bits`, at most 30; true if that leaves a remainder. */
static bool halve(struct big *big, unsigned bits) {
    uint64_t rest = 0;
    for (size_t i = big->count; i-- > 0;) {
        rest = rest * LIMB + big->limbs[i];
        big->limbs[i] = (uint32_t)(rest >> bits);
        rest &= (UINT64_C(1) << bits) - 1;
    }
    while (big->count > 0 && big->limbs[big->count - 1] == 0) big->count--;
    return rest != 0;
}

/* Multiplies by `base`^`exponent`, in steps of `base`^`most`, which still fits a factor. */
static void multiply_power(struct big *big, uint32_t base, int exponent, int most) {
    while (exponent > 0) {
        uint32_t factor = 1;
        for (int i = 0; i < most && exponent > 0; i++, exponent--) factor *= base;
        multiply(big, factor);
    }
}

static void trim(struct decimal *decimal) {
    while (decimal->count > 0 && decimal->digits[decimal->count - 1] == '0') decimal->count--;
    if (decimal->count == 0) decimal->exponent = 0;
}

/* Writes the digits of `big`, and the exponent of the first. */
static void write_digits(const struct big *big, struct decimal *out) {
    size_t count = 0;
    for (size_t i = big->count; i-- > 0;) {
        char nine[LIMB_DIGITS];
        uint32_t rest = big->limbs[i];
        for (size_t at = LIMB_DIGITS; at-- > 0; rest /= 10) nine[at] = (char)('0' + rest % 10);
        size_t skipped = 0;
        while (count == 0 && nine[skipped] == '0') skipped++;
        memcpy(out->digits + count, nine + skipped, LIMB_DIGITS - skipped);
        count += LIMB_DIGITS - skipped;
    }
    out->count = count;
    out->exponent = (int)count - 1;
}

void decimal_of(double number, struct decimal *exact) {
    uint64_t bits = bits_of(number);
    uint64_t mantissa = bits & ((UINT64_C(1) << MANTISSA_BITS) - 1);
    int exponent = (int)(bits >> MANTISSA_BITS & 2047);
    if (exponent > 0) mantissa |= UINT64_C(1) << MANTISSA_BITS;
    else exponent = 1;
    exponent += LOWEST_EXPONENT - 1;
    exact->count = 0;
    exact->exponent = 0;
    if (mantissa == 0) return;
    for (; exponent < 0 && (mantissa & 1) == 0; exponent++) mantissa >>= 1;
    struct big big;
    big.count = 1;
    big.limbs[0] = (uint32_t)(mantissa % LIMB);
    if (mantissa >= LIMB) big.limbs[big.count++] = (uint32_t)(mantissa / LIMB);
    /* below the point: n / 2^k is n * 5^k / 10^k */
    multiply_power(&big, 2, exponent, 31);
    multiply_power(&big, 5, -exponent, 13);
    write_digits(&big, exact);
    if (exponent < 0) exact->exponent += exponent;
    trim(exact);
}

void decimal_raise(struct decimal *decimal, size_t count) {
    for (; decimal->count < count; decimal->count++) decimal->digits[decimal->count] = '0';
    size_t at = count;
    while (at > 0 && decimal->digits[at - 1] == '9') at--;
    decimal->count = at;
    if (at > 0) {
        decimal->digits[at - 1]++;
        return;
    }
    decimal->digits[decimal->count++] = '1';
    decimal->exponent++;
}

void decimal_round(struct decimal *decimal, int count) {
    if (count >= 0 && (size_t)count >= decimal->count) return;
    size_t kept = count < 0 ? 0 : (size_t)count;
    char next = count < 0 ? '0' : decimal->digits[kept];
    bool is_half = next == '5' && decimal->count == kept + 1;
    bool is_odd = kept > 0 && (decimal->digits[kept - 1] - '0') % 2 == 1;
    bool up = is_half ? is_odd : next >= '5';
    decimal->count = kept;
    if (up) decimal_raise(decimal, kept);
    trim(decimal);
}

void decimal_append(struct buffer *out, const struct decimal *decimal, int from, int to, int ones,
                    bool pointed) {
    char bytes[64];
    size_t count = 0;
    for (int place = from; place >= to && !out->arena->exhausted; place--) {
        int at = decimal->exponent - place;
        bytes[count++] = at >= 0 && (size_t)at < decimal->count ? decimal->digits[at] : '0';
        if (place == ones && (to < ones || pointed)) bytes[count++] = '.';
        if (count < sizeof bytes - 1 && place > to) continue;
        buffer_append(out, (struct text){bytes, count});
        count = 0;
    }
}

/* The digits as a whole number, times or over a power of ten, if a double holds both exactly: then
   the machine rounds the result. */
static bool nearest_at_once(const struct decimal *decimal, double *number) {
    int power = decimal->exponent + 1 - (int)decimal->count;
    if (decimal->count > 15 || power < -22 || power > 22) return false;
    double whole = 0, ten_power = 1;
    for (size_t i = 0; i < decimal->count; i++) whole = whole * 10 + (decimal->digits[i] - '0');
    for (int i = power < 0 ? -power : power; i > 0; i--) ten_power *= 10;
    *number = power < 0 ? whole / ten_power : whole * ten_power;
    return true;
}

/* The same number in limbs; returns how many of them, the lowest, lie after the point. */
static size_t place(const struct decimal *decimal, struct big *big) {
    int lowest = decimal->exponent + 1 - (int)decimal->count;
    size_t behind = lowest < 0 ? ((size_t)-lowest + LIMB_DIGITS - 1) / LIMB_DIGITS : 0;
    size_t position = (size_t)(decimal->exponent + (int)behind * LIMB_DIGITS), i = 0;
    big->count = position / LIMB_DIGITS + 1;
    for (size_t limb = big->count; limb-- > 0;) {
        uint32_t value = 0;
        size_t places = position % LIMB_DIGITS + 1;
        for (; places > 0; places--) {
            char digit = i < decimal->count ? decimal->digits[i++] : '0';
            value = value * 10 + (uint32_t)(digit - '0');
        }
        big->limbs[limb] = value;
        position = LIMB_DIGITS - 1;
    }
    return behind;
}

/* Multiplies or divides by powers of two until two limbs, of 58 to 60 bits, stand before the point.
   Whatever is lost on the way, or stands after the point, becomes one more bit, the last of the
   result. The number is the result times 2 to the power of `*exponent`. */
static uint64_t scale(struct big *big, size_t behind, int *exponent) {
    bool more = false;
    int power = 0;
    for (; big->count < behind + 2; power -= 29) multiply(big, 1u << 29);
    for (; big->count > behind + 3; power += 29) more = halve(big, 29) || more;
    uint32_t top = big->limbs[big->count - 1];
    if (big->count > behind + 2) {
        unsigned bits = 32 - (unsigned)__builtin_clz(top);
        more = halve(big, bits) || more;
        power += (int)bits;
    } else {
        unsigned zeros = (unsigned)__builtin_clz(top), bits = zeros > 3 ? zeros - 3 : 0;
        multiply(big, 1u << bits);
        power -= (int)bits;
    }
    for (size_t i = 0; i < behind; i++) more = more || big->limbs[i] != 0;
    *exponent = power - 1;
    uint64_t whole = (uint64_t)big->limbs[behind + 1] * LIMB + big->limbs[behind];
    return whole << 1 | more;
}

/* Rounds to as many bits as a double of that magnitude has. */
static double round_binary(uint64_t value, int exponent) {
    int bits = 64 - __builtin_clzll(value), shift = bits - (MANTISSA_BITS + 1);
    if (exponent + shift < LOWEST_EXPONENT) shift = LOWEST_EXPONENT - exponent;
    if (shift > bits) return 0;
    if (exponent + shift > HIGHEST_EXPONENT) return of_bits(UINT64_C(2047) << MANTISSA_BITS);
    uint64_t kept = value >> shift, rest = value - (kept << shift);
    uint64_t half = UINT64_C(1) << (shift - 1);
    if (rest > half || (rest == half && (kept & 1) == 1)) kept++;
    /* if there are 53 bits, the first adds one to the exponent; so does a carry into a 54th */
    return of_bits(((uint64_t)(exponent + shift - LOWEST_EXPONENT) << MANTISSA_BITS) + kept);
}

/* The nearest double where nearest_at_once finds none, and the magnitude is a double's. */
APART static double nearest_of_big(const struct decimal *decimal) {
    struct big big;
    int exponent;
    size_t behind = place(decimal, &big);
    uint64_t value = scale(&big, behind, &exponent);
    return round_binary(value, exponent);
}

double decimal_nearest(const struct decimal *decimal) {
    double number;
    if (nearest_at_once(decimal, &number)) return number;
    if (decimal->exponent < TOO_SMALL) return 0;
    if (decimal->exponent >= TOO_LARGE) return of_bits(UINT64_C(2047) << MANTISSA_BITS);
    return nearest_of_big(decimal);
}

/* Reads digits from `at` on, and a point before, among or after them. If any of those that do not
   fit is not 0, a 1 says so. Returns where they end, or `at` if there are none. */
static size_t read_digits(struct text text, size_t at, struct decimal *out) {
    size_t start = at, digits = 0;
    int before = 0;
    bool point = false;
    out->count = 0;
    for (; at < text.length; at++) {
        char byte = text.bytes[at];
        if (byte == '.' && !point) {
            point = true;
            continue;
        }
        if (byte < '0' || byte > '9') break;
        digits++;
        if (!point && (out->count > 0 || byte != '0') && before < EXPONENT_CEILING) before++;
        if (point && out->count == 0 && byte == '0' && before > -EXPONENT_CEILING) before--;
        if (out->count == 0 && byte == '0') continue;
        if (out->count < DECIMAL_DIGITS) out->digits[out->count++] = byte;
        else if (byte != '0') out->digits[DECIMAL_DIGITS] = '1';
    }
    out->exponent = before - 1;
    return digits == 0 ? start : at;
}

/* Reads "e", a sign and digits into `*exponent`, if they stand at `at`. Returns where they end. */
static size_t read_exponent(struct text text, size_t at, int *exponent) {
    size_t start = at;
    if (at == text.length || (text.bytes[at] != 'e' && text.bytes[at] != 'E')) return start;
    at++;
    bool negative = at < text.length && text.bytes[at] == '-';
    if (negative || (at < text.length && text.bytes[at] == '+')) at++;
    size_t first = at;
    int value = 0;
    for (; at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9'; at++) {
        if (value < EXPONENT_CEILING) value = value * 10 + (text.bytes[at] - '0');
    }
    *exponent = negative ? -value : value;
    return at == first ? start : at;
}

size_t decimal_read(struct text text, double *number) {
    struct decimal decimal;
    int exponent = 0;
    bool negative = text.length > 0 && text.bytes[0] == '-';
    size_t start = negative || (text.length > 0 && text.bytes[0] == '+') ? 1 : 0;
    decimal.digits[DECIMAL_DIGITS] = '0';
    size_t end = read_digits(text, start, &decimal);
    if (end == start) return 0;
    end = read_exponent(text, end, &exponent);
    if (decimal.count == DECIMAL_DIGITS) decimal.count++;
    decimal.exponent += exponent;
    trim(&decimal);
    *number = decimal_nearest(&decimal);
    if (negative) *number = -*number;
    return end;
}

double decimal_strtod(const char *string, char **end) {
    double number = 0;
    size_t length = decimal_read(text_of(string), &number);
    /* as strtod does: the caller knows whether it may write there */
    if (end != NULL) *end = (char *)(uintptr_t)(string + length);
    return number;
}
