#include "taken.h"
#include "number.h"

#ifdef CJSON_NESTING_LIMIT
#error "a library's own cJSON has its own limits"
#endif

int sample(int of);
int sample(int of) {
    return of * 2;
}

int config_read(int file) {
    return file + 40;
}

char *cJSON_Print(int item) {
    return item ? "item" : "none";
}

int taken_sum(void) {
    return sample(100) + config_read(NUMBER_TWO);
}

int main(void) {
    return taken_sum();
}
