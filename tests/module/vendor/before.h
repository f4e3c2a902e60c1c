/* As somebody wrote it who did not think of this project. */
int before_sum(const char *numbers);
