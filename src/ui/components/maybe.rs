//! A text that may be absent.

/// What optional properties take: `"text"`, a `String`, or an `Option` of either.
#[derive(Debug, Clone, Default)]
pub struct Maybe(pub Option<String>);

impl From<&str> for Maybe {
    fn from(text: &str) -> Self {
        Self(Some(text.to_string()))
    }
}

impl From<String> for Maybe {
    fn from(text: String) -> Self {
        Self(Some(text))
    }
}

impl From<Option<&str>> for Maybe {
    fn from(text: Option<&str>) -> Self {
        Self(text.map(str::to_string))
    }
}

impl From<Option<String>> for Maybe {
    fn from(text: Option<String>) -> Self {
        Self(text)
    }
}
