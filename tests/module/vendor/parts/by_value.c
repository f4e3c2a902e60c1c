/* Structs as arguments and results, in each form that a compiler has to know how to pass. */
#include <by_value.h>
#include <complex.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

struct point {
    double x, y;
};
struct mixed {
    char c;
    int16_t s;
    int64_t l;
    float f;
    void *p;
};
struct list {
    int n;
    int items[6];
};
struct nested {
    struct point at;
    struct {
        char name[5];
        struct mixed m;
    } in;
};
struct bits {
    unsigned a : 3, b : 7;
    int c : 12;
};
union number {
    double d;
    int64_t l;
    struct {
        int32_t low, high;
    } halves;
};
struct deep_bits {
    union {
        struct bits in;
        void *p;
    } one, two;
};
struct one {
    double only;
};
struct empty {};

#define KEPT __attribute__((noinline))
KEPT struct point point_sum(struct point a, int by, struct point b) {
    return (struct point){a.x + by * b.x, a.y + by * b.y};
}
KEPT double mixed_sum(struct mixed m) {
    return m.c + m.s + (double)m.l + m.f + (m.p == 0);
}
KEPT int list_sum(struct list l) {
    int sum = 0;
    for (int i = 0; i < l.n; i++) sum += l.items[i];
    return sum;
}
KEPT struct nested nested_twice(struct nested n) {
    n.at.x *= 2;
    n.in.m.l *= 2;
    strcpy(n.in.name, "two");
    return n;
}
KEPT int bits_sum(struct bits b, struct empty e) {
    (void)e;
    return (int)b.a + (int)b.b + b.c;
}
KEPT int union_sum(union number u, struct one o) {
    return u.halves.low + u.halves.high + (int)o.only;
}
KEPT int deep_bits_sum(struct deep_bits b) {
    return (int)b.one.in.a + (int)b.two.in.b;
}
KEPT double complex_sum(double _Complex z) {
    return creal(z) + cimag(z);
}
KEPT double many_sum(int n, ...) {
    va_list all;
    va_start(all, n);
    double sum = 0;
    while (n-- > 0) {
        struct point p = va_arg(all, struct point);
        sum += p.x * p.y;
    }
    va_end(all);
    return sum;
}
KEPT struct point apply(struct point (*f)(struct point, int, struct point), struct point p) {
    return f(p, 3, p);
}

void by_value(char *out, size_t size) {
    struct point p = point_sum((struct point){1, 2}, 10, (struct point){3, 4}),
                 q = apply(point_sum, (struct point){1, 2});
    struct mixed m = {1, 2, 3, 4.5f, 0};
    struct nested n = nested_twice((struct nested){{1, 2}, {"one", m}});
    union number u;
    u.halves.low = 5, u.halves.high = 7;
    snprintf(out, size, "%g %g, %g %g, %g, %d, %g %s %g, %d, %d, %.4f, %d %g %g", p.x, p.y, q.x,
             q.y, mixed_sum(m), list_sum((struct list){3, {1, 2, 3}}), n.at.x, n.in.name,
             mixed_sum(n.in.m), bits_sum((struct bits){1, 2, -3}, (struct empty){}),
             union_sum(u, (struct one){8}), M_PI,
             deep_bits_sum((struct deep_bits){{{1, 2, 3}}, {{4, 5, 6}}}), complex_sum(1 + 0.5 * I),
             many_sum(2, p, (struct point){2, 3}));
    printf("printed %d\n", 7);
    fflush(stdout);
}

long seconds_now(void) {
    return (long)time(NULL);
}

double seconds_used(void) {
    signal(SIGINT, SIG_IGN);
    return (double)clock() / CLOCKS_PER_SEC;
}
