//! Roles given to one person or service account, for good or until a moment, each with a reason; and the end of grants.
//!
//! A grant that has ended gives nothing from that moment on, whether or not anybody has noticed: [`super::roles::effective`]
//! compares moments. [`sweep`] removes it afterwards and writes the event.

mod end;
mod expire;
mod extend;
mod give;
mod model;
pub mod pages;
pub mod routes;
mod store;

pub use end::end;
pub(in crate::access) use expire::sweep_group;
pub use expire::{run_expiry, sweep};
pub use extend::extend;
pub(in crate::access) use extend::keep;
pub use give::give;
pub use model::{Grant, Holder, RoleRef, Terms, TermsForm};
pub use store::{direct_of_role, direct_of_user, ending_before, find};
