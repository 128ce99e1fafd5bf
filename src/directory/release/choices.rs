//! What becomes of people and groups whose provider goes.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum People {
    /// Theirs becomes ours; whoever was deactivated is suspended, so that nobody comes in by it.
    Local,
    /// The same, and all are suspended until somebody lifts it.
    Suspended,
    Deleted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Groups {
    Local,
    Deleted,
}

impl People {
    pub const ALL: [Self; 3] = [Self::Local, Self::Suspended, Self::Deleted];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Suspended => "suspended",
            Self::Deleted => "deleted",
        }
    }
}

impl Groups {
    pub const ALL: [Self; 2] = [Self::Local, Self::Deleted];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text)
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Deleted => "deleted",
        }
    }
}

/// The first of `name`, `name-2`, `name-3`… that is free. `taken` are the compared forms of names that begin alike.
pub(super) fn free_name(name: &str, taken: &[String], key: impl Fn(&str) -> String) -> String {
    let is_free = |candidate: &String| !taken.contains(&key(candidate));
    let numbered = (2..).map(|n| format!("{name}-{n}"));
    std::iter::once(name.to_string()).chain(numbered).find(is_free).unwrap_or_else(|| name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_gets_the_next_free_number() {
        let taken = ["ada".to_string(), "ada-2".to_string()];
        let free = |name: &str| free_name(name, &taken, str::to_lowercase);
        assert_eq!(free("Ada"), "Ada-3");
        assert_eq!(free("Eve"), "Eve");
    }
}
