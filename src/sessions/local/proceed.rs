//! After the password: the second factor, or straight in.

use axum::response::{IntoResponse as _, Redirect, Response};
use tower_sessions::Session;

use super::pending::Pending;
use super::{Next, factor, sso};
use crate::app::App;
use crate::db::Tx;
use crate::directory::users::{User, break_glass};
use crate::error::Result;
use crate::events::Subject;
use crate::organizations::Organization;
use crate::sessions::attempt;
use crate::sessions::{Device, How, Refusal, ReturnTo, landing, sign_in};

/// Somebody has proved to be this person by a password or a link: a refusal, the next step, or a session. The transaction is
/// committed whichever it is.
pub async fn proceed(
    app: &App,
    session: &Session,
    mut tx: Tx,
    user: &User,
    organization: &Organization,
    return_to: Option<&ReturnTo>,
    device: Device,
) -> Result<Result<Response, Refusal>> {
    if let Some(refusal) = refusal(&mut tx, user, organization).await? {
        refusal.record(&mut tx, &organization.id, Subject::user(&user.id, &user.display_name)).await?;
        tx.commit().await?;
        return Ok(Err(refusal));
    }
    let to = match factor::next(&mut tx, user).await? {
        Next::Enter => {
            enter(session, tx, user, device).await?;
            return Ok(Ok(inside(app, user, organization, return_to)?));
        }
        Next::Code => {
            tx.commit().await?;
            Pending::code(session, app.db.clock(), user, return_to).await?;
            format!("/sign-in/{}/code", organization.slug)
        }
        Next::Enrol => {
            tx.commit().await?;
            Pending::enrol(session, app.db.clock(), &app.vault, user, return_to).await?;
            format!("/sign-in/{}/authenticator", organization.slug)
        }
    };
    Ok(Ok(Redirect::to(&to).into_response()))
}

/// Why this person may not use a password now, if so.
pub(super) async fn refusal(tx: &mut Tx, user: &User, organization: &Organization) -> Result<Option<Refusal>> {
    match Refusal::of_person(user, organization, None) {
        Some(refusal) => Ok(Some(refusal)),
        None => sso::refusal(tx, user, organization).await,
    }
}

/// Where somebody lands who has entered, in a browser that is known from now on.
pub(super) fn inside(
    app: &App,
    user: &User,
    organization: &Organization,
    return_to: Option<&ReturnTo>,
) -> Result<Response> {
    let mut response = Redirect::to(&landing(user, organization, return_to)).into_response();
    attempt::remember(app, organization, &user.user_name, &mut response)?;
    Ok(response)
}

/// The end: everything that is asked for was proved. For a break-glass owner it was a drill.
pub(super) async fn enter(session: &Session, mut tx: Tx, user: &User, device: Device) -> Result<()> {
    break_glass::note_drill(&mut tx, user).await?;
    sign_in(session, tx, user, &How::Password, device).await
}
