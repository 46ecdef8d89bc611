//! Fuzzes the readers of what git prints about differences.
#![no_main]

use libfuzzer_sys::fuzz_target;
use redgreen_engine::git::{read_changed, read_hunks};

fuzz_target!(|printed: &[u8]| {
    // A reader gives at most one entry a line, so memory is bounded by the input.
    let lines = printed.split(|byte| *byte == b'\n').count();
    assert!(read_hunks(printed).len() <= lines);
    if let Ok(changed) = read_changed(printed) {
        assert!(changed.len() <= printed.split(|byte| *byte == 0).count());
    }
});
