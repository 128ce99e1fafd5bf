//! The pieces that pages are made of. Rendered on the server; the few that need the browser hold an island.
//!
//! Their looks are classes in `style/main.css`: a page lays pieces out with utilities and never paints. Each is an `AnyView` inside: the type of
//! a page stays as long as its own text.

mod badge;
mod buttons;
mod card;
mod choices;
mod copy;
mod facts;
mod field;
mod icon;
mod maybe;
mod notice;
mod page_header;
mod pager;
mod search;
mod table;
mod tabs;
mod tick;
mod when;

pub use badge::Badge;
pub use buttons::{ButtonLink, Submit};
pub use card::{Card, EmptyState};
pub use choices::{Choice, Choices};
pub use copy::{CopyValue, Secret};
pub use facts::Facts;
pub use field::{Field, Select, TextArea};
pub use icon::Icon;
pub use maybe::Maybe;
pub use notice::Notice;
pub use page_header::PageHeader;
pub use pager::Pager;
pub use search::{Chip, Chips, SearchForm};
pub use table::DataTable;
pub use tabs::Tabs;
pub use tick::Tick;
pub use when::When;
