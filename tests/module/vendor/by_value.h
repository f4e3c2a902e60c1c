#include <stddef.h>
void by_value(char *out, size_t size);
long seconds_now(void);
double seconds_used(void);
