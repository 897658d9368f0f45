//! Where the hub may be sent by somebody's input. A tenant who names a host must not be able to make the hub knock at its
//! operator's inner network or at a cloud's metadata address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whose an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Anybody's on the internet.
    Public,
    /// The operator's own network, or this machine: only when the operator allows it.
    Private,
    /// Nothing a mail server or an API can be at: link-local (a cloud's metadata service is), multicast, unspecified,
    /// reserved. Never.
    Never,
}

/// Whose an address is. IPv6 addresses that carry an IPv4 address are judged by the one they carry.
#[must_use]
pub fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(v4) => reach_v4(v4),
        IpAddr::V6(v6) => carried_v4(v6).map_or_else(|| reach_v6(v6), reach_v4),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let [a, b, c, _] = address.octets();
    if address.is_link_local() || address.is_multicast() || a == 0 || a >= 240 {
        return Reach::Never;
    }
    let is_shared = a == 100 && (64..128).contains(&b);
    let is_benchmark = a == 198 && (b == 18 || b == 19);
    let is_special = (a, b, c) == (192, 0, 0) || address.is_documentation();
    if address.is_loopback() || address.is_private() || is_shared || is_benchmark || is_special {
        return Reach::Private;
    }
    Reach::Public
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    let [first, second, ..] = address.segments();
    if address.is_unspecified() || address.is_multicast() || first & 0xffc0 == 0xfe80 {
        return Reach::Never;
    }
    let is_site_local = first & 0xffc0 == 0xfec0;
    let is_documentation = (first, second) == (0x2001, 0x0db8);
    if address.is_loopback() || first & 0xfe00 == 0xfc00 || is_site_local || is_documentation {
        return Reach::Private;
    }
    // Only 2000::/3 is handed out to anybody.
    if first & 0xe000 == 0x2000 {
        Reach::Public
    } else {
        Reach::Never
    }
}

/// The IPv4 address inside: mapped, translated (64:ff9b::/96) or 6to4.
fn carried_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [first, second, third, a, b, c, high, low] = address.segments();
    let of = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    if let Some(mapped) = address.to_ipv4_mapped() {
        return Some(mapped);
    }
    if (first, second, third, a, b, c) == (0x64, 0xff9b, 0, 0, 0, 0) {
        return Some(of(high, low));
    }
    (first == 0x2002).then(|| of(second, third))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_public_private_or_never_to_be_asked() {
        let table = [
            (
                Reach::Public,
                "8.8.8.8 1.1.1.1 172.32.0.1 100.128.0.1 192.0.1.1 198.20.0.1 2606:4700::1111 64:ff9b::808:808 ::ffff:8.8.8.8",
            ),
            (
                Reach::Private,
                "127.0.0.1 127.9.9.9 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1 198.18.0.1 192.0.2.1 \
              ::1 fd00::1 fc00::1 fec0::1 2001:db8::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 64:ff9b::a00:1 2002:7f00:1::",
            ),
            (
                Reach::Never,
                "0.0.0.0 0.1.2.3 169.254.169.254 224.0.0.1 240.0.0.1 255.255.255.255 :: fe80::1 ff02::1 \
              ::ffff:169.254.169.254 64:ff9b::a9fe:a9fe 2002:a9fe:a9fe:: ::7f00:1 4000::1",
            ),
        ];
        for (expected, addresses) in table {
            for text in addresses.split_whitespace() {
                assert_eq!(reach(text.parse().unwrap()), expected, "{text}");
            }
        }
    }
}
