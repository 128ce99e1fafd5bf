//! The two pairs of lifetimes.

use leptos::prelude::*;

use crate::error::Problems;
use crate::organizations::settings::tabs;
use crate::sessions::lifetimes::LifetimesForm;
use crate::ui::components::{Card, Facts, Field, Notice, PageHeader, Submit};

#[derive(Clone)]
pub(super) struct SessionsPage {
    /// The slug.
    pub organization: String,
    pub form: LifetimesForm,
    pub problems: Problems,
    /// Owners change it; admins see it.
    pub may_change: bool,
}

pub(super) fn sessions_page(model: &SessionsPage) -> impl IntoView + use<> {
    let body = if model.may_change { form(model) } else { facts(model) };
    view! {
        <PageHeader title="Settings"/>
        {tabs(&model.organization, "sessions")}
        <div class="stack">{body}</div>
    }
}

fn form(model: &SessionsPage) -> AnyView {
    let LifetimesForm { member_idle_minutes, member_absolute_hours, admin_idle_minutes, admin_absolute_hours } =
        model.form.clone();
    let error = |field: &str| model.problems.of(field).map(str::to_string);
    let (member_idle, member_absolute) = (error("member_idle_minutes"), error("member_absolute_hours"));
    let (admin_idle, admin_absolute) = (error("admin_idle_minutes"), error("admin_absolute_hours"));
    let action = format!("/o/{}/settings/sessions", model.organization);
    view! {
        <form method="post" action=action class="stack">
            <Card title="Members">
                <div class="form">
                    <Field label="Minutes without a click" name="member_idle_minutes" value=member_idle_minutes error=member_idle
                        help="Whoever does nothing for so long signs in again. 480 are 8 hours." required=true/>
                    <Field label="Hours in all" name="member_absolute_hours" value=member_absolute_hours error=member_absolute
                        help="So long after the sign-in everybody signs in again." required=true/>
                </div>
            </Card>
            <Card title="Admins and owners">
                <div class="form">
                    <Field label="Minutes without a click" name="admin_idle_minutes" value=admin_idle_minutes error=admin_idle
                        help="At most 480." required=true/>
                    <Field label="Hours in all" name="admin_absolute_hours" value=admin_absolute_hours error=admin_absolute
                        help="At most 24." required=true/>
                </div>
            </Card>
            <div class="form-actions"><Submit label="Save"/></div>
        </form>
    }
    .into_any()
}

fn facts(model: &SessionsPage) -> AnyView {
    let form = &model.form;
    let pair = |idle: &str, absolute: &str| {
        vec![
            ("Without a click".to_string(), format!("{idle} minutes").into_any()),
            ("In all".to_string(), format!("{absolute} hours").into_any()),
        ]
    };
    let members = pair(&form.member_idle_minutes, &form.member_absolute_hours);
    let admins = pair(&form.admin_idle_minutes, &form.admin_absolute_hours);
    view! {
        <Notice kind="info">"Only owners change how long people stay signed in."</Notice>
        <Card title="Members"><Facts rows=members/></Card>
        <Card title="Admins and owners"><Facts rows=admins/></Card>
    }
    .into_any()
}
