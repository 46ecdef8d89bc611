// Holds no test: only the one that redgreen adds runs here.
