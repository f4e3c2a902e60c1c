/* Are all declarations of this build right? Looked at when it is built
   (toolchain/declarations.mjs), never by a server: no module that is served calls this. */
#ifndef DECLARATIONS_H
#define DECLARATIONS_H

/* Looks at everything that is declared with tool.h. Gives what is wrong, a line each, as compilers
   write it: "c/tools/add.c:17: error: the tool 'add' has no description". Empty where all is well.
   Lives for ever. */
const char *declarations_check(void);

#endif
