int plain_sum(void) {
#if defined FLAGGED_WIDTH || defined FLAGGED_MORE
    return 1;
#else
    return 0;
#endif
}
