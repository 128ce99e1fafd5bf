//! `/o`: every organization of this installation, for operators to go from one to another. Nobody else has such a page.

mod page;

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use serde::Deserialize;

use super::store;
use crate::app::App;
use crate::db::Db;
use crate::error::Error;
use crate::sessions::guard::SignedIn;
use crate::ui::errors::PageResult;
use crate::ui::link::page_number;
use crate::ui::{Head, Ui};
use page::{SwitchPage, switch_page};

pub(super) fn router() -> Router<App> {
    Router::new().route("/o", get(show))
}

/// How many organizations a page has.
const PER_PAGE: u64 = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    q: String,
    page: String,
}

async fn show(State(db): State<Db>, signed_in: SignedIn, Query(asked): Query<Asked>, ui: Ui) -> PageResult {
    if !signed_in.is_operator() {
        return Err(Error::NotFound("page").into());
    }
    let page = page_number(&asked.page);
    let mut tx = db.read().await?;
    let (organizations, total) = store::list(&mut tx, &asked.q, PER_PAGE, page).await?;
    let model = SwitchPage { q: asked.q, page, total, organizations };
    Ok(ui.ok(Head::plain("Organizations"), move || switch_page(&model)).await)
}
