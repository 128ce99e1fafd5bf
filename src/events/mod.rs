//! The one append-only log: what happened, who did it, what it was before and after.
//!
//! [`record`] is the sink that every feature calls, in the transaction of the change itself. Readers follow
//! `position`, behind which nothing ever appears: on SQLite the one writer assigns it, on PostgreSQL [`sequence`] does,
//! after commit.

mod diff;
mod effects;
mod list;
pub mod pages;
mod record;
pub mod routes;
mod sequence;
mod timeline;
mod words;

pub use diff::{Change, changes};
pub use effects::effects;
pub use list::{Event, Filter, find, list};
pub use record::{NewEvent, Subject, record};
pub use sequence::{run_sequencer, sequence};
pub use timeline::{Timeline, timeline};
pub use words::sentence;
