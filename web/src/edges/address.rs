//! Where a request comes from. What a proxy says is believed only of proxies that the settings name.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use actix_web::HttpRequest;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// A range of addresses: `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether the address lies in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let (own, width) = bits(self.address);
        let (other, other_width) = bits(address.to_canonical());
        let shift = u32::from(width - self.prefix);
        width == other_width && own.checked_shr(shift).unwrap_or(0) == other.checked_shr(shift).unwrap_or(0)
    }
}

/// The bits of an address, and how many there are.
fn bits(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().map_err(|_| ())?)),
            None => (text, None),
        };
        let address = address.parse::<IpAddr>().map_err(|_| ())?.to_canonical();
        let (_, width) = bits(address);
        let prefix = prefix.unwrap_or(width);
        if prefix > width {
            return Err(());
        }
        Ok(Self { address, prefix })
    }
}

/// The peer; or, while that is a trusted proxy, the one before it in `X-Forwarded-For`, read from the right, because
/// everything to the left of a trusted proxy's own entry is what a stranger wrote.
pub(super) fn client(request: &HttpRequest, trusted: &[Network]) -> Option<IpAddr> {
    let mut address = request.peer_addr()?.ip().to_canonical();
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(address) {
        return Some(address);
    }
    let lines: Vec<&str> = request
        .headers()
        .get_all(FORWARDED_FOR)
        .filter_map(|line| line.to_str().ok())
        .collect();
    let entries = lines.iter().rev().flat_map(|line| line.rsplit(','));
    for entry in entries {
        let Some(before) = parse(entry.trim()) else {
            break;
        };
        address = before;
        if !is_trusted(address) {
            break;
        }
    }
    Some(address)
}

/// An address with or without a port.
fn parse(entry: &str) -> Option<IpAddr> {
    let bare = entry.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<IpAddr>().ok();
    let with_port = || entry.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    address.or_else(with_port).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let trusted: Vec<Network> = trusted.iter().map(|text| text.parse().unwrap()).collect();
        let mut request = TestRequest::default().peer_addr(peer.parse().unwrap());
        for line in forwarded {
            request = request.append_header((FORWARDED_FOR, *line));
        }
        client(&request.to_http_request(), &trusted).unwrap().to_string()
    }

    #[test]
    fn a_stranger_cannot_say_where_it_comes_from() {
        assert_eq!(seen("203.0.113.9:1", &["10.0.0.1"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9:1", &["10.0.0.1"], &["10.0.0.0/8"]), "203.0.113.9");
        // The stranger's own entry stands to the left of what the proxy saw.
        let forged = ["198.51.100.7, 203.0.113.9"];
        assert_eq!(seen("10.1.2.3:1", &forged, &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(
            seen("10.1.2.3:1", &["198.51.100.7", "203.0.113.9"], &["10.0.0.0/8"]),
            "203.0.113.9"
        );
    }

    #[test]
    fn proxies_behind_proxies_are_passed_through_and_nonsense_stops_the_reading() {
        let trusted = ["10.0.0.0/8", "2001:db8::/32"];
        assert_eq!(seen("10.1.2.3:1", &["203.0.113.9, 10.9.9.9"], &trusted), "203.0.113.9");
        assert_eq!(seen("[2001:db8::1]:1", &["[2a00::1]:4711"], &trusted), "2a00::1");
        assert_eq!(seen("10.1.2.3:1", &["203.0.113.9, unknown"], &trusted), "10.1.2.3");
        assert_eq!(
            seen("[::ffff:10.1.2.3]:1", &["203.0.113.9:80"], &trusted),
            "203.0.113.9"
        );
        assert_eq!(seen("10.1.2.3:1", &[], &trusted), "10.1.2.3");
    }

    #[test]
    fn a_network_has_a_prefix_that_its_addresses_have_room_for() {
        for text in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/-1", "host/8"] {
            assert_eq!(text.parse::<Network>(), Err(()), "{text}");
        }
        let everything: Network = "0.0.0.0/0".parse().unwrap();
        assert!(everything.contains("203.0.113.9".parse().unwrap()) && !everything.contains("::1".parse().unwrap()));
        let one: Network = "192.0.2.1".parse().unwrap();
        assert!(one.contains("192.0.2.1".parse().unwrap()) && !one.contains("192.0.2.2".parse().unwrap()));
    }
}
