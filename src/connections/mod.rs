//! Connections: one identity provider of an organization, with a sign-in half (OpenID Connect) and a sync half (SCIM).
//!
//! The halves are independent, each off, draft or on; provider and name are enough to begin with.

mod add;
pub mod federation;
mod guide;
pub mod live;
mod local_people;
mod model;
pub mod pages;
pub mod routes;
mod settings;
mod sign_in;
mod store;
mod sync;
pub mod tokens;

pub use add::{NewConnectionForm, add};
pub use local_people::{LocalPeople, local_people, offer_local_people};
pub use model::{Connection, Directory, DirectoryState, SignIn, SyncMode, redirect_uri};
pub use sign_in::{SignInForm, SignInSettings, configure_sign_in, discover, turn_off_sign_in};
pub use store::{directory, find, list};
pub use sync::choose_sync;
