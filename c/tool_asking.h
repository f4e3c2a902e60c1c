/* Asking the client: its user, its model, its roots. Part of tool.h, which is what authors
   include. */
#ifndef TOOL_ASKING_H
#define TOOL_ASKING_H

#include "tool_fields.h"

/* Who says a message: in a prompt, or to the client's model. */
enum prompt_role { PROMPT_USER, PROMPT_ASSISTANT };

/* -- Asking the client --

   Each question has a key, unique within the call. If its answer is not there yet, the asking
   function returns ASK_PENDING: the author's function must then return too, and is run again from
   its start when the answer has come. So whatever precedes a question runs more than once. Several
   questions may be asked before returning. The revision, and how the question travels, make no
   difference here. A client may send the same answers again while they are good
   (LIMIT_REQUEST_STATE_SECONDS): the author must guard what may happen only once. */

enum ask {
    ASK_PENDING,     /* return now */
    ASK_ACCEPTED,    /* the answer is there */
    ASK_DECLINED,    /* the user, or the client, said no */
    ASK_CANCELLED,   /* the user dismissed the question */
    ASK_UNSUPPORTED, /* the client cannot be asked this; return now, or go on without. A call that
                        returns now, with no reply, fails with an error that names what is
                        missing */
};

/* Asks the user for `fields`; on ASK_ACCEPTED their values are in `answers`, a struct for these
   fields that was all zeros. An answer that does not fit is asked for again: the question then says
   what was wrong, after `message`. */
enum ask elicit(struct tool_call *call, const char *key, const char *message,
                struct tool_fields fields, void *answers);

/* Asks the user to open `url`, for what must not pass through the client: signing in, paying, a
   secret (2025-11-25, Elicitation, "URL Mode Elicitation Requests"). ASK_ACCEPTED means that the
   user agreed to open it, not that anything was done there: the author must find that out, and may
   wait for it (edge.h) or ask again with another key. `url` must hold no secret and nothing
   personal, and the page must make sure that whoever opens it is the user of this call. A client
   that takes no stream gets the error that a URL elicitation is required, and repeats the call once
   the user has been there: so ask only if it is not done yet. What is no URL is an error. Needs
   CLIENT_ELICITATION_URL. */
enum ask elicit_url(struct tool_call *call, const char *key, const char *message, const char *url);

/* An id of the question `key` of this call, for its URL, so that the page knows which one it is.
   Unique, not guessable, the same each time the call is run. Lives as long as the call; never
   NULL. */
const char *elicitation_id(struct tool_call *call, const char *key);

/* Tells the client that what the question `key` wanted done at its URL is done, in the revisions
   that have ids (2025-11-25, notifications/elicitation/complete). */
void elicitation_completed(struct tool_call *call, const char *key);

/* A block of what is said to a model, or by it. */
enum sampling_content_kind {
    SAMPLING_TEXT,
    SAMPLING_IMAGE,
    SAMPLING_AUDIO,       /* from 2025-03-26 on; before that, a text that says so */
    SAMPLING_TOOL_USE,    /* the model wants to use a tool */
    SAMPLING_TOOL_RESULT, /* the result of that */
};
struct sampling_content {
    enum sampling_content_kind kind;
    struct text text;      /* TEXT, TOOL_RESULT: what is said. TOOL_USE: the input, a JSON object */
    struct text data;      /* IMAGE, AUDIO: its bytes */
    struct text mime_type; /* IMAGE, AUDIO */
    struct text id;        /* TOOL_USE, TOOL_RESULT: identifies the use */
    struct text name;      /* TOOL_USE: which tool */
    bool is_error;         /* TOOL_RESULT: the tool failed; the text says why */
};

/* What one side says. Tool uses are answered by the next message: one result for each, and nothing
   else. */
struct sampling_message {
    enum prompt_role role;
    const struct sampling_content *content;
    size_t count;
};

/* A tool that the model may use in this conversation. The author runs it. */
struct sampling_tool {
    const char *name;
    const char *title;
    const char *description;
    struct tool_fields fields;
};

enum sampling_context { SAMPLING_NO_CONTEXT, SAMPLING_THIS_SERVER, SAMPLING_ALL_SERVERS };
enum sampling_tool_choice { SAMPLING_TOOLS_AUTO, SAMPLING_TOOLS_REQUIRED, SAMPLING_TOOLS_NONE };

/* A request to the client's model. The first three members are enough. After `messages`, all
   but the tools are wishes that the client may ignore. */
struct sampling {
    const char *prompt;        /* what the user says first; NULL: `messages` come first */
    const char *system_prompt; /* NULL: none */
    int max_tokens;
    const struct sampling_message *messages; /* after the prompt */
    size_t message_count;
    const char *const *model_hints; /* parts of model names, the best first */
    size_t model_hint_count;
    const double *cost_priority; /* 0 to 1: how much each matters; NULL: unspecified */
    const double *speed_priority;
    const double *intelligence_priority;
    const double *temperature;         /* NULL: the client's choice; else &(double){0.2} */
    const char *const *stop_sequences; /* the model stops before it says one of these */
    size_t stop_sequence_count;
    const char *metadata; /* a JSON object for the model's provider; NULL: none */
    /* What else the model is shown. From 2025-11-25 on, left out if the client does not offer
       it. */
    enum sampling_context include_context;
    /* Needs CLIENT_SAMPLING_TOOLS if there are any. */
    const struct sampling_tool *tools;
    size_t tool_count;
    enum sampling_tool_choice tool_choice;
};

/* Asks the client's model; on ASK_ACCEPTED `*answer` is the text it said. */
enum ask sample(struct tool_call *call, const char *key, const struct sampling *what,
                struct text *answer);

/* The same; on ASK_ACCEPTED `*answer` is the whole answer, at least one block. To continue the
   conversation, append answer->message to what->messages, then what comes next, and ask with
   another key: tests/conformance/fixture/model_tools.c is a complete example. */
struct sampling_answer {
    struct sampling_message message;
    struct text text;        /* of the first text block; empty if there is none */
    struct text model;       /* the model that answered */
    struct text stop_reason; /* "endTurn", "stopSequence", "maxTokens", "toolUse" or another; or
                                empty */
};
enum ask sample_message(struct tool_call *call, const char *key, const struct sampling *what,
                        struct sampling_answer *answer);

/* Reads the input that the model gives a tool (`use`, of kind TOOL_USE) into `input`, a struct for
   `fields` that is all zeros. False if it does not fit: `*problem` then says what is wrong, for a
   result that is an error. */
bool sampling_input(struct tool_call *call, const struct sampling_content *use,
                    struct tool_fields fields, void *input, struct text *problem);

/* Asks for the roots that the client offers; on ASK_ACCEPTED `roots` holds `*count` of them, at
   most `room`. */
struct root {
    struct text uri;
    struct text name; /* empty if it has none */
};
enum ask list_roots(struct tool_call *call, const char *key, struct root *roots, size_t room,
                    size_t *count);

/* What a client can be asked for; in `complete`, nothing. */
enum client_capability {
    CLIENT_ELICITATION,      /* elicit */
    CLIENT_ELICITATION_URL,  /* elicit_url; only if offered by name */
    CLIENT_SAMPLING,         /* sample, sample_message */
    CLIENT_SAMPLING_TOOLS,   /* with tools; from 2025-11-25 on, like the next */
    CLIENT_SAMPLING_CONTEXT, /* with include_context */
    CLIENT_ROOTS,            /* list_roots */
};
bool client_supports(const struct tool_call *call, enum client_capability capability);

#endif
