//! Writes the small file that tells, at run time, which mutant is on. One stands in each package
//! that holds mutants; it needs the standard library alone and no name of the project's.

/// The variable that holds the number of the mutant that is on.
pub(super) const MUTANT: &str = "REDGREEN_MUTANT";
/// The variable that holds the file to which every place is written when it is first reached.
pub(super) const TRACE: &str = "REDGREEN_TRACE";
/// The function that gives back the number of the mutant that is on where it is one of a place's,
/// else 0.
pub(super) const ON: &str = "redgreenOn_";

/// The name of the file in a package; that of tests with a package of their own is another.
pub(super) fn file(package: &str, in_tests: bool) -> &'static str {
    if in_tests && package.ends_with("_test") {
        "rg_switch_test.go"
    } else {
        "rg_switch.go"
    }
}

/// The file for `package`, where there are `places` in all packages together.
///
/// Several processes may append to one trace: one short write each.
pub(super) fn text(package: &str, places: usize) -> String {
    format!(
        r#"package {package}

import redgreenAtomic_ "sync/atomic"
import redgreenConv_ "strconv"
import redgreenOs_ "os"

var redgreenTrace_ = redgreenOs_.Getenv("{TRACE}")
var redgreenNumber_ = func() int {{
	number, _ := redgreenConv_.Atoi(redgreenOs_.Getenv("{MUTANT}"))
	return number
}}()
var redgreenSeen_ [{size}]int32

func {ON}(place, first, count int) int {{
	if redgreenTrace_ != "" && redgreenAtomic_.CompareAndSwapInt32(&redgreenSeen_[place], 0, 1) {{
		file, err := redgreenOs_.OpenFile(redgreenTrace_, redgreenOs_.O_APPEND|redgreenOs_.O_CREATE|redgreenOs_.O_WRONLY, 0o600)
		if err == nil {{
			file.WriteString(redgreenConv_.Itoa(place) + "\n")
			file.Close()
		}}
	}}
	if redgreenNumber_ >= first && redgreenNumber_ < first+count {{
		return redgreenNumber_
	}}
	return 0
}}
"#,
        size = places.max(1)
    )
}
