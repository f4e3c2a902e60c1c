/* What the tool `draw` of shapes.c takes and returns. */
#ifndef SHAPES_H
#define SHAPES_H

#include "tool.h"

struct point {
    double x;
    double y;
    struct text label;
};

struct drawing {
    struct point center;
    TOOL_ARRAY(struct point) points;
    TOOL_ARRAY(double) numbers;
    TOOL_ARRAY(int64_t) integers;
    TOOL_ARRAY(struct text) names;
    TOOL_ARRAY(bool) flags;
    struct {
        size_t count; /* the order does not matter */
        const struct text *items;
    } backwards;
    int color;
    uint32_t tags;
    struct text extra;
};

extern const struct tool_fields drawing_fields;

#endif
