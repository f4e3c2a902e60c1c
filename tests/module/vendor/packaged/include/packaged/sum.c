/* A part that is compiled within another file, which says what it needs to know. */
int packaged_sum(int a, int b) {
    return a + b + PACKAGED_MORE;
}
