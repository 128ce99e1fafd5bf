//! Icons: strokes on a grid of 16, drawn for this product.

use leptos::prelude::*;

/// A picture beside a word; never alone, so screen readers skip it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Mark,
    Overview,
    Users,
    Groups,
    Roles,
    Connections,
    Activity,
    Settings,
    SignOut,
    Menu,
    Search,
    Tick,
    Cross,
    Warning,
    Info,
    Ring,
    Diamond,
    Previous,
    Next,
    Down,
    Lock,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Mark => "M3.5 12V4.2L8 8.6l4.5-4.4V12",
            Self::Overview => {
                "M2.5 2.5h4.75v6H2.5zM8.75 2.5h4.75v3.25H8.75zM8.75 7.5h4.75v6H8.75zM2.5 10.25h4.75v3.25H2.5z"
            }
            Self::Users => {
                "M8 8a2.75 2.75 0 1 0 0-5.5A2.75 2.75 0 0 0 8 8zM2.75 13.75c.5-2.4 2.5-3.75 5.25-3.75s4.75 1.35 5.25 3.75"
            }
            Self::Groups => {
                "M6 7.5a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8zM1.5 13.25c.3-2.3 2-3.5 4.5-3.5s4.2 1.2 4.5 3.5M10.6 2.9a2.4 2.4 0 0 1 0 4.4M12 10c1.5.5 2.3 1.6 2.5 3.25"
            }
            Self::Roles => "M10.25 9.25a3.5 3.5 0 1 0-3.3-2.3L2.5 11.4v2.1h2.1v-1.6h1.6v-1.6l.9-.9M11.1 4.9h.01",
            Self::Connections => {
                "M6.75 9.25a2.75 2.75 0 0 0 4 .2l2-2a2.75 2.75 0 1 0-3.9-3.9l-1 1M9.25 6.75a2.75 2.75 0 0 0-4-.2l-2 2a2.75 2.75 0 1 0 3.9 3.9l1-1"
            }
            Self::Activity => "M1.75 8.25h2.5l2-5 3.5 9.5 2-4.5h2.5",
            Self::Settings => {
                "M2.5 4.75h6M12 4.75h1.5M2.5 11.25H4M7.5 11.25h6M10.25 6.5a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5zM5.75 13a1.75 1.75 0 1 0 0-3.5 1.75 1.75 0 0 0 0 3.5z"
            }
            Self::SignOut => "M6.25 2.75h-2.5a1 1 0 0 0-1 1v8.5a1 1 0 0 0 1 1h2.5M10.25 5l3 3-3 3M13 8H6",
            Self::Menu => "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
            Self::Search => "M7.25 12a4.75 4.75 0 1 0 0-9.5 4.75 4.75 0 0 0 0 9.5zM10.75 10.75l2.75 2.75",
            Self::Tick => "M3.25 8.5l3.25 3.25 6.25-7",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::Warning => "M8 2.5l6 10.75H2zM8 6.5v3M8 11.4v.01",
            Self::Info => "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.5v3.25M8 5.2v.01",
            Self::Ring => "M8 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
            Self::Diamond => "M8 3.5L12.5 8 8 12.5 3.5 8z",
            Self::Previous => "M10 3.5L5.5 8l4.5 4.5",
            Self::Next => "M6 3.5L10.5 8 6 12.5",
            Self::Down => "M4 6.25L8 10l4-3.75",
            Self::Lock => "M4 7.25h8v6H4zM5.75 7.25v-2a2.25 2.25 0 0 1 4.5 0v2M8 9.75v1",
        }
    }

    pub fn view(self) -> AnyView {
        view! {
            <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
                <path d=self.path()></path>
            </svg>
        }
        .into_any()
    }
}
