/* A library's own test, as there may be many. Nobody calls it, nor the main() of taken.c. */
#include <stdio.h>
#include <taken.h>

int main(void) {
    FILE *file = fopen("out", "w");
    return file == NULL || fprintf(file, "%d", taken_sum() + getc(stdin)) < 0;
}
