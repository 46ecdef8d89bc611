//! Filters the system calls of a program, and of all that it starts.
//!
//! A list of what is refused, not of what is allowed: project code uses nearly everything. What is
//! refused reaches beyond the sandbox (sockets, the terminal's input) or into seldom walked parts
//! of the kernel that no test suite needs.

use super::enter::Refused;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};
use std::collections::BTreeMap;

/// Which sockets can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sockets {
    /// Those of files only, and questions to the kernel about the machine's own addresses.
    OfFiles,
    /// Also those of TCP, which Landlock holds.
    Tcp,
    /// Also those of all internet protocols.
    Internet,
}

/// Calls that no test suite needs and that reach into the kernel. Refused as not there, so that
/// programs fall back on something else.
const NOT_THERE: [i64; 15] = [
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_bpf,
    libc::SYS_userfaultfd,
    libc::SYS_kexec_load,
    libc::SYS_kexec_file_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_open_by_handle_at,
    libc::SYS_perf_event_open,
];

/// `TIOCSTI` and `TIOCLINUX`, whose type differs from one C library to the next.
const TYPED: [u64; 2] = [0x5412, 0x541c];

/// On x86_64, every call has a second number, which a list of numbers would miss.
#[cfg(target_arch = "x86_64")]
const SECOND_NUMBERS: &[i64] = &[0, 0x4000_0000];
#[cfg(not(target_arch = "x86_64"))]
const SECOND_NUMBERS: &[i64] = &[0];

/// Puts the filter around this process. It cannot be taken off again.
pub(super) fn hold(sockets: Sockets) -> Result<(), Refused> {
    let told = |error: seccompiler::BackendError| Refused::new("seccomp", error);
    let not_there = SeccompAction::Errno(errno(libc::ENOSYS));
    let refused = SeccompAction::Errno(errno(libc::EACCES));
    for (rules, action) in [
        (plain().map_err(told)?, not_there),
        (conditional(sockets).map_err(told)?, refused),
    ] {
        let arch = std::env::consts::ARCH.try_into().map_err(told)?;
        let filter = SeccompFilter::new(rules, SeccompAction::Allow, action, arch).map_err(told)?;
        let program: BpfProgram = filter.try_into().map_err(told)?;
        seccompiler::apply_filter(&program).map_err(|error| Refused::new("seccomp", error))?;
    }
    Ok(())
}

type Rules = BTreeMap<i64, Vec<SeccompRule>>;
type Built<T> = Result<T, seccompiler::BackendError>;

fn plain() -> Built<Rules> {
    let numbers = NOT_THERE.iter();
    let numbers = numbers.flat_map(|call| SECOND_NUMBERS.iter().map(move |more| call + more));
    Ok(numbers.map(|call| (call, Vec::new())).collect())
}

/// Calls that are refused by what they are given.
fn conditional(sockets: Sockets) -> Built<Rules> {
    let mut socket = vec![others(sockets)?, vec_of(&netlink_but_routes()?)?];
    match sockets {
        Sockets::Tcp => socket.extend(internet_but_tcp()?),
        Sockets::OfFiles | Sockets::Internet => {}
    }
    // What is put into the terminal's input is typed by the person as far as a shell can tell.
    let typed = TYPED.iter();
    let ioctl = typed.map(|request| vec_of(&[is(1, SeccompCmpOp::Eq, *request)?]));
    let ioctl: Vec<SeccompRule> = ioctl.collect::<Built<_>>()?;
    let mut rules = Rules::new();
    for more in SECOND_NUMBERS {
        rules.insert(libc::SYS_socket + more, socket.clone());
        rules.insert(libc::SYS_ioctl + more, ioctl.clone());
    }
    Ok(rules)
}

/// Every family but those that are allowed.
fn others(sockets: Sockets) -> Built<SeccompRule> {
    let mut allowed = vec![libc::AF_UNIX, libc::AF_NETLINK];
    match sockets {
        Sockets::OfFiles => {}
        Sockets::Tcp | Sockets::Internet => allowed.extend([libc::AF_INET, libc::AF_INET6]),
    }
    let families = allowed.into_iter().filter_map(|it| u64::try_from(it).ok());
    let none_of: Vec<SeccompCondition> = families
        .map(|family| is(0, SeccompCmpOp::Ne, family))
        .collect::<Built<_>>()?;
    vec_of(&none_of)
}

/// Netlink for anything but the machine's addresses and routes.
fn netlink_but_routes() -> Built<Vec<SeccompCondition>> {
    let netlink = u64::try_from(libc::AF_NETLINK).unwrap_or_default();
    let routes = u64::try_from(libc::NETLINK_ROUTE).unwrap_or_default();
    Ok(vec![
        is(0, SeccompCmpOp::Eq, netlink)?,
        is(2, SeccompCmpOp::Ne, routes)?,
    ])
}

/// Internet sockets of every kind and protocol but TCP's: Landlock does not hold them.
fn internet_but_tcp() -> Built<Vec<SeccompRule>> {
    const KIND: u64 = 0xf;
    let number = |it: i32| u64::try_from(it).unwrap_or_default();
    let mut rules = Vec::new();
    for family in [libc::AF_INET, libc::AF_INET6].map(number) {
        for kind in (0..=KIND).filter(|kind| *kind != number(libc::SOCK_STREAM)) {
            rules.push(vec_of(&[
                is(0, SeccompCmpOp::Eq, family)?,
                is(1, SeccompCmpOp::MaskedEq(KIND), kind)?,
            ])?);
        }
        rules.push(vec_of(&[
            is(0, SeccompCmpOp::Eq, family)?,
            is(2, SeccompCmpOp::Ne, 0)?,
            is(2, SeccompCmpOp::Ne, number(libc::IPPROTO_TCP))?,
        ])?);
    }
    Ok(rules)
}

fn vec_of(conditions: &[SeccompCondition]) -> Built<SeccompRule> {
    SeccompRule::new(conditions.to_vec())
}

fn is(argument: u8, operator: SeccompCmpOp, value: u64) -> Built<SeccompCondition> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)
}

fn errno(number: i32) -> u32 {
    number.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_filters_can_be_built_for_this_machine() {
        for sockets in [Sockets::OfFiles, Sockets::Tcp, Sockets::Internet] {
            let rules = conditional(sockets).expect("rules");
            assert!(rules.contains_key(&libc::SYS_socket));
        }
        assert!(plain().expect("rules").contains_key(&libc::SYS_keyctl));
    }
}
