//! Types why a test is red.
