//! `GET /auth/openid/callback/{connection}`: the browser comes back from the provider.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect};
use tower_sessions::Session;

use super::{find, record, test};
use crate::app::App;
use crate::error::Result;
use crate::events::Subject;
use crate::sessions::guard::SignedIn;
use crate::sessions::{Device, How, Refusal, ReturnTo, landing, remember_provider, sign_in};
use crate::sso::admit::admit;
use crate::sso::connection::Ready;
use crate::sso::flow::{Answer, Pending, Purpose, Verified, check_answer, redeem};
use crate::ui::Ui;
use crate::ui::errors::PageResult;

pub async fn callback(
    State(app): State<App>,
    Path(connection): Path<String>,
    Query(answer): Query<Answer>,
    signed_in: Option<SignedIn>,
    session: Session,
    device: Device,
    ui: Ui,
) -> PageResult {
    let asked = find(&app, &connection).await?;
    let (subject, organization) = (asked.subject(), asked.organization.clone());
    // Taken whatever comes of it: a state is good for one answer, also for a wrong one.
    let pending = pending(&app, &session, &answer).await?;
    let checked = match asked.ready(&app).await? {
        Ok(ready) => {
            let verified = verify(&app, &ready, pending.as_ref(), &answer).await?;
            verified.map(|verified| (ready, verified))
        }
        Err(refusal) => Err(refusal),
    };
    let (ready, verified) = match checked {
        Ok(checked) => checked,
        Err(refusal) => {
            record(&app, &organization, subject, &refusal).await?;
            return Ok(refusal.page(ui, Some(&organization)).await);
        }
    };
    if pending.as_ref().is_some_and(|pending| pending.purpose == Purpose::Test) {
        return test::show(&app, ui, signed_in, &organization, &ready, verified).await;
    }
    let mut tx = app.db.write().await?;
    match admit(&mut tx, &ready, &organization, &verified).await? {
        Ok(user) => {
            let how = How::Connection(ready.id, ready.name);
            sign_in(&session, tx, &user, &how, device).await?;
            remember_provider(&session, verified.session.as_deref(), verified.hint()).await?;
            let return_to = pending.and_then(|pending| pending.return_to).as_deref().and_then(ReturnTo::parse);
            Ok(Redirect::to(&landing(&user, &organization, return_to.as_ref())).into_response())
        }
        Err(refused) => {
            let subject = refused.user.map_or(subject, |user| Subject::user(&user.id, &user.display_name));
            refused.refusal.record(&mut tx, &organization.id, subject).await?;
            tx.commit().await?;
            Ok(refused.refusal.page(ui, Some(&organization)).await)
        }
    }
}

async fn pending(app: &App, session: &Session, answer: &Answer) -> Result<Option<Pending>> {
    match &answer.state {
        Some(state) => Pending::take(session, state, &app.db.clock().now()).await,
        None => Ok(None),
    }
}

async fn verify(
    app: &App,
    ready: &Ready,
    pending: Option<&Pending>,
    answer: &Answer,
) -> Result<Result<Verified, Refusal>> {
    match check_answer(answer, pending, &ready.id, &ready.metadata) {
        Ok((code, pending)) => redeem(app, ready, pending, &code).await,
        Err(refusal) => Ok(Err(refusal)),
    }
}
