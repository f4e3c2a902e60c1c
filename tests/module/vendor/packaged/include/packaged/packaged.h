/* A library as they come: what others include in one folder, what it is made of in another. */
int packaged_sum(int a, int b);
int packaged_read(const char *path);
