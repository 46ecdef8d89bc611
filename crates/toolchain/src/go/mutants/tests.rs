//! Holds drafts and rewritten files against source texts.
