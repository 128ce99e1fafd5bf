//! How Muster shows a provider's token endpoint who it is (OpenID Connect Core 9).

use secrecy::SecretString;

use super::Metadata;
use super::provider::Provider;
use crate::jose::SigningKey;

/// The ways that Muster knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuthentication {
    Basic,
    Post,
    /// An assertion signed with a key of ours (RFC 7523): there is no secret that could leak or expire.
    PrivateKeyJwt,
}

impl ClientAuthentication {
    pub const ALL: [Self; 3] = [Self::Basic, Self::Post, Self::PrivateKeyJwt];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }

    /// What an admin may choose: what the provider announces, or all while that is not known yet. Entra takes the key as an
    /// uploaded certificate only, not from an address.
    pub fn offered(provider: Provider, metadata: Option<&Metadata>) -> Vec<Self> {
        let announced = |method: &Self| {
            metadata.is_none_or(|found| found.token_endpoint_auth_methods.iter().any(|one| one == method.as_str()))
        };
        let usable = |method: &Self| provider != Provider::Entra || *method != Self::PrivateKeyJwt;
        Self::ALL.into_iter().filter(announced).filter(usable).collect()
    }

    /// RFC 6749 2.3.1: basic is what every server takes; the body where only that is announced.
    pub fn usual(metadata: &Metadata) -> Self {
        let announced = |method: Self| metadata.token_endpoint_auth_methods.iter().any(|one| one == method.as_str());
        match (announced(Self::Basic), announced(Self::Post)) {
            (false, true) => Self::Post,
            _ => Self::Basic,
        }
    }
}

/// What is shown, opened.
pub(super) enum Credential {
    Basic(SecretString),
    Post(SecretString),
    Key(SigningKey),
}
