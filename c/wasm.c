/* The core inside a WebAssembly instance: what worker/core.js calls, and what it provides. */
#include <string.h>

#include "host.h"
#include "registry.h"
#include "scan.h"
#include "wasm.h"

#define EXPORT(name) __attribute__((export_name(name)))
#define IMPORT(name) __attribute__((import_module("host"), import_name(name)))

IMPORT("now") double import_now(void);
IMPORT("random") void import_random(uint8_t *bytes, size_t size);
/* The answer is then in the newest room. */
IMPORT("perform") void import_perform(const struct mcp_action *action);
IMPORT("log") void import_log(const char *line, size_t size);

double host_now(void) {
    return import_now();
}

void host_random(uint8_t *bytes, size_t size) {
    import_random(bytes, size);
}

void host_log(struct text line) {
    import_log(line.bytes, line.length);
}

/* The linker's name for the first byte that belongs to nobody. */
extern char __heap_base;

enum { PAGE_BYTES = 65536 };

static struct mcp instance;

struct mcp *wasm_instance(void) {
    return &instance;
}

/* The newest room given by core_input, empty if there was none; or what was set aside. */
static struct text input;

static bool grow_memory(struct arena *arena, size_t wanted) {
    size_t missing = (wanted - arena->committed + PAGE_BYTES - 1) / PAGE_BYTES;
    if (__builtin_wasm_memory_grow(0, missing) == SIZE_MAX) return false;
    arena->committed += missing * PAGE_BYTES;
    return true;
}

struct text host_perform(const struct mcp_action *action) {
    import_perform(action);
    return input;
}

static struct arena whole_memory(void) {
    char *base = (char *)(((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15);
    /* whoever reads SCAN_BYTES at once may read that far beyond a string's end (text_of_most) */
    return (struct arena){
        .base = base,
        .committed = __builtin_wasm_memory_size(0) * PAGE_BYTES - (uintptr_t)base - SCAN_BYTES,
        .limit = LIMIT_ARENA_BYTES,
        .commit = grow_memory,
    };
}

/* Room for `size` bytes of what the next call takes: variables, a head, an answer, what was set
   aside. 0 if there is none; core_body_ended then gives the action. */
EXPORT("core_input") char *core_input(size_t size);
char *core_input(size_t size) {
    if (instance.arena.base == NULL) instance.arena = whole_memory();
    char *room = mcp_input(&instance, size);
    input = (struct text){room, room == NULL ? 0 : size};
    return room;
}

/* The linker's: what has to run before main. Called here, because if nobody calls it the linker
   takes the module for a program, and has every event flush stdio. */
void __wasm_call_ctors(void);

/* Starts the instance; the newest room holds the variables. Returns the address of the names of the
   headers that core_head reads: pointer and length. */
EXPORT("core_start") const struct text *core_start(void);
const struct text *core_start(void) {
    __wasm_call_ctors();
    registry_start();
    mcp_start(&instance, instance.arena, input);
    return &instance.header_names;
}

/* The newest room holds a request's head. Returns the action's address. */
EXPORT("core_head") const struct mcp_action *core_head(void);
const struct mcp_action *core_head(void) {
    return mcp_head(&instance, input);
}

/* Sets the exchange aside. Returns the address of all there is of it: pointer and length. */
EXPORT("core_set_aside") const struct text *core_set_aside(void);
const struct text *core_set_aside(void) {
    input = mcp_set_aside(&instance);
    return &input;
}

/* The newest room holds what was set aside. */
EXPORT("core_resume") const struct mcp_action *core_resume(void);
const struct mcp_action *core_resume(void) {
    return mcp_resume(&instance, input);
}

/* Room for the next piece of the body; 0 if none is wanted: core_body_ended then gives the action.
 */
EXPORT("core_body_room") char *core_body_room(size_t size);
char *core_body_room(size_t size) {
    return mcp_body_room(&instance, size);
}

/* Returns the action, which may be the refusal of a piece of the body, or of an answer. */
EXPORT("core_body_ended") const struct mcp_action *core_body_ended(void);
const struct mcp_action *core_body_ended(void) {
    return mcp_body_ended(&instance);
}

/* The newest room holds what the last action came to. */
EXPORT("core_answered") const struct mcp_action *core_answered(void);
const struct mcp_action *core_answered(void) {
    return mcp_answered(&instance, input);
}

/* worker/core.js finds the members of an action at these offsets. */
_Static_assert(sizeof(struct text) == 8 && offsetof(struct mcp_action, headers) == 8 &&
                   offsetof(struct mcp_action, session_id) == 64 &&
                   offsetof(struct mcp_action, keep_alive_seconds) == 72 &&
                   offsetof(struct mcp_action, body_bytes) == 92,
               "the layout of struct mcp_action");

/* The linker's name for the end at which the stack begins. */
extern char __stack_high;

struct text wasm_printed;

/* The libc's: writes what it still has of what was printed. Present if something prints. */
extern __attribute__((weak)) void __stdio_exit(void);

/* Logs what was printed without a line end. */
static void end_printing(void) {
    if (__stdio_exit == NULL) return;
    __stdio_exit();
    if (wasm_printed.length > 0) host_log(wasm_printed);
    wasm_printed = (struct text){NULL, 0};
}

/* What there is to do, if anything, when the exchange cannot go on: the action's kind is 0 if
   nothing. A trap leaves the stack as it was, and after an overflow there is none left; what is on
   it belongs to nobody any more. */
EXPORT("core_last_words") const struct mcp_action *core_last_words(void);
const struct mcp_action *core_last_words(void) {
    __asm__ volatile(".globaltype __stack_pointer, i32\nlocal.get %0\nglobal.set __stack_pointer"
                     :
                     : "r"(&__stack_high));
    end_printing();
    exchange_say_last_words(&instance.exchange);
    return &instance.exchange.last_words;
}

/* The linker's name for the end towards which the stack grows. */
extern char __stack_low;

/* The lowest frame noted since the last reset. The compiler has functions that call others note
   theirs (-fsanitize-coverage=stack-depth), and gives the variable its name; but only in tools, in
   what calls itself and in cJSON (c/toolchain/compile.mjs): in every function, it cost one percent
   of a request, and two of the upload. */
uintptr_t __sancov_lowest_stack = UINTPTR_MAX;

/* What may lie below it: the rest of the core, one function calling the next (printing a number
   goes deepest, 4 KB from the top), and the libc, which was compiled without it. */
enum { UNNOTED_FRAMES_BYTES = 5120 };

/* The stack keeps what functions left on it: a tool's own buffers, for one. It is wiped as far as
   it was used: wiping all of it each time would cost more than most requests. */
static void wipe_stack(void) {
    uintptr_t low = (uintptr_t)&__stack_low, high = (uintptr_t)__builtin_frame_address(0);
    uintptr_t lowest = __sancov_lowest_stack;
    if (lowest > high) lowest = high;
    if (lowest - low > UNNOTED_FRAMES_BYTES) low = lowest - UNNOTED_FRAMES_BYTES;
    memset((char *)low, 0, high - low);
    __sancov_lowest_stack = UINTPTR_MAX;
}

/* The exchange is over: forgets all of it. */
EXPORT("core_reset") void core_reset(void);
void core_reset(void) {
    end_printing();
    mcp_reset(&instance);
    wipe_stack();
}
