//! Which addresses a call may go to. Everything that no list names as public is not.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// Where an address leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Public,
    /// This machine, its network, its link: allowed by `MUSTER_ALLOW_PRIVATE_IDP` only.
    Private,
    /// No single host lives there: multicast, reserved, documentation, tunnels that hide another address.
    Never,
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

/// RFC 1918, loopback, link-local (cloud metadata lives there), and carriers' shared space (RFC 6598).
const PRIVATE_V4: [Ipv4Net; 6] = [
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 168, 0, 0, 16),
];

/// The rest of IANA's special-purpose registry.
const NEVER_V4: [Ipv4Net; 9] = [
    v4(0, 0, 0, 0, 8),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

const fn v6(segments: [u16; 8], prefix: u8) -> Ipv6Net {
    let [a, b, c, d, e, f, g, h] = segments;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), prefix)
}

/// Loopback, unique local, link-local.
const PRIVATE_V6: [Ipv6Net; 3] =
    [v6([0, 0, 0, 0, 0, 0, 0, 1], 128), v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7), v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10)];

/// What is given out to hosts; all else is reserved or special.
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// Special parts of the global block: protocol assignments with Teredo, documentation, 6to4.
const NEVER_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0x0db8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

/// RFC 6052: networks without IPv4 reach it through here, so what counts is the address inside.
const NAT64: Ipv6Net = v6([0x0064, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

pub(super) fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    if PRIVATE_V4.iter().any(|net| net.contains(&address)) {
        Reach::Private
    } else if NEVER_V4.iter().any(|net| net.contains(&address)) {
        Reach::Never
    } else {
        Reach::Public
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    if let Some(mapped) = address.to_ipv4_mapped() {
        // A name that resolves to ::ffff:8.8.8.8 has no honest reason to: never public, whatever is inside.
        return match reach_v4(mapped) {
            Reach::Private => Reach::Private,
            Reach::Public | Reach::Never => Reach::Never,
        };
    }
    if NAT64.contains(&address) {
        let [.., a, b, c, d] = address.octets();
        return reach_v4(Ipv4Addr::new(a, b, c, d));
    }
    if PRIVATE_V6.iter().any(|net| net.contains(&address)) {
        Reach::Private
    } else if GLOBAL_V6.contains(&address) && !NEVER_V6.iter().any(|net| net.contains(&address)) {
        Reach::Public
    } else {
        Reach::Never
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_address_is_told_apart() {
        for (address, expected) in [
            ("8.8.8.8", Reach::Public),
            ("2606:4700::1111", Reach::Public),
            ("64:ff9b::808:808", Reach::Public),
            ("127.0.0.1", Reach::Private),
            ("10.1.2.3", Reach::Private),
            ("172.31.255.255", Reach::Private),
            ("192.168.0.1", Reach::Private),
            ("169.254.169.254", Reach::Private),
            ("100.64.0.1", Reach::Private),
            ("::1", Reach::Private),
            ("fd00::1", Reach::Private),
            ("fe80::1", Reach::Private),
            ("::ffff:127.0.0.1", Reach::Private),
            ("::ffff:8.8.8.8", Reach::Never),
            ("64:ff9b::a00:1", Reach::Private),
            ("0.0.0.0", Reach::Never),
            ("::", Reach::Never),
            ("224.0.0.1", Reach::Never),
            ("255.255.255.255", Reach::Never),
            ("ff02::1", Reach::Never),
            ("2002:7f00:1::", Reach::Never),
            ("2001:db8::1", Reach::Never),
        ] {
            assert_eq!(reach(address.parse().unwrap()), expected, "{address}");
        }
        assert_eq!(reach("172.32.0.1".parse().unwrap()), Reach::Public);
    }
}
