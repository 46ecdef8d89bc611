//! Reads where somebody wants to go, and says whether that is allowed.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A host and a port: `api.example.com:443`, `*.example.com` (443), `127.0.0.1:8080`, `[::1]:8080`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    host: String,
    port: u16,
}

/// The port where none is named.
const HTTPS: u16 = 443;

/// The port of an address that begins with `http://` and names none.
const HTTP: u16 = 80;

/// Addresses from which a machine in a cloud gets its keys.
const METADATA: [IpAddr; 3] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
];

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || format!("{text} is no HOST or HOST:PORT");
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (host, rest) = rest.split_once(']').ok_or_else(bad)?;
                (host, rest.strip_prefix(':'))
            }
            None => match text.rsplit_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            },
        };
        let port = match port {
            Some(port) => port.parse().map_err(|_| bad())?,
            None => HTTPS,
        };
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._*:".contains(&byte);
        if host.is_empty() || port == 0 || !host.bytes().all(is_plain) {
            return Err(bad());
        }
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        Ok(Self { host, port })
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            return write!(f, "[{}]:{}", self.host, self.port);
        }
        write!(f, "{}:{}", self.host, self.port)
    }
}

impl Destination {
    /// Where an address such as `http://127.0.0.1:8080/v1` leads; nothing for what is none.
    pub fn of_address(address: &str) -> Option<Self> {
        let (scheme, rest) = address.split_once("://")?;
        let default = match scheme.to_ascii_lowercase().as_str() {
            "https" => HTTPS,
            "http" => HTTP,
            _ => return None,
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let host = rest[..end].rsplit('@').next()?;
        let named = host.strip_prefix('[').map_or_else(
            || host.contains(':'),
            |rest| {
                rest.rsplit_once(']')
                    .is_some_and(|(_, port)| port.starts_with(':'))
            },
        );
        if named {
            return host.parse().ok();
        }
        format!("{host}:{default}").parse().ok()
    }

    /// The name or address.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether it is this very machine, by name or address.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.address().is_some_and(|address| address.is_loopback())
    }

    fn address(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// Whether this entry of a list of what is allowed covers `wanted`.
    pub(super) fn covers(&self, wanted: &Self) -> bool {
        let same_host = match self.host.strip_prefix("*.") {
            // An address has no name above it.
            Some(above) => {
                let below = wanted.host.strip_suffix(above);
                wanted.address().is_none() && below.is_some_and(|below| below.ends_with('.'))
            }
            None => self.host == wanted.host,
        };
        same_host && self.port == wanted.port
    }

    /// Whether a name that is allowed may lead to `address`. Names lead where whoever owns them
    /// wants; a machine's own network is reached by its address alone.
    pub(super) fn may_lead_to(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        if METADATA.contains(&address) {
            return false;
        }
        let is_named = self.address().map(|own| own.to_canonical()) == Some(address);
        let is_own = self.host == "localhost" && address.is_loopback();
        is_named || is_own || is_public(address)
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64;
            !(v4.is_loopback()
                || v4.is_private()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_multicast()
                || shared)
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unicast_link_local()
                || v6.is_unique_local())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(text: &str) -> Destination {
        text.parse().expect("a destination")
    }

    #[test]
    fn a_destination_is_read_with_its_port() {
        assert_eq!(to("API.example.com").to_string(), "api.example.com:443");
        assert_eq!(to("[::1]:80").to_string(), "[::1]:80");
        for bad in ["", ":80", "a:b", "a:0", "[::1", "a/b:80", "a b", "a:99999"] {
            assert!(bad.parse::<Destination>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_leads_to_its_host_and_port() {
        for (address, owed) in [
            ("http://127.0.0.1:8080/v1", "127.0.0.1:8080"),
            ("https://api.example.com/v1?x=y", "api.example.com:443"),
            ("http://user:word@example.com", "example.com:80"),
            ("http://[::1]:8080", "[::1]:8080"),
            ("https://[::1]/v1", "[::1]:443"),
        ] {
            let found = Destination::of_address(address).map(|to| to.to_string());
            assert_eq!(found.as_deref(), Some(owed), "{address}");
        }
        for none in ["127.0.0.1:8080", "ftp://x", "http://", "gpt-5"] {
            assert_eq!(Destination::of_address(none), None, "{none}");
        }
    }

    #[test]
    fn an_entry_covers_its_own_host_and_port_and_names_below_a_star() {
        assert!(to("api.example.com").covers(&to("api.example.com:443")));
        assert!(!to("api.example.com").covers(&to("api.example.com:80")));
        assert!(!to("api.example.com").covers(&to("api.example.com.evil.org")));
        assert!(to("*.example.com").covers(&to("a.b.example.com")));
        assert!(!to("*.example.com").covers(&to("example.com")));
        assert!(!to("*.example.com").covers(&to("badexample.com")));
        assert!(!to("*.254").covers(&to("169.254.169.254")));
    }

    #[test]
    fn no_name_leads_into_the_machines_own_network_and_nothing_to_its_keys() {
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let name = to("api.example.com");
        assert!(name.may_lead_to(address("93.184.215.14")));
        for inner in [
            "127.0.0.1",
            "10.0.0.1",
            "169.254.1.1",
            "::1",
            "fd00::1",
            "100.64.0.1",
        ] {
            assert!(!name.may_lead_to(address(inner)), "{inner}");
        }
        assert!(to("localhost:8080").may_lead_to(address("127.0.0.1")));
        assert!(to("10.0.0.1:8080").may_lead_to(address("10.0.0.1")));
        for keys in ["169.254.169.254", "::ffff:169.254.169.254"] {
            assert!(
                !to("169.254.169.254:80").may_lead_to(address(keys)),
                "{keys}"
            );
        }
    }
}
