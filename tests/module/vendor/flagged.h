int flagged_sum(void);
int plain_sum(void);
