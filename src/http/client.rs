//! Calls to identity providers: bounded, and never to addresses they have no business with.

use crate::time::Clock;

#[derive(Clone)]
pub struct Client {
    _allow_private: bool,
}

impl Client {
    pub fn new(allow_private: bool, _clock: Clock) -> Self {
        Self { _allow_private: allow_private }
    }
}
