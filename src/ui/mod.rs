//! How every page looks: the document, the frame with its rail, and the components pages are made of. It knows no feature.
//!
//! A page is a plain function from a model to a view. The handler beside it loads the model and says
//! `ui.page(status, head, move || view(&model)).await`.

pub mod components;
pub mod errors;
pub mod flash;
pub mod layout;
pub mod link;
pub mod page;

pub use flash::Flash;
pub use layout::{Crumb, Frame, Nav};
pub use page::{Head, Ui};
