/* A library whose names other functions here have, too: c/config.h, c/tool.h, cJSON and a main().
 */
int config_read(int file);
char *cJSON_Print(int item);
int taken_sum(void);
