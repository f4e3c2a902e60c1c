#include "format.h"

#include <math.h>
#include <string.h>

#include "decimal.h"
#include "limits.h"

/* Widths and precisions are capped at the size of an arena, where output ends anyway. */
enum { NO_PRECISION = -1, MOST = LIMIT_ARENA_BYTES };

/* A va_list that functions pass on: each goes on where the one before stopped. */
struct values {
    va_list list;
};

/* What stands between % and the end of a conversion. */
struct conversion {
    bool left, plus, space, alternate, zero;
    bool is_long_double;
    bool has_length_l;
    int width;
    int precision;
    size_t size; /* bytes of a whole number */
    char letter;
};

static void put(struct buffer *out, char byte) {
    buffer_append(out, (struct text){&byte, 1});
}

static void put_many(struct buffer *out, char byte, size_t count) {
    for (; count > 0 && !out->arena->exhausted; count--) put(out, byte);
}

/* Pads what was appended since `start` to the wanted width. Zeros go after the first `prefix`
   bytes, a sign or 0x. */
static void pad(struct buffer *out, size_t start, size_t prefix,
                const struct conversion *conversion) {
    size_t length = out->length - start, width = (size_t)conversion->width;
    if (length >= width) return;
    put_many(out, ' ', width - length);
    if (conversion->left || out->arena->exhausted) return;
    size_t kept = conversion->zero ? prefix : 0;
    char *at = out->bytes + start + kept;
    memmove(at + (width - length), at, length - kept);
    memset(at, conversion->zero ? '0' : ' ', width - length);
}

static void put_sign(struct buffer *out, bool negative, const struct conversion *conversion) {
    if (negative) put(out, '-');
    else if (conversion->plus) put(out, '+');
    else if (conversion->space) put(out, ' ');
}

/* Appends a whole number after its sign or 0x, which begins at `start`, with as many digits as the
   precision asks for, and pads it. */
static void put_whole(struct buffer *out, size_t start, uint64_t value, unsigned base,
                      struct conversion *conversion) {
    char digits[24], *end = digits + sizeof digits, *first = end;
    size_t prefix = out->length - start;
    if (value != 0 || conversion->precision != 0) first = text_digits(value, base, end);
    size_t count = (size_t)(end - first);
    if (conversion->precision >= 0) conversion->zero = false;
    if (conversion->precision > (int)count) {
        put_many(out, '0', (size_t)conversion->precision - count);
    } else if (base == 8 && conversion->alternate && (count == 0 || *first != '0')) {
        put(out, '0');
    }
    for (char *at = first; conversion->letter == 'X' && at < end; at++) {
        if (*at >= 'a') *at = (char)(*at - 'a' + 'A');
    }
    buffer_append(out, (struct text){first, count});
    pad(out, start, prefix, conversion);
}

/* The next value, a whole number of the conversion's size, in the low bits of 64. */
static uint64_t take_whole(struct values *values, const struct conversion *conversion) {
    unsigned unused = 64 - 8 * (unsigned)conversion->size;
    uint64_t value = conversion->size > sizeof(unsigned) ? va_arg(values->list, unsigned long long)
                                                         : va_arg(values->list, unsigned);
    return value << unused >> unused;
}

static void put_signed(struct buffer *out, struct values *values, struct conversion *conversion) {
    uint64_t value = take_whole(values, conversion);
    size_t start = out->length;
    bool negative = (value >> (8 * conversion->size - 1)) != 0;
    if (negative) {
        unsigned unused = 64 - 8 * (unsigned)conversion->size;
        value = (0 - value) << unused >> unused;
    }
    put_sign(out, negative, conversion);
    put_whole(out, start, value, 10, conversion);
}

static void put_unsigned(struct buffer *out, struct values *values, struct conversion *conversion) {
    uint64_t value = take_whole(values, conversion);
    size_t start = out->length;
    char letter = conversion->letter;
    unsigned base = letter == 'u' ? 10 : letter == 'o' ? 8 : 16;
    if (base == 16 && conversion->alternate && value != 0) {
        buffer_append(out, letter == 'x' ? TEXT("0x") : TEXT("0X"));
    }
    put_whole(out, start, value, base, conversion);
}

static void put_pointer(struct buffer *out, struct values *values, struct conversion *conversion) {
    size_t start = out->length;
    const void *pointer = va_arg(values->list, const void *);
    buffer_append(out, TEXT("0x"));
    put_whole(out, start, (uintptr_t)pointer, 16, conversion);
}

static void put_character(struct buffer *out, struct values *values,
                          struct conversion *conversion) {
    size_t start = out->length;
    int byte = va_arg(values->list, int);
    conversion->zero = false;
    put(out, conversion->has_length_l ? '?' : (char)byte);
    pad(out, start, 0, conversion);
}

static void put_string(struct buffer *out, struct values *values, struct conversion *conversion) {
    size_t start = out->length;
    const char *string = va_arg(values->list, const char *);
    if (string == NULL) string = "(null)";
    if (conversion->has_length_l) string = "?";
    conversion->zero = false;
    buffer_append(out, text_of_most(string, conversion->precision));
    pad(out, start, 0, conversion);
}

static void put_fixed(struct buffer *out, struct decimal *number, int precision,
                      const struct conversion *conversion) {
    decimal_round(number, number->exponent + 1 + precision);
    decimal_append(out, number, number->exponent > 0 ? number->exponent : 0, -precision, 0,
                   conversion->alternate);
}

static void put_scientific(struct buffer *out, struct decimal *number, int precision,
                           const struct conversion *conversion) {
    decimal_round(number, precision + 1);
    int exponent = number->exponent;
    decimal_append(out, number, exponent, exponent - precision, exponent, conversion->alternate);
    put(out, conversion->letter <= 'Z' ? 'E' : 'e');
    put(out, exponent < 0 ? '-' : '+');
    if (exponent < 0) exponent = -exponent;
    if (exponent < 10) put(out, '0');
    buffer_append_integer(out, exponent);
}

/* %g: like %e if the exponent is below -4 or not below the precision, else like %f. */
static void put_general(struct buffer *out, struct decimal *number, int precision,
                        const struct conversion *conversion) {
    if (precision == 0) precision = 1;
    decimal_round(number, precision);
    int exponent = number->exponent, count = (int)number->count;
    bool scientific = exponent < -4 || exponent >= precision;
    /* without #, trailing zeros are left out */
    if (!conversion->alternate && precision > count) precision = count > 0 ? count : 1;
    if (scientific) {
        put_scientific(out, number, precision - 1, conversion);
    } else {
        int places = precision - 1 - exponent;
        put_fixed(out, number, places > 0 ? places : 0, conversion);
    }
}

static void put_double(struct buffer *out, struct values *values, struct conversion *conversion) {
    size_t start = out->length;
    if (conversion->is_long_double) {
        (void)va_arg(values->list, long double);
        put(out, '?');
        return;
    }
    double number = va_arg(values->list, double);
    int precision = conversion->precision < 0 ? 6 : conversion->precision;
    bool upper = conversion->letter <= 'Z';
    put_sign(out, signbit(number) != 0, conversion);
    size_t prefix = out->length - start;
    if (conversion->letter == (upper ? 'A' : 'a')) {
        put(out, '?');
    } else if (!isfinite(number)) {
        conversion->zero = false;
        if (isnan(number)) buffer_append(out, upper ? TEXT("NAN") : TEXT("nan"));
        else buffer_append(out, upper ? TEXT("INF") : TEXT("inf"));
    } else {
        struct decimal exact;
        decimal_of(number, &exact);
        char form = (char)(conversion->letter | ('a' - 'A'));
        if (form == 'f') put_fixed(out, &exact, precision, conversion);
        else if (form == 'e') put_scientific(out, &exact, precision, conversion);
        else put_general(out, &exact, precision, conversion);
    }
    pad(out, start, prefix, conversion);
}

static void take_count(struct buffer *out, struct values *values, struct conversion *conversion) {
    (void)out, (void)conversion;
    (void)va_arg(values->list, void *);
}

static void put_percent(struct buffer *out, struct values *values, struct conversion *conversion) {
    (void)values, (void)conversion;
    put(out, '%');
}

static const struct {
    struct text letters;
    void (*append)(struct buffer *out, struct values *values, struct conversion *conversion);
} conversions[] = {
    {TEXT_INITIALIZER("di"), put_signed}, {TEXT_INITIALIZER("uoxX"), put_unsigned},
    {TEXT_INITIALIZER("s"), put_string},  {TEXT_INITIALIZER("c"), put_character},
    {TEXT_INITIALIZER("p"), put_pointer}, {TEXT_INITIALIZER("fFeEgGaA"), put_double},
    {TEXT_INITIALIZER("n"), take_count},  {TEXT_INITIALIZER("%"), put_percent},
};

/* hh and ll are h and l doubled. */
static const struct {
    char letter;
    uint8_t size, size_twice;
} lengths[] = {{'h', sizeof(short), sizeof(char)},
               {'l', sizeof(long), sizeof(long long)},
               {'z', sizeof(size_t), 0},
               {'t', sizeof(ptrdiff_t), 0},
               {'j', sizeof(intmax_t), 0}};

static const char *read_flags(const char *at, struct conversion *conversion) {
    static const struct text letters = TEXT_INITIALIZER("-+ #0");
    bool *const flags[] = {&conversion->left, &conversion->plus, &conversion->space,
                           &conversion->alternate, &conversion->zero};
    for (size_t i; (i = text_find(letters, *at)) < letters.length; at++) *flags[i] = true;
    return at;
}

/* Reads a number, or takes it from the values if there is a star. */
static const char *read_size(const char *at, struct values *values, int *size) {
    *size = 0;
    if (*at == '*') {
        *size = va_arg(values->list, int);
        return at + 1;
    }
    for (; *at >= '0' && *at <= '9'; at++) {
        if (*size < MOST) *size = *size * 10 + (*at - '0');
    }
    return at;
}

static const char *read_sizes(const char *at, struct values *values,
                              struct conversion *conversion) {
    at = read_size(at, values, &conversion->width);
    if (conversion->width < 0) {
        conversion->left = true;
        conversion->width = conversion->width < -MOST ? MOST : -conversion->width;
    }
    if (conversion->width > MOST) conversion->width = MOST;
    conversion->precision = NO_PRECISION;
    if (*at == '.') at = read_size(at + 1, values, &conversion->precision);
    if (conversion->precision < 0) conversion->precision = NO_PRECISION;
    if (conversion->precision > MOST) conversion->precision = MOST;
    return at;
}

static const char *read_length(const char *at, struct conversion *conversion) {
    conversion->size = sizeof(int);
    conversion->is_long_double = *at == 'L';
    conversion->has_length_l = *at == 'l';
    if (*at == 'L') return at + 1;
    for (size_t row = 0; row < sizeof lengths / sizeof *lengths; row++) {
        if (*at != lengths[row].letter) continue;
        bool twice = lengths[row].size_twice != 0 && at[1] == at[0];
        conversion->size = twice ? lengths[row].size_twice : lengths[row].size;
        return twice ? at + 2 : at + 1;
    }
    return at;
}

/* Appends what the conversion at `at`, just after its %, makes of the next value; returns where it
   ends, or NULL if it is none. */
static const char *convert(struct buffer *out, const char *at, struct values *values) {
    struct conversion conversion = {0};
    at = read_flags(at, &conversion);
    at = read_sizes(at, values, &conversion);
    at = read_length(at, &conversion);
    conversion.letter = *at;
    if (conversion.left) conversion.zero = false;
    for (size_t row = 0; row < sizeof conversions / sizeof *conversions; row++) {
        if (!text_has(conversions[row].letters, *at)) continue;
        conversions[row].append(out, values, &conversion);
        return at + 1;
    }
    return NULL;
}

void format_append(struct buffer *out, const char *format, va_list values) {
    struct values left;
    va_copy(left.list, values);
    for (;;) {
        struct text rest = text_of(format);
        size_t plain = text_find(rest, '%');
        buffer_append(out, (struct text){format, plain});
        if (plain == rest.length) break;
        const char *behind = convert(out, format + plain + 1, &left);
        if (behind == NULL) put(out, '%');
        format = behind != NULL ? behind : format + plain + 1;
    }
    va_end(left.list);
}
