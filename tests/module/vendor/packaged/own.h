enum { PACKAGED_MORE = 100 };
