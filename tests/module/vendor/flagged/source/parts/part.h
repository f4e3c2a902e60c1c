enum { FLAGGED_PART = 30 };
