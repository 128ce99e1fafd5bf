//! The few places where the two engines differ.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// Behind a SELECT: nobody changes, locks or deletes the rows until the transaction ends. SQLite's one writer holds the
    /// whole file already.
    ///
    /// Rows that point there can be written meanwhile: two changes that each wrote an event of an organization, and then want
    /// the organization for themselves, would otherwise wait for each other.
    pub fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR NO KEY UPDATE",
        }
    }

    /// As [`Dialect::for_update`], and nobody writes rows that point there: who has done so is waited for.
    pub fn against_references(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// Behind a SELECT: what pointing there takes. Waits only for whom [`Dialect::against_references`] lets in alone.
    pub fn for_key_share(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR KEY SHARE",
        }
    }

    /// Behind a SELECT: nobody changes or deletes the rows until the transaction ends, others may hold them likewise.
    pub fn for_share(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR SHARE",
        }
    }

    /// The function of a text and a part of it that gives the part's place, from 1; 0 if it is not there.
    pub fn place_of(self) -> &'static str {
        match self {
            Self::Sqlite => "instr",
            Self::Postgres => "strpos",
        }
    }
}
