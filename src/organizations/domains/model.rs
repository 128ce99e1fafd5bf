//! What a domain is: its name as DNS knows it, and how far its proof has come.

use std::net::IpAddr;

use crate::error::{Error, Result};
use crate::id::{DomainId, OrganizationId};
use crate::time::Timestamp;

/// What stands before the random part of the record.
const PREFIX: &str = "muster-verification=";

/// RFC 1035 2.3.4: 255 octets on the wire are 253 characters.
const LONGEST: usize = 253;

/// The name of a domain: lower case, in the ASCII form of IDNA, without a dot at the end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct DomainName(String);

impl DomainName {
    /// Reads a domain as people type it.
    ///
    /// # Errors
    /// [`Error::Invalid`] at the field `domain`, with what to type instead.
    pub fn parse(typed: &str) -> Result<Self> {
        let wrong = |message: &str| Err(Error::invalid("domain", message));
        let typed = typed.trim();
        let typed = typed.strip_suffix('.').unwrap_or(typed);
        if typed.is_empty() {
            return wrong("Enter a domain, such as acme.com.");
        }
        if let Some((_, behind)) = typed.rsplit_once('@') {
            return Err(Error::invalid("domain", format!("Enter only what stands behind the @: {behind}")));
        }
        if typed.contains(['/', ':', '?']) {
            return wrong("Enter the domain alone, without https://, a port or a path: acme.com.");
        }
        if typed.contains('*') {
            return wrong("A wildcard proves nothing. Enter each domain by itself; subdomains count separately.");
        }
        if typed.parse::<IpAddr>().is_ok() {
            return wrong(
                "This is an address. Enter the domain that stands in your e-mail addresses, such as acme.com.",
            );
        }
        match Self::of(typed) {
            Some(name) => Ok(name),
            None if !typed.contains('.') => {
                wrong("A domain has a dot, such as acme.com; a whole top-level domain is nobody's.")
            }
            None => wrong("This is no domain name. It has letters, digits, hyphens and dots, as in acme.com."),
        }
    }

    /// The domain of an e-mail address, if it has one that DNS could know.
    pub fn of_email(email: &str) -> Option<Self> {
        let (local, domain) = email.trim().rsplit_once('@')?;
        if local.is_empty() { None } else { Self::of(domain) }
    }

    fn of(text: &str) -> Option<Self> {
        // UTS 46 in its strict form: letters, digits and hyphens, 63 in each label.
        let name = idna::domain_to_ascii_strict(text).ok()?;
        let last = name.rsplit('.').next().unwrap_or_default();
        // No top-level domain is a number: what ends in one is an IPv4 address in some notation.
        let number = last.bytes().all(|byte| byte.is_ascii_digit());
        (name.contains('.') && !number && name.len() <= LONGEST).then_some(Self(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As people write it: `bücher.example` for `xn--bcher-kva.example`.
    pub fn unicode(&self) -> String {
        idna::domain_to_unicode(&self.0).0
    }
}

impl std::fmt::Display for DomainName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DomainState {
    /// The record was not seen yet.
    Pending,
    Verified,
    /// It was verified, and the record is gone.
    Lost,
}

impl DomainState {
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pending, Self::Verified, Self::Lost].into_iter().find(|state| state.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Verified => "verified",
            Self::Lost => "lost",
        }
    }
}

/// A domain that an organization says is its own.
#[derive(Debug, Clone)]
pub struct Domain {
    pub id: DomainId,
    pub organization_id: OrganizationId,
    pub name: DomainName,
    pub(super) challenge: String,
    pub state: DomainState,
    /// Daily checks in a row to which the DNS answered without the record.
    pub misses: i64,
    /// What the last check found wrong.
    pub problem: Option<String>,
    pub verified_at: Option<Timestamp>,
    pub lost_at: Option<Timestamp>,
    pub checked_at: Option<Timestamp>,
    pub due_at: Option<Timestamp>,
}

impl Domain {
    /// The value of the TXT record.
    pub fn record(&self) -> String {
        format!("{PREFIX}{}", self.challenge)
    }
}

/// What the DNS says about a domain's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Present,
    Absent {
        /// There is a record of this kind, with another value.
        other: bool,
    },
    /// No answer: it says nothing about the record.
    NoAnswer(String),
}

impl Found {
    /// `values` are the texts of all TXT records at the name. Compared exactly, but for the quotes that some consoles keep.
    pub fn among(values: &[String], record: &str) -> Self {
        let mut values = values.iter().map(|value| value.trim().trim_matches('"'));
        if values.clone().any(|value| value == record) {
            return Self::Present;
        }
        Self::Absent { other: values.any(|value| value.starts_with(PREFIX)) }
    }

    /// For the page; `None` when all is well.
    pub fn problem(&self) -> Option<String> {
        match self {
            Self::Present => None,
            Self::Absent { other: true } => Some(
                "There is a muster-verification record, but with another value. Put the value below in its place, or beside it."
                    .into(),
            ),
            Self::Absent { other: false } => {
                Some("The DNS answers, but has no such record. A new record can take an hour to be seen.".into())
            }
            Self::NoAnswer(reason) => Some(format!(
                "The DNS did not answer ({reason}). Nothing follows from that; check again in a few minutes."
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_kept_in_one_form() {
        for (typed, kept) in [
            ("acme.com", "acme.com"),
            (" Acme.COM. ", "acme.com"),
            ("eu.acme.co.uk", "eu.acme.co.uk"),
            ("Bücher.example", "xn--bcher-kva.example"),
            ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
            ("acme。com", "acme.com"),
        ] {
            assert_eq!(DomainName::parse(typed).unwrap().as_str(), kept, "{typed}");
        }
        assert_eq!(DomainName::parse("bücher.example").unwrap().unicode(), "bücher.example");
    }

    #[test]
    fn what_is_no_domain_is_refused_with_what_to_type() {
        let long = format!("{}.com", "a".repeat(64));
        let longer = format!("{}com", "abcdefghi.".repeat(26));
        for (typed, said) in [
            ("", "such as acme.com"),
            ("ada@acme.com", "behind the @: acme.com"),
            ("https://acme.com", "without https://"),
            ("acme.com/login", "without https://"),
            ("*.acme.com", "wildcard"),
            ("192.0.2.1", "an address"),
            ("2001:db8::1", "without https://"),
            ("127.1", "no domain name"),
            ("com", "has a dot"),
            ("localhost", "has a dot"),
            ("acme..com", "no domain name"),
            ("-acme.com", "no domain name"),
            ("acme_x.com", "no domain name"),
            ("acme .com", "no domain name"),
            (long.as_str(), "no domain name"),
            (longer.as_str(), "no domain name"),
        ] {
            let error = DomainName::parse(typed).unwrap_err().to_string();
            assert!(error.contains(said), "{typed}: {error}");
        }
    }

    #[test]
    fn an_address_has_the_domain_behind_its_last_at() {
        let of = |email| DomainName::of_email(email).map(|name| name.0);
        assert_eq!(of("Ada@Acme.com").as_deref(), Some("acme.com"));
        assert_eq!(of("\"a@b\"@acme.com").as_deref(), Some("acme.com"));
        assert_eq!(of("ada@bücher.example").as_deref(), Some("xn--bcher-kva.example"));
        for none in ["ada", "@acme.com", "ada@localhost", "ada@", "ada@[192.0.2.1]"] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn the_record_is_found_among_others_and_compared_exactly() {
        let among = |values: &[&str]| {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            Found::among(&values, "muster-verification=aB3")
        };
        assert_eq!(among(&["v=spf1 -all", "muster-verification=aB3"]), Found::Present);
        assert_eq!(among(&["\"muster-verification=aB3\""]), Found::Present);
        assert_eq!(among(&[]), Found::Absent { other: false });
        assert_eq!(among(&["v=spf1 -all", "xmuster-verification=aB3"]), Found::Absent { other: false });
        assert_eq!(among(&["muster-verification=ab3"]), Found::Absent { other: true });
        assert_eq!(among(&["muster-verification=aB3x"]), Found::Absent { other: true });
    }
}
