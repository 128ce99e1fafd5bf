//! The command line: `muster serve`, `muster setup`, `muster connection add …`.

mod connection;
mod serve;
mod setup;
