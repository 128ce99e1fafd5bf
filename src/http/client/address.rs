//! Which addresses a call may go to. Everything that no list names as public is not.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Where an address leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Public,
    /// This machine and its networks: where they were opened only.
    Private,
    /// Link-local addresses and those where a cloud tells a machine its secrets; and where no single host lives: multicast,
    /// reserved, documentation, tunnels that hide another address.
    Never,
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

/// RFC 1918, loopback, and carriers' shared space (RFC 6598).
const PRIVATE_V4: [Ipv4Net; 5] =
    [v4(10, 0, 0, 0, 8), v4(100, 64, 0, 0, 10), v4(127, 0, 0, 0, 8), v4(172, 16, 0, 0, 12), v4(192, 168, 0, 0, 16)];

/// Where clouds answer whoever asks from the machine itself, with its keys among other things.
const LINK_LOCAL_V4: Ipv4Net = v4(169, 254, 0, 0, 16);
/// The same, elsewhere: Alibaba, Azure.
const METADATA_V4: [Ipv4Addr; 2] = [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(168, 63, 129, 16)];

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

/// Loopback, unique local.
const PRIVATE_V6: [Ipv6Net; 2] = [v6([0, 0, 0, 0, 0, 0, 0, 1], 128), v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7)];

const LINK_LOCAL_V6: Ipv6Net = v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10);
/// Amazon's services for machines (metadata, time, DNS, pods' identities), Google's and Oracle's metadata.
const METADATA_V6: [Ipv6Net; 3] = [
    v6([0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0], 32),
    v6([0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0], 32),
    v6([0xfd00, 0x00c1, 0, 0, 0, 0, 0, 0], 32),
];

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

/// The private networks that calls may reach: none, some, or all of them.
#[derive(Debug, Clone)]
pub struct Networks(Opened);

#[derive(Debug, Clone)]
enum Opened {
    Listed(Vec<IpNet>),
    All,
}

impl Networks {
    pub fn none() -> Self {
        Self::of(Vec::new())
    }

    /// Those listed, as far as they are private.
    pub fn of(listed: Vec<IpNet>) -> Self {
        Self(Opened::Listed(listed))
    }

    pub fn all_private() -> Self {
        Self(Opened::All)
    }

    pub(super) fn is_none(&self) -> bool {
        matches!(&self.0, Opened::Listed(listed) if listed.is_empty())
    }

    /// Whether this private address is in one of them.
    pub(super) fn hold(&self, address: IpAddr) -> bool {
        // Where IPv6 only wraps an IPv4 address, that is the one which was listed.
        let meant = match address {
            IpAddr::V6(v6) if NAT64.contains(&v6) => {
                let [.., a, b, c, d] = v6.octets();
                IpAddr::V4(Ipv4Addr::new(a, b, c, d))
            }
            other => other.to_canonical(),
        };
        match &self.0 {
            Opened::All => true,
            Opened::Listed(listed) => listed.iter().any(|network| network.contains(&meant)),
        }
    }
}

/// Why a network cannot be opened, if it cannot.
pub fn refusal(network: &IpNet) -> Option<&'static str> {
    let (link_local, metadata, private) = match network {
        IpNet::V4(network) => (
            LINK_LOCAL_V4.contains(network),
            network.prefix_len() == 32 && METADATA_V4.contains(&network.addr()),
            PRIVATE_V4.iter().any(|private| private.contains(network)),
        ),
        IpNet::V6(network) => (
            LINK_LOCAL_V6.contains(network),
            METADATA_V6.iter().any(|metadata| metadata.contains(network)),
            PRIVATE_V6.iter().any(|private| private.contains(network)),
        ),
    };
    if link_local {
        Some("is link-local, where clouds answer with a machine's secrets: Muster never calls there")
    } else if metadata {
        Some("is where a cloud answers with a machine's metadata: Muster never calls there")
    } else if !private {
        Some("is not private: public addresses are open already, and others cannot be opened")
    } else {
        None
    }
}

pub(super) fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    if LINK_LOCAL_V4.contains(&address) || METADATA_V4.contains(&address) {
        Reach::Never
    } else if PRIVATE_V4.iter().any(|net| net.contains(&address)) {
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
    if LINK_LOCAL_V6.contains(&address) || METADATA_V6.iter().any(|net| net.contains(&address)) {
        Reach::Never
    } else if PRIVATE_V6.iter().any(|net| net.contains(&address)) {
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
            ("169.254.169.254", Reach::Never),
            ("169.254.170.2", Reach::Never),
            ("100.100.100.200", Reach::Never),
            ("168.63.129.16", Reach::Never),
            ("fd00:ec2::254", Reach::Never),
            ("fd20:ce::254", Reach::Never),
            ("::ffff:169.254.169.254", Reach::Never),
            ("64:ff9b::a9fe:a9fe", Reach::Never),
            ("100.64.0.1", Reach::Private),
            ("::1", Reach::Private),
            ("fd00::1", Reach::Private),
            ("fe80::1", Reach::Never),
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
