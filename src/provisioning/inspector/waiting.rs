//! What waits to be written down: calls to be kept, and what is known of each directory's traffic.

use std::collections::{BTreeMap, HashMap};

use super::record::{Call, Class, Recognized};
use crate::id::{DirectoryId, TokenId};
use crate::time::Timestamp;

/// How many successful reads of a directory are kept in one second, and how many calls of strangers.
const A_SECOND: u32 = 50;
/// With so many calls waiting, the database does not keep up: only what must be kept is taken then.
const MANY: usize = 10_000;

#[derive(Default)]
pub(super) struct Waiting {
    pub calls: Vec<Call>,
    /// In order: whoever writes to several directories does so in the same order as all others.
    pub seen: BTreeMap<DirectoryId, Seen>,
    reads: Pace,
    strangers: Pace,
}

/// What is to be written about one directory, whether its calls are kept or not.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Seen {
    /// The last call with one of its tokens.
    pub at: Option<Timestamp>,
    pub tokens: HashMap<TokenId, Timestamp>,
    pub reads_dropped: i64,
    pub strangers_dropped: i64,
}

impl Waiting {
    /// Whether the call is to be kept; one that is not is counted instead.
    pub fn admits(&mut self, of: &Recognized, class: Class, at: &Timestamp) -> bool {
        let crowded = self.calls.len() >= MANY;
        let admitted = match class {
            Class::Kept => true,
            Class::Read => !crowded && self.reads.admits(&of.directory, at),
            Class::Stranger => !crowded && self.strangers.admits(&of.directory, at),
        };
        if !admitted {
            let seen = self.see(of, at);
            match class {
                Class::Stranger => seen.strangers_dropped += 1,
                Class::Kept | Class::Read => seen.reads_dropped += 1,
            }
        }
        admitted
    }

    pub fn take(&mut self, call: Call) {
        self.see(&call.of, &call.at);
        self.calls.push(call);
    }

    /// Notes that there was a call.
    fn see(&mut self, of: &Recognized, at: &Timestamp) -> &mut Seen {
        let seen = self.seen.entry(of.directory.clone()).or_default();
        if let Some((token, _)) = &of.token {
            seen.at = seen.at.take().max(Some(at.clone()));
            seen.tokens.extend(token.clone().map(|token| (token, at.clone())));
        }
        seen
    }
}

/// How many calls were kept in the present second.
#[derive(Default)]
struct Pace {
    second: String,
    kept: HashMap<DirectoryId, u32>,
}

impl Pace {
    fn admits(&mut self, directory: &DirectoryId, at: &Timestamp) -> bool {
        // `2026-11-22T13:48:43`
        let second = &at.as_str()[..19];
        if self.second != second {
            self.second = second.to_string();
            self.kept.clear();
        }
        let kept = self.kept.entry(directory.clone()).or_default();
        *kept += 1;
        *kept <= A_SECOND
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::OrganizationId;

    #[test]
    fn reads_and_strangers_are_sampled_each_for_itself_and_counted() {
        let mut waiting = Waiting::default();
        let known = Recognized {
            directory: DirectoryId::new(),
            organization: OrganizationId::new(),
            token: Some((Some(TokenId::new()), "mst_scim_1234567".into())),
        };
        let stranger = Recognized { token: None, ..known.clone() };
        let now = Timestamp::parse("2026-11-22T12:00:00.000Z").unwrap();
        let mut kept =
            |of: &Recognized, class, at: &Timestamp| (0..60).filter(|_| waiting.admits(of, class, at)).count();
        assert_eq!(kept(&known, Class::Read, &now), 50);
        assert_eq!(kept(&known, Class::Kept, &now), 60);
        assert_eq!(kept(&stranger, Class::Stranger, &now), 50);
        assert_eq!(kept(&known, Class::Read, &now.plus(time::Duration::SECOND)), 50);
        let other = Recognized { directory: DirectoryId::new(), ..known.clone() };
        assert_eq!(kept(&other, Class::Read, &now), 50);
        let seen = &waiting.seen[&known.directory];
        assert_eq!((seen.reads_dropped, seen.strangers_dropped), (20, 10));
        assert_eq!(seen.at, Some(now.plus(time::Duration::SECOND)), "what is not kept is seen all the same");
    }
}
