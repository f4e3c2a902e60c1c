/* Its own. */ #include "../own.h"

#include <packaged/packaged.h>
#include <stdio.h>

#define PACKAGED_MORE (OWN_MORE * 1)

    /* Nobody calls it here. */
    int
    packaged_read(const char *path) {
    int first = -1;
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%d", &first) == 1) fclose(file);
    return first;
}

#include <packaged/sum.c>
