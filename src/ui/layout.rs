//! The document and the frame around a page.

use leptos::hydration::HydrationScripts;
use leptos::nonce::use_nonce;
use leptos::prelude::*;

use super::components::Icon;
use super::flash::Message;
use super::page::{Head, ShownMessage, leptos_options};
use crate::islands::{Keys, ThemeSwitch};

/// The rail and header of a page inside an organization.
#[derive(Debug, Clone)]
pub struct Frame {
    pub organization_slug: String,
    pub organization_name: String,
    /// Who is signed in, as shown in the rail.
    pub person: String,
    pub level: &'static str,
    /// Whether they may go to other organizations, at `/o`.
    pub switch: bool,
    pub active: Nav,
    pub crumbs: Vec<Crumb>,
}

/// A step on the way to this page.
#[derive(Debug, Clone)]
pub struct Crumb {
    pub label: String,
    pub href: String,
}

impl Frame {
    /// The same frame with this entry of the rail marked.
    pub fn at(mut self, active: Nav) -> Self {
        self.active = active;
        self
    }

    pub fn crumb(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { label: label.into(), href: href.into() });
        self
    }

    /// `/o/acme` + `/users`.
    pub fn path(&self, rest: &str) -> String {
        format!("/o/{}{rest}", self.organization_slug)
    }
}

/// The entries of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nav {
    Overview,
    Users,
    Groups,
    Roles,
    Connections,
    Activity,
    Settings,
}

impl Nav {
    pub const ALL: [Self; 7] =
        [Self::Overview, Self::Users, Self::Groups, Self::Roles, Self::Connections, Self::Activity, Self::Settings];

    pub fn label(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Users => "Users",
            Self::Groups => "Groups",
            Self::Roles => "Roles",
            Self::Connections => "Connections",
            Self::Activity => "Activity",
            Self::Settings => "Settings",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Overview => Icon::Overview,
            Self::Users => Icon::Users,
            Self::Groups => Icon::Groups,
            Self::Roles => Icon::Roles,
            Self::Connections => Icon::Connections,
            Self::Activity => Icon::Activity,
            Self::Settings => Icon::Settings,
        }
    }

    /// After `g`, the key that leads there: `islands::keys` listens to the same.
    fn key(self) -> &'static str {
        match self {
            Self::Overview => "o",
            Self::Users => "u",
            Self::Groups => "g",
            Self::Roles => "r",
            Self::Connections => "c",
            Self::Activity => "a",
            Self::Settings => "s",
        }
    }

    /// Behind `/o/{organization}`.
    pub fn path(self) -> &'static str {
        match self {
            Self::Overview => "",
            Self::Users => "/users",
            Self::Groups => "/groups",
            Self::Roles => "/roles",
            Self::Connections => "/connections",
            Self::Activity => "/activity",
            Self::Settings => "/settings",
        }
    }
}

/// Before the first paint: the theme chosen in this browser (`islands::theme` keeps it), and that JavaScript runs.
const EARLY: &str = "{let r=document.documentElement,t;r.dataset.js='';try{t=localStorage.theme}catch{}\
                     if(t=='light'||t=='dark')r.dataset.theme=t}";

/// The whole document. Its parts are `AnyView`s: the type of a whole page would otherwise be longer than the compiler follows.
#[expect(non_snake_case, reason = "reads like the component it stands for")]
pub(super) fn Document(head: Head, message: ShownMessage, body: AnyView) -> impl IntoView {
    let title = format!("{} · Muster", head.title);
    let message = message.map(flash);
    let body = match head.frame {
        Some(frame) => framed(frame, head.title, message, body),
        None => plain(message, body),
    };
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{title}</title>
                <script nonce=use_nonce()>{EARLY}</script>
                <link rel="icon" href="/favicon.svg"/>
                <link
                    rel="preload"
                    href="/fonts/inter-latin-wght-normal.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <link rel="stylesheet" href="/pkg/muster.css"/>
                <HydrationScripts options=leptos_options() islands=true/>
            </head>
            {body}
        </html>
    }
}

fn flash(message: Message) -> AnyView {
    let (kind, icon) = if message.good { ("good", Icon::Tick) } else { ("bad", Icon::Cross) };
    view! {
        <div class=format!("notice notice-{kind}") role="status">
            {icon.view()}
            <p class="notice-text">{message.text}</p>
        </div>
    }
    .into_any()
}

/// A page that stands alone: the product's mark and a card.
fn plain(message: Option<AnyView>, body: AnyView) -> AnyView {
    view! {
        <body class="plain">
            <header class="plain-home">{mark()} "Muster"</header>
            {message}
            <main>{body}</main>
        </body>
    }
    .into_any()
}

/// A page of an organization. Of the rail and the bar that stands for it on a phone, one is always hidden by CSS.
fn framed(frame: Frame, title: String, message: Option<AnyView>, body: AnyView) -> AnyView {
    view! {
        <body class="framed">
            <a class="skip button button-primary" href="#main">"Skip to the content"</a>
            <header class="rail">
                <div class="rail-sheet">
                    {home(&frame)} {pages(&frame)} <Keys base=frame.path("")/> {person(&frame)}
                </div>
            </header>
            <header class="topbar">
                {home(&frame)} <details class="menu">
                    <summary>{Icon::Menu.view()} "Menu"</summary>
                    <div class="menu-sheet">{pages(&frame)} {person(&frame)}</div>
                </details>
            </header>
            <div class="page">
                {crumbs(&frame, title)}
                {message}
                <main id="main" tabindex="-1">{body}</main>
            </div>
            {key_list()}
        </body>
    }
    .into_any()
}

fn mark() -> AnyView {
    view! { <span class="mark">{Icon::Mark.view()}</span> }.into_any()
}

fn home(frame: &Frame) -> AnyView {
    let name = frame.organization_name.clone();
    view! { <a class="rail-home" href=frame.path("")>{mark()} <span class="rail-name">{name}</span></a> }.into_any()
}

fn pages(frame: &Frame) -> AnyView {
    let pages = Nav::ALL.map(|page| {
        let current = (page == frame.active).then_some("page");
        view! {
            <a class="rail-link" href=frame.path(page.path()) aria-current=current>{page.icon().view()} {page.label()}</a>
        }
    });
    view! { <nav class="rail-pages" aria-label="Main">{pages.collect_view()}</nav> }.into_any()
}

fn person(frame: &Frame) -> AnyView {
    let (person, level) = (frame.person.clone(), frame.level);
    let switch = frame.switch.then(|| {
        view! { <a class="rail-link" href="/o">{Icon::Overview.view()} "All organizations"</a> }
    });
    view! {
        <div class="rail-foot">
            <ThemeSwitch/>
            <div class="rail-person">
                <span class="rail-name font-medium">{person}</span>
                <span class="rail-level">{level}</span>
            </div>
            {switch}
            <a class="rail-link" href="/me">{Icon::Users.view()} "My account"</a>
            <form method="post" action="/sign-out">
                <button class="rail-link" type="submit">{Icon::SignOut.view()} "Sign out"</button>
            </form>
        </div>
    }
    .into_any()
}

/// The way here; the last step is the page itself. Nothing for pages right below the rail.
fn crumbs(frame: &Frame, title: String) -> Option<AnyView> {
    let steps: Vec<_> = frame.crumbs.clone();
    let links = steps.into_iter().map(|step| {
        view! { <li><a href=step.href>{step.label}</a> {Icon::Next.view()}</li> }
    });
    (!frame.crumbs.is_empty()).then(|| {
        view! {
            <nav aria-label="Breadcrumbs">
                <ol class="crumbs">{links.collect_view()} <li aria-current="page">{title}</li></ol>
            </nav>
        }
        .into_any()
    })
}

/// The list that `?` opens.
fn key_list() -> AnyView {
    let pages = Nav::ALL.map(|page| {
        view! { <dt>{page.label()}</dt><dd><kbd>"g"</kbd><kbd>{page.key()}</kbd></dd> }
    });
    view! {
        <dialog class="keys" id="keys" aria-labelledby="keys-title">
            <h2 id="keys-title">"Keyboard shortcuts"</h2>
            <dl>
                {pages.collect_view()} <dt>"Search"</dt><dd><kbd>"/"</kbd></dd> <dt>"This list"</dt><dd><kbd>"?"</kbd></dd>
            </dl>
            <form class="keys-foot" method="dialog">
                <label class="flex items-center gap-2"><input type="checkbox" id="keys-on"/> "Shortcuts are on"</label>
                <button class="button button-secondary">"Close"</button>
            </form>
        </dialog>
    }
    .into_any()
}
