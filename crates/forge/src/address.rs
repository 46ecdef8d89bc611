//! Tells addresses that may be connected to from those that may not.

use crate::ForgeError;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};

/// How far a client may reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses alone: the host was named by a ticket or an unknown address.
    #[default]
    Public,
    /// Anywhere: the host is the forge that the user's own environment or remote names.
    Configured,
}

/// `text` as an address that a client with `reach` may use.
///
/// # Errors
/// [`ForgeError::Refused`] for files and other schemes, for credentials inside of it, and for
/// addresses of this machine and this network.
pub fn checked(text: &str, reach: Reach) -> Result<Url, ForgeError> {
    let refused = |why: &str| ForgeError::Refused {
        what: without_secret(text),
        why: why.to_owned(),
    };
    let url = Url::parse(text).map_err(|error| refused(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refused("only http and https are spoken"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("it holds a user or a password"));
    }
    let Some(host) = url.host_str() else {
        return Err(refused("it names no host"));
    };
    if reach == Reach::Public && is_inside(host) {
        return Err(refused("it is an address of this machine or network"));
    }
    Ok(url)
}

/// `text` without what stands before an `@` of its host.
fn without_secret(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    match host.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://{host}/{path}"),
        None => text.to_owned(),
    }
}

/// Whether `host` is named as one of this machine or network.
pub(crate) fn is_here(host: &str) -> bool {
    is_inside(host)
}

/// Whether the name alone says that it is here: a number of this network, or a name that is only
/// known here.
fn is_inside(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(number) = bare.parse::<IpAddr>() {
        return is_private(number);
    }
    let name = bare.trim_end_matches('.').to_lowercase();
    let inside = [".localhost", ".local", ".internal", ".home.arpa", ".lan"];
    !name.contains('.') || inside.iter().any(|ending| name.ends_with(ending))
}

/// Whether the number is one that is no host of the public network.
pub(crate) fn is_private(number: IpAddr) -> bool {
    match number {
        IpAddr::V4(number) => is_private_v4(number),
        IpAddr::V6(number) => is_private_v6(number),
    }
}

fn is_private_v4(number: Ipv4Addr) -> bool {
    let [a, b, c, _] = number.octets();
    number.is_private()
        || number.is_loopback()
        || number.is_link_local()
        || number.is_broadcast()
        || number.is_documentation()
        || number.is_multicast()
        || a == 0
        || a >= 240
        // Shared by carriers; clouds keep their metadata there too.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19))
}

fn is_private_v6(number: Ipv6Addr) -> bool {
    let parts = number.segments();
    let embedded = number.to_ipv4_mapped().or_else(|| match parts {
        // NAT64 and 6to4 lead to the number that they hold.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
        }
        _ => None,
    });
    embedded.is_some_and(is_private_v4)
        || number.is_loopback()
        || number.is_unspecified()
        || number.is_multicast()
        || parts[0] & 0xfe00 == 0xfc00
        || parts[0] & 0xffc0 == 0xfe80
        || parts[..6] == [0; 6]
        || parts[..2] == [0x2001, 0xdb8]
}

/// Looks names up and leaves out numbers that are out of reach: checked where the connection is
/// made, so that a name cannot change its mind in between.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Resolver(pub(crate) Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = (name.as_str(), 0).to_socket_addrs()?;
            let allowed = |at: &SocketAddr| reach == Reach::Configured || !is_private(at.ip());
            let found: Vec<SocketAddr> = found.filter(allowed).collect();
            if found.is_empty() {
                let why = "the name leads to this machine or network alone";
                return Err(why.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_metadata_and_this_network_are_refused() {
        for address in [
            "file:///etc/passwd",
            "ftp://forge.example/x",
            "gopher://forge.example",
            "javascript:alert(1)",
            "http://169.254.169.254/latest/meta-data/",
            "http://[fd00:ec2::254]/latest",
            "http://metadata.google.internal/computeMetadata/v1/",
            "http://127.0.0.1:8080/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://localhost/",
            "http://api.localhost/",
            "http://10.1.2.3/o/r/issues/1",
            "http://192.168.0.1/",
            "http://172.31.255.1/",
            "http://100.100.100.200/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
            "http://0.0.0.0/",
            "http://intranet/",
            "https://user:secret@forge.example/o/r/issues/1",
        ] {
            let refused = checked(address, Reach::Public);
            let said = refused.map_or_else(|error| error.to_string(), |url| format!("took {url}"));
            assert!(said.contains("is refused"), "{address}: {said}");
            assert!(!said.contains("secret"), "{said}");
        }
    }

    #[test]
    fn public_hosts_and_the_configured_forge_are_not() {
        assert!(checked("https://forge.example/o/r/issues/1", Reach::Public).is_ok());
        assert!(checked("https://93.184.216.34/", Reach::Public).is_ok());
        assert!(checked("http://10.0.0.7:3000/o/r", Reach::Configured).is_ok());
        assert!(checked("file:///etc/passwd", Reach::Configured).is_err());
    }
}
