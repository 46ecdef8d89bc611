//! Draws a map of the repository for a model that has not seen it.
