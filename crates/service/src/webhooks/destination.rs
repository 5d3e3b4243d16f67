//! Where deliveries may go: to nobody by accident. Addresses of one's own machine and network are refused unless the operator
//! allows them, whatever name they hide behind, because a webhook must not reach what only insiders reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ureq::http::Uri;

/// Which destinations are allowed. The default is public addresses over HTTPS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Destinations {
    /// This machine, also without TLS: for a demonstration.
    pub loopback: bool,
    /// Addresses of private networks, over HTTPS: for receivers in the same house.
    pub private: bool,
}

/// The longest address taken.
const LONGEST: usize = 500;

impl Destinations {
    /// Whether deliveries may be sent to this address.
    ///
    /// # Errors
    /// A sentence with the way out.
    pub fn check(self, url: &str) -> Result<(), String> {
        if url.len() > LONGEST {
            return Err(format!("the address has {} characters; {LONGEST} are taken", url.len()));
        }
        let unreadable = || "that is not an address: write https://, the host and the path".to_owned();
        let uri: Uri = url.parse().map_err(|_| unreadable())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(unreadable()) };
        if url.contains('#') || authority.as_str().contains('@') || authority.host().is_empty() {
            return Err("the address may have no user name, password or fragment: leave them out".to_owned());
        }
        let literal: Option<IpAddr> = authority.host().trim_matches(['[', ']']).parse().ok();
        let names_loopback =
            authority.host() == "localhost" || literal.is_some_and(|address| is_loopback(unmapped(address)));
        match scheme {
            "https" => {}
            "http" if self.loopback && names_loopback => {}
            _ => return Err("deliveries go over TLS only: write an address that begins with https://".to_owned()),
        }
        if names_loopback && !self.loopback {
            return Err(NOT_THERE.to_owned());
        }
        literal.map_or(Ok(()), |address| self.check_address(address))
    }

    /// Whether a connection may be made to this address: what the name has become, at the moment of connecting.
    pub(crate) fn check_address(self, address: IpAddr) -> Result<(), String> {
        let address = unmapped(address);
        let allowed = is_public(address)
            || (self.loopback && is_loopback(address))
            || (self.private && is_private(address) && !is_loopback(address));
        if allowed { Ok(()) } else { Err(NOT_THERE.to_owned()) }
    }
}

const NOT_THERE: &str = "the address is of this machine or of a private network, and deliveries do not go there: use a public \
                         address, or ask whoever runs the server to allow it";

/// An IPv4 address that is dressed as an IPv6 one is judged as what it is.
fn unmapped(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

fn is_loopback(address: IpAddr) -> bool {
    address.is_loopback()
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private(),
        IpAddr::V6(v6) => v6.is_unique_local(),
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// Everything that IANA does not list as special.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
        || a >= 224)
}

/// Global unicast (`2000::/3`) without what is special in it, and without addresses that carry an IPv4 one to a translator.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    (0x2000..0x4000).contains(&a)
        && !(a == 0x2001 && b < 0x0200)
        && !(a == 0x2001 && b == 0x0db8)
        && a != 0x2002
        && !(a == 0x3fff && b < 0x1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_ones_own_machine_and_network_are_refused_however_they_are_written() {
        let strict = Destinations::default();
        for host in [
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.169.254",
            "169.254.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "192.168.255.255",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "[::]",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::ffff:10.0.0.1]",
            "[::ffff:169.254.169.254]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::1]",
            "[100::1]",
            "[2001::1]",
            "[2001:db8::1]",
            "[2001:10::1]",
            "[2002:7f00:1::]",
            "[2002:a00:1::]",
            "[3fff::1]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[5f00::1]",
            "[4000::1]",
            "[::2]",
            "localhost",
        ] {
            assert!(strict.check(&format!("https://{host}/hook")).is_err(), "{host}");
            assert!(strict.check(&format!("https://{host}:8443/hook")).is_err(), "{host} with a port");
        }
        for host in ["93.184.215.14", "8.8.8.8", "[2606:4700::1111]", "172.32.0.1", "100.128.0.1", "hooks.example.org"]
        {
            assert_eq!(strict.check(&format!("https://{host}/hook")), Ok(()), "{host}");
        }
    }

    #[test]
    fn only_whole_addresses_over_tls_are_taken() {
        let strict = Destinations::default();
        for url in [
            "http://hooks.example.org/",
            "ftp://hooks.example.org/",
            "hooks.example.org",
            "/hook",
            "https://",
            "https:///x",
            "https://user@hooks.example.org/",
            "https://user:word@hooks.example.org/",
            "https://hooks.example.org/#part",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://hooks.example.org/a b",
            "",
        ] {
            assert!(strict.check(url).is_err(), "{url}");
        }
        assert!(strict.check(&format!("https://hooks.example.org/{}", "x".repeat(500))).is_err());
    }

    #[test]
    fn the_operator_can_open_this_machine_or_the_house_and_nothing_else() {
        let demo = Destinations { loopback: true, private: false };
        assert_eq!(demo.check("http://127.0.0.1:9000/hook"), Ok(()));
        assert_eq!(demo.check("http://localhost:9000/hook"), Ok(()));
        assert!(demo.check("http://hooks.example.org/").is_err(), "without TLS only here");
        assert!(demo.check("https://10.0.0.1/").is_err());
        let house = Destinations { loopback: false, private: true };
        assert_eq!(house.check("https://10.0.0.1/"), Ok(()));
        assert!(house.check("https://127.0.0.1/").is_err());
        assert!(house.check("https://169.254.169.254/").is_err(), "never the address of a cloud's own data");
    }
}
