enum { OWN_MORE = 100 };
