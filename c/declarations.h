/* Are all declarations of this build right? Checked when it is built
   (c/toolchain/declarations.mjs), never by a server: no module that is served calls this. */
#ifndef DECLARATIONS_H
#define DECLARATIONS_H

/* Checks everything that is declared with tool.h. Returns what is wrong, one error per line, as
   compilers write it: "c/tools/add.c:17: error: the tool 'add' has no description". Empty if all is
   well. Lives forever. */
const char *declarations_check(void);

#endif
