#include <packaged/packaged.h>

#include "../own.h"

int packaged_sum(int a, int b) {
    return a + b + PACKAGED_MORE;
}
