/* Asking the client: its user, its model, its roots. A part of tool.h, which is what authors
   include. */
#ifndef TOOL_ASKING_H
#define TOOL_ASKING_H

#include "tool_fields.h"

/* Who says a message: in a prompt, or in what the client's model is asked. */
enum prompt_role { PROMPT_USER, PROMPT_ASSISTANT };

/* -- Asking the client --

   Each question has a key, its own within the call. Where its answer is not there yet, the function
   that asks returns ASK_PENDING: the author's function then returns, too, and is run again from its
   start when the answer has come. So whatever stands before a question runs more than once. Several
   questions may be asked before returning. In which revision and how the question travels makes no
   difference here. A client may send the same answers again for as long as they are good
   (LIMIT_REQUEST_STATE_SECONDS): what may happen only once is the author's to guard. */

enum ask {
    ASK_PENDING,     /* return now */
    ASK_ACCEPTED,    /* the answer is there */
    ASK_DECLINED,    /* the user, or the client, said no */
    ASK_CANCELLED,   /* the user went away from the question */
    ASK_UNSUPPORTED, /* the client cannot be asked this; return now, or go on without. A call that
                        returns now, with no reply, fails with the error that names what is missing
                      */
};

/* Asks the user for `fields`; on ASK_ACCEPTED they are in `answers`, a struct for these fields that
   was all zeros. An answer that does not fit the fields is asked for again: the question then says
   what was wrong with it, behind `message`. */
enum ask elicit(struct tool_call *call, const char *key, const char *message,
                struct tool_fields fields, void *answers);

/* Asks the user to open `url`, for what must not pass through the client: signing in, paying, a
   secret (2025-11-25, Elicitation, "URL Mode"). ASK_ACCEPTED says that the user agreed to open it,
   not that anything was done there: the author finds that out, and may wait for it (edge.h) or ask
   again with another key. `url` holds no secret and nothing personal, and the page there makes sure
   that whoever opens it is the user of this call. A client that takes no stream is answered with
   the error that a URL elicitation is required, and sends the call anew when the user was there: so
   ask only where it is not done yet. Needs CLIENT_ELICITATION_URL. */
enum ask elicit_url(struct tool_call *call, const char *key, const char *message, const char *url);

/* What tells the question `key` of this call from all others: for its URL, to know there which it
   is. The same each time the call is run; cannot be guessed. Lives as long as the call; never NULL.
 */
const char *elicitation_id(struct tool_call *call, const char *key);

/* What was to be done at the URL of the question `key` is done: the client is told, in the
   revisions that have ids (2025-11-25, notifications/elicitation/complete). */
void elicitation_completed(struct tool_call *call, const char *key);

/* A block of what is said to a model, or by it. */
enum sampling_content_kind {
    SAMPLING_TEXT,
    SAMPLING_IMAGE,
    SAMPLING_AUDIO,       /* from 2025-03-26 on; before that, a text that says so */
    SAMPLING_TOOL_USE,    /* the model wants a tool to be run */
    SAMPLING_TOOL_RESULT, /* what came of that */
};
struct sampling_content {
    enum sampling_content_kind kind;
    struct text text;      /* TEXT, TOOL_RESULT: what is said. TOOL_USE: the input, a JSON object */
    struct text data;      /* IMAGE, AUDIO: its bytes */
    struct text mime_type; /* IMAGE, AUDIO */
    struct text id;        /* TOOL_USE, TOOL_RESULT: which use it is */
    struct text name;      /* TOOL_USE: which tool */
    bool is_error;         /* TOOL_RESULT: the tool failed; the text says why */
};

/* What one side says. Tool uses are answered by the message behind them: one result for each, and
   nothing else. */
struct sampling_message {
    enum prompt_role role;
    const struct sampling_content *content;
    size_t count;
};

/* A tool for the model to use in this conversation. It is the author who runs it. */
struct sampling_tool {
    const char *name;
    const char *title;
    const char *description;
    struct tool_fields fields;
};

enum sampling_context { SAMPLING_NO_CONTEXT, SAMPLING_THIS_SERVER, SAMPLING_ALL_SERVERS };
enum sampling_tool_choice { SAMPLING_TOOLS_AUTO, SAMPLING_TOOLS_REQUIRED, SAMPLING_TOOLS_NONE };

/* What the client's model is asked. The first three are enough; the others are wishes that the
   client may leave unfulfilled, but for the tools. */
struct sampling {
    const char *prompt;        /* what the user says first; NULL: `messages` begin */
    const char *system_prompt; /* NULL: none */
    int max_tokens;
    const struct sampling_message *messages; /* behind the prompt */
    size_t message_count;
    const char *const *model_hints; /* parts of names of models, the best first */
    size_t model_hint_count;
    const double *cost_priority; /* 0 to 1: how much each matters; NULL: nothing is said */
    const double *speed_priority;
    const double *intelligence_priority;
    const double *temperature;         /* NULL: the client's choice; else &(double){0.2} */
    const char *const *stop_sequences; /* the model stops before it says one of these */
    size_t stop_sequence_count;
    const char *metadata; /* a JSON object for the model's provider; NULL: none */
    /* What else the model is shown. Left out where a client of 2025-11-25 on does not offer it. */
    enum sampling_context include_context;
    /* Needs CLIENT_SAMPLING_TOOLS where there are any. */
    const struct sampling_tool *tools;
    size_t tool_count;
    enum sampling_tool_choice tool_choice;
};

/* Asks the client's model; on ASK_ACCEPTED `*answer` is the text of what it said. */
enum ask sample(struct tool_call *call, const char *key, const struct sampling *what,
                struct text *answer);

/* The same; on ASK_ACCEPTED `*answer` is all that came, at least one block. To go on with the
   conversation, put answer->message behind what->messages, then what comes next, and ask with
   another key: tests/conformance/fixture/model_tools.c has a whole one. */
struct sampling_answer {
    struct sampling_message message;
    struct text text;        /* of its first block of text; empty where it has none */
    struct text model;       /* which model it was */
    struct text stop_reason; /* "endTurn", "stopSequence", "maxTokens", "toolUse" or another; or
                                empty */
};
enum ask sample_message(struct tool_call *call, const char *key, const struct sampling *what,
                        struct sampling_answer *answer);

/* Reads what the model gives a tool, `use` being of kind TOOL_USE, into `input`, a struct for
   `fields` that is all zeros. False where it does not fit: `*problem` then says what is wrong, for
   a result that is an error. */
bool sampling_input(struct tool_call *call, const struct sampling_content *use,
                    struct tool_fields fields, void *input, struct text *problem);

/* Asks for the roots that the client offers; on ASK_ACCEPTED `roots` holds `*count` of them, at
   most `room`. */
struct root {
    struct text uri;
    struct text name; /* empty where it has none */
};
enum ask list_roots(struct tool_call *call, const char *key, struct root *roots, size_t room,
                    size_t *count);

/* What a client can be asked for; in `complete` nothing. */
enum client_capability {
    CLIENT_ELICITATION,      /* elicit */
    CLIENT_ELICITATION_URL,  /* elicit_url; by those who offer it by name */
    CLIENT_SAMPLING,         /* sample, sample_message */
    CLIENT_SAMPLING_TOOLS,   /* with tools; from 2025-11-25 on, like the next */
    CLIENT_SAMPLING_CONTEXT, /* with include_context */
    CLIENT_ROOTS,            /* list_roots */
};
bool client_supports(const struct tool_call *call, enum client_capability capability);

#endif
