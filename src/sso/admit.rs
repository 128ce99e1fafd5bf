//! From somebody whom the provider vouches for to a person of the organization, or to a refusal.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::Provider;
use super::connection::Ready;
use super::flow::{Profile, Verified};
use super::links;
use super::store::{self, NewLink};
use crate::actor::{Actor, Level};
use crate::db::Tx;
use crate::directory::Source;
use crate::directory::groups;
use crate::directory::users::{self, NewUser, User};
use crate::error::{Error, Result};
use crate::events::{self, NewEvent, Subject};
use crate::id::UserId;
use crate::organizations::Organization;
use crate::sessions::Refusal;

/// Nobody comes in; it is known or not who they are.
pub struct Refused {
    pub refusal: Refusal,
    pub user: Option<User>,
}

/// Finds the person by their link, or a member, once, by a verified address. The first sign-in pins the link.
pub async fn admit(
    tx: &mut Tx,
    ready: &Ready,
    organization: &Organization,
    verified: &Verified,
) -> Result<Result<User, Refused>> {
    let found = store::find_link(tx, &ready.id, &ready.metadata.issuer, &verified.subject).await?;
    let Some(link) = found else {
        if let Some(member) = links::by_verified_email(tx, ready, &verified.profile).await? {
            return by_email(tx, ready, organization, verified, &member).await;
        }
        if ready.makes_people {
            return Ok(Ok(welcome(tx, ready, verified).await?));
        }
        return Ok(Err(Refused { refusal: unknown(ready, organization, &verified.subject), user: None }));
    };
    let Some(user) = users::find(tx, &ready.organization_id, &link.user_id).await? else {
        return Ok(Err(Refused { refusal: unknown(ready, organization, &verified.subject), user: None }));
    };
    if let Some(refusal) = Refusal::of_person(&user, organization, Some(&ready.name)) {
        return Ok(Err(Refused { refusal, user: Some(user) }));
    }
    let user = bring_up_to_date(tx, ready, user, &verified.profile).await?;
    if link.pinned_at.is_none() {
        store::pin_link(tx, &link.id).await?;
        let after = Some(json!({ "by": "sign-in", "subject": link.subject }));
        record(tx, ready, "identity.pinned", Subject::user(&user.id, &user.display_name), after).await?;
    }
    Ok(Ok(user))
}

/// A member whom their address means: linked, if they may sign in.
async fn by_email(
    tx: &mut Tx,
    ready: &Ready,
    organization: &Organization,
    verified: &Verified,
    member: &UserId,
) -> Result<Result<User, Refused>> {
    let user = users::find(tx, &ready.organization_id, member).await?.ok_or(Error::NotFound("user"))?;
    if let Some(refusal) = Refusal::of_person(&user, organization, Some(&ready.name)) {
        return Ok(Err(Refused { refusal, user: Some(user) }));
    }
    links::link_by_email(tx, ready, verified, &user).await?;
    Ok(Ok(user))
}

/// Not by any address: whoever chooses one at the provider would choose whom they are here.
fn unknown(ready: &Ready, organization: &Organization, subject: &str) -> Refusal {
    let from = match ready.provider {
        Provider::Entra => "In Entra, map objectId to externalId under Provisioning",
        Provider::Okta => "In Okta, assign the person to the SCIM app too",
        Provider::Generic => "The SCIM client must send this subject as externalId",
    };
    let text = format!(
        "{} signed you in, but nobody at {} has your externalId, so nobody here is you. Send this page to your admin. {from}.",
        ready.name, organization.name
    );
    Refusal::new("sign_in_unknown_subject", StatusCode::FORBIDDEN, text).fact("Expected externalId", subject)
}

/// Sync mode *at sign-in*: the first sign-in makes the person.
async fn welcome(tx: &mut Tx, ready: &Ready, verified: &Verified) -> Result<User> {
    let source = Source::SignIn(ready.id.clone());
    let profile = &verified.profile;
    let user_name = user_name(tx, ready, &source, verified).await?;
    let new = NewUser {
        organization_id: ready.organization_id.clone(),
        source,
        // What a directory will call this person, should one take them over.
        external_id: Some(verified.subject.clone()),
        display_name: profile.name.clone(),
        given_name: profile.given_name.clone(),
        family_name: profile.family_name.clone(),
        email: profile.email.clone(),
        level: Level::Member,
        operator: false,
        idp_active: true,
        document: document(&user_name, &verified.subject, profile),
        user_name,
    };
    let id: UserId = users::insert(tx, &new).await?;
    let (issuer, subject, now) = (ready.metadata.issuer.as_str(), verified.subject.as_str(), tx.now());
    store::insert_link(tx, NewLink { user: &id, connection: &ready.id, issuer, subject, pinned_at: Some(&now) })
        .await?;
    let user = users::find(tx, &ready.organization_id, &id).await?;
    let user = user.ok_or_else(|| Error::internal("a user is gone in its own transaction"))?;
    let about = Subject::user(&id, &user.display_name);
    record(tx, ready, "user.created", about.clone(), Some(Value::Object(new.document))).await?;
    record(tx, ready, "identity.linked", about, Some(json!({ "issuer": issuer, "subject": subject }))).await?;
    join_groups(tx, &user, profile).await?;
    Ok(user)
}

/// Whoever was made by a sign-in is what the last one said; a claim that is missing leaves what there was. People of a
/// directory and local people are not touched.
async fn bring_up_to_date(tx: &mut Tx, ready: &Ready, user: User, profile: &Profile) -> Result<User> {
    if user.source != Source::SignIn(ready.id.clone()) {
        return Ok(user);
    }
    let mut present = user.document.clone();
    let said = document(&user.user_name, user.external_id.as_deref().unwrap_or_default(), profile);
    for (key, value) in said {
        match (present.get_mut(&key), value) {
            (Some(Value::Object(former)), Value::Object(parts)) => former.extend(parts),
            (_, value) => {
                present.insert(key, value);
            }
        }
    }
    let user = users::follow_claims(tx, user, present).await?;
    join_groups(tx, &user, profile).await?;
    Ok(user)
}

async fn join_groups(tx: &mut Tx, user: &User, profile: &Profile) -> Result<()> {
    match &profile.groups {
        Some(names) => groups::follow_claim(tx, user, names).await,
        // Not an empty list: the provider did not say.
        None => Ok(()),
    }
}

/// What people call themselves there, unless somebody before them had the same name: then the subject, which is theirs alone.
async fn user_name(tx: &mut Tx, ready: &Ready, source: &Source, verified: &Verified) -> Result<String> {
    let profile = &verified.profile;
    if let Some(name) = profile.preferred_username.as_ref().or(profile.email.as_ref()) {
        let key = muster_scim::compare::user_name_key(name);
        if store::is_free(tx, &ready.organization_id, &source.to_string(), &key).await? {
            return Ok(name.clone());
        }
    }
    Ok(verified.subject.clone())
}

/// The same person as a SCIM resource.
fn document(user_name: &str, subject: &str, profile: &Profile) -> Map<String, Value> {
    let mut document = Map::from_iter([
        ("schemas".to_string(), json!(["urn:ietf:params:scim:schemas:core:2.0:User"])),
        ("externalId".to_string(), json!(subject)),
        ("userName".to_string(), json!(user_name)),
        ("active".to_string(), json!(true)),
    ]);
    if let Some(name) = &profile.name {
        document.insert("displayName".into(), json!(name));
    }
    let name = [("givenName", &profile.given_name), ("familyName", &profile.family_name), ("formatted", &profile.name)];
    let name = name.into_iter().filter_map(|(key, value)| Some((key.to_string(), json!(value.as_ref()?))));
    let name = Map::from_iter(name);
    if !name.is_empty() {
        document.insert("name".into(), Value::Object(name));
    }
    if let Some(email) = &profile.email {
        document.insert("emails".into(), json!([{ "value": email, "primary": true }]));
    }
    document
}

async fn record(tx: &mut Tx, ready: &Ready, kind: &'static str, subject: Subject, after: Option<Value>) -> Result<()> {
    let event = NewEvent { organization: &ready.organization_id, kind, subject, before: None, after };
    events::record(tx, &Actor::System, event).await
}
