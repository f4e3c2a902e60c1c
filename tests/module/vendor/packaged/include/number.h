/* As the core has one. */
enum { NUMBER_TWO = 2 };
