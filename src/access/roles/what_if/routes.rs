//! What-if pages of roles: before a group gets one or loses it, and before one is deleted.

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;

use super::{WhatIfPage, what_if_page};
use crate::access::roles::effects::{Affected, Without, holders_of, through_group};
use crate::access::roles::model::{AttachForm, GroupRef, Role};
use crate::access::roles::pages::with_number;
use crate::access::roles::{find, find_group, groups_of_role, owner_of};
use crate::app::App;
use crate::db::{Db, Tx};
use crate::directory::groups;
use crate::error::{Error, Result};
use crate::id::{GroupId, RoleId};
use crate::sessions::guard::OrganizationAdmin;
use crate::ui::errors::PageResult;
use crate::ui::{Head, Nav, Ui};

pub fn router() -> Router<App> {
    Router::new()
        .route("/o/{organization}/roles/{role}/delete", get(delete))
        .route("/o/{organization}/roles/{role}/groups", get(attach_at_role))
        .route("/o/{organization}/roles/{role}/groups/{group}/detach", get(detach_at_role))
        .route("/o/{organization}/groups/{group}/roles", get(attach_at_group))
        .route("/o/{organization}/groups/{group}/roles/{role}/detach", get(detach_at_group))
}

/// From which page somebody came: they go back there.
#[derive(Clone, Copy)]
enum At {
    Role,
    Group,
}

impl At {
    fn name(self, role: &Role, group: &GroupRef) -> String {
        match self {
            Self::Role => role.name.clone(),
            Self::Group => group.name.clone(),
        }
    }
}

type Two = Path<(String, String)>;
type Three = Path<(String, String, String)>;

async fn delete(State(db): State<Db>, admin: OrganizationAdmin, Path((_, id)): Two, ui: Ui) -> PageResult {
    let mut tx = db.read().await?;
    let role = role(&mut tx, &admin, &id).await?;
    let lost = holders_of(&mut tx, &role.id).await?;
    let attached = groups_of_role(&mut tx, &role.id).await?.len() as i64;
    let groups = with_number(attached, "group has", "groups have");
    let mut notes = vec!["This cannot be undone; what happened stays in Activity.".to_string()];
    if let Some(owner) = owner_of(&mut tx, &role.id).await? {
        notes = vec![format!("The role is the group {}: it is deleted where that group is.", owner.name)];
    }
    let base = admin.frame(Nav::Roles).path("");
    let back = format!("{base}/roles/{}", role.id);
    let model = WhatIfPage {
        title: format!("Delete {}", role.name),
        lead: format!("{groups} it no more, and the key {} becomes free.", role.key),
        lost,
        notes,
        action: format!("{back}/delete"),
        button: "Delete role",
        danger: true,
        back,
        base,
        ..WhatIfPage::default()
    };
    Ok(show(&admin, ui, At::Role, role.name, model).await)
}

async fn attach_at_role(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Two,
    Query(form): Query<AttachForm>,
    ui: Ui,
) -> PageResult {
    let mut tx = db.read().await?;
    let role = role(&mut tx, &admin, &id).await?;
    let asked = form.group().and_then(|group| form.end(&tx.now()).map(|_| group));
    let group = match asked {
        Ok(id) => find_group(&mut tx, &admin.organization.id, &id).await?.ok_or(Error::NotFound("group"))?,
        Err(error) => {
            drop(tx);
            return crate::access::roles::routes::attach_refused(&db, &admin, ui, &role.id, form, error).await;
        }
    };
    attach(&mut tx, &admin, ui, At::Role, &role, &group, form).await
}

async fn attach_at_group(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, id)): Two,
    Query(form): Query<AttachForm>,
    ui: Ui,
) -> PageResult {
    let mut tx = db.read().await?;
    let group = group(&mut tx, &admin, &id).await?;
    let asked = form.role().and_then(|role| form.end(&tx.now()).map(|_| role));
    let role = match asked {
        Ok(id) => find(&mut tx, &admin.organization.id, &id).await?.ok_or(Error::NotFound("role"))?,
        Err(error) => {
            drop(tx);
            return groups::routes::attach_refused(&db, &admin, ui, &group.id, form, error).await;
        }
    };
    attach(&mut tx, &admin, ui, At::Group, &role, &group, form).await
}

async fn attach(
    tx: &mut Tx,
    admin: &OrganizationAdmin,
    ui: Ui,
    at: At,
    role: &Role,
    group: &GroupRef,
    form: AttachForm,
) -> PageResult {
    let gained = through_group(tx, &group.id, std::slice::from_ref(&role.id), Without::Nothing).await?;
    let base = admin.frame(Nav::Roles).path("");
    let (back, action, field) = match at {
        At::Role => {
            let back = format!("{base}/roles/{}", role.id);
            (back.clone(), format!("{back}/groups"), ("group_id", group.id.to_string()))
        }
        At::Group => {
            let back = format!("{base}/groups/{}", group.id);
            (back.clone(), format!("{back}/roles"), ("role_id", role.id.to_string()))
        }
    };
    let end = match form.until.trim() {
        "" => "for good".to_string(),
        until => format!("until {} UTC", until.replace('T', " ")),
    };
    let model = WhatIfPage {
        title: format!("Give {} the role {}", group.name, role.name),
        lead: format!("Everybody in the group, and in groups within it, holds the role {end}."),
        gained,
        action,
        fields: vec![field, ("until", form.until)],
        button: "Attach",
        back,
        base,
        ..WhatIfPage::default()
    };
    let of = at.name(role, group);
    Ok(show(admin, ui, at, of, model).await)
}

async fn detach_at_role(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, role, group)): Three,
    ui: Ui,
) -> PageResult {
    detach(&db, &admin, ui, At::Role, &role, &group).await
}

async fn detach_at_group(
    State(db): State<Db>,
    admin: OrganizationAdmin,
    Path((_, group, role)): Three,
    ui: Ui,
) -> PageResult {
    detach(&db, &admin, ui, At::Group, &role, &group).await
}

async fn detach(db: &Db, admin: &OrganizationAdmin, ui: Ui, at: At, role_id: &str, group_id: &str) -> PageResult {
    let mut tx = db.read().await?;
    let role = role(&mut tx, admin, role_id).await?;
    let group = group(&mut tx, admin, group_id).await?;
    let attached = groups_of_role(&mut tx, &role.id).await?.into_iter().find(|attached| attached.group.id == group.id);
    let attached = attached.ok_or(Error::NotFound("role at this group"))?;
    let live = attached.until.as_ref().is_none_or(|until| *until > tx.now());
    let lost = match live {
        true => {
            through_group(&mut tx, &group.id, std::slice::from_ref(&role.id), Without::Grant(&attached.grant)).await?
        }
        false => Affected::default(),
    };
    let base = admin.frame(Nav::Roles).path("");
    let back = match at {
        At::Role => format!("{base}/roles/{}", role.id),
        At::Group => format!("{base}/groups/{}", group.id),
    };
    let action = match at {
        At::Role => format!("{back}/groups/{}/detach", group.id),
        At::Group => format!("{back}/roles/{}/detach", role.id),
    };
    let model = WhatIfPage {
        title: format!("Take the role {} from {}", role.name, group.name),
        lead: attached_reach(&mut tx, attached).await?,
        lost,
        action,
        button: "Detach",
        danger: true,
        back,
        base,
        ..WhatIfPage::default()
    };
    let of = at.name(&role, &group);
    Ok(show(admin, ui, at, of, model).await)
}

/// "1 person loses the role; 2 keep it through something else."
async fn attached_reach(tx: &mut Tx, attached: crate::access::roles::AttachedGroup) -> Result<String> {
    let attached = crate::access::roles::with_reach(tx, vec![attached]).await?;
    Ok(attached.first().map(|attached| attached.reach.consequence()).unwrap_or_default())
}

async fn role(tx: &mut Tx, admin: &OrganizationAdmin, id: &str) -> Result<Role> {
    let id = RoleId::parse(id).ok_or(Error::NotFound("role"))?;
    find(tx, &admin.organization.id, &id).await?.ok_or(Error::NotFound("role"))
}

async fn group(tx: &mut Tx, admin: &OrganizationAdmin, id: &str) -> Result<GroupRef> {
    let id = GroupId::parse(id).ok_or(Error::NotFound("group"))?;
    find_group(tx, &admin.organization.id, &id).await?.ok_or(Error::NotFound("group"))
}

/// `of` is the name of what somebody came from.
async fn show(admin: &OrganizationAdmin, ui: Ui, at: At, of: String, model: WhatIfPage) -> Response {
    let frame = match at {
        At::Role => admin.frame(Nav::Roles),
        At::Group => admin.frame(Nav::Groups),
    };
    let list = match at {
        At::Role => ("Roles", frame.path("/roles")),
        At::Group => ("Groups", frame.path("/groups")),
    };
    let frame = frame.crumb(list.0, list.1).crumb(of, model.back.clone());
    ui.ok(Head::framed(model.title.clone(), frame), move || what_if_page(&model)).await
}
