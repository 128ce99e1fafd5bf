//! Which identity provider a connection speaks to.

/// Decides how discovery is addressed, which claim is the subject, and what the guide says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Provider {
    Okta,
    /// Microsoft Entra ID.
    Entra,
    /// Any other OpenID Connect provider.
    Generic,
}

impl Provider {
    pub const ALL: [Self; 3] = [Self::Okta, Self::Entra, Self::Generic];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Okta => "okta",
            Self::Entra => "entra",
            Self::Generic => "generic",
        }
    }

    /// The name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Okta => "Okta",
            Self::Entra => "Microsoft Entra ID",
            Self::Generic => "OpenID Connect",
        }
    }
}
