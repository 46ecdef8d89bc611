//! Says of honest code that defects could accuse falsely why it is not shown here yet.

use super::{Show, show};

/// Why none of it is shown.
const WHY: &str = "it is the code and the test that node-test shows, and was not measured here yet";

pub(super) const SHOWS: &[Show] = &[
    show("property-test").absent(WHY),
    show("snapshot-added").absent(WHY),
    show("real-constants").absent(WHY),
    show("numeric-tolerance").absent(WHY),
    show("cache-added").absent(WHY),
    show("generated-code").absent(WHY),
];
