#include <packaged/packaged.h>

#include <stdio.h>

#include "../own.h"

int packaged_sum(int a, int b) {
    return a + b + PACKAGED_MORE;
}

/* Nobody calls it here. */
int packaged_read(const char *path) {
    int first = -1;
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%d", &first) == 1) fclose(file);
    return first;
}
