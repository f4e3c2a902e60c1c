/* Its style is its own, and so are its warnings: none of them keeps it from being built. */
#include <before.h>
#include <stdlib.h>
#include <string.h>

int before_sum(const char *numbers) {
    int unused, sum = 0;
    char *copy = strdup(numbers), *number;
    for (number = strtok(copy, " "); number; number = strtok(NULL, " ")) {
        unsigned char digits = strlen(number);
        sum += atoi(number) + digits - digits;
    }
    free(copy);
    return sum;
}
