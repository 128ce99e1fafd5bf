//! The inspector: a record of every SCIM call, for whoever asks why the identity provider did not get its way.
//!
//! [`record`] is a layer that listens while a call goes by; the call waits in memory until the writer takes it, who removes
//! the secrets ([`redact`]), says what it came to ([`understood`]) and stores it. An answer neither waits for its record
//! nor fails with it. [`run_retention`] forgets what is old or too much; [`list`] and [`find`] show the rest.

mod advice;
mod cut;
mod kept;
mod list;
mod record;
mod redact;
mod retention;
mod store;
mod tee;
mod understood;
mod waiting;
mod writer;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

pub use list::{Filter, Keeping, Line, Outcome, Recorded, RecordedBody, find, keeping, list};
pub use record::{Recognized, record};
pub use retention::{forget, run_retention};

use crate::time::Timestamp;
use record::{Call, Class};
use waiting::Waiting;

/// Takes what went by. Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub struct Inspector(Arc<Shared>);

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    arrived: Notify,
    /// One writes at a time: what [`Inspector::write_down`] found is on disk when it returns.
    writing: tokio::sync::Mutex<()>,
}

impl Inspector {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admits(&self, of: &Recognized, class: Class, at: &Timestamp) -> bool {
        let admitted = self.waiting().admits(of, class, at);
        self.0.arrived.notify_one();
        admitted
    }

    fn take(&self, call: Call) {
        self.waiting().take(call);
        self.0.arrived.notify_one();
    }
}
