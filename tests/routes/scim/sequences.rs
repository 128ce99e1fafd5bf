//! What Okta and Entra send, in their order.

use crate::support::{TestApp, on_both, sequence};

async fn okta_from_the_catalogue(app: &TestApp) {
    sequence::play(&app.directory("acme-okta").await, "okta/oin").await;
}

async fn okta_custom_app(app: &TestApp) {
    sequence::play(&app.directory("acme-okta").await, "okta/custom-app").await;
}

async fn okta_import(app: &TestApp) {
    let okta = app.directory("acme-okta").await;
    for n in 1..=101 {
        okta.user(&format!("person{n}@acme.example")).await;
    }
    sequence::play(&okta, "okta/import").await;
}

async fn entra_default(app: &TestApp) {
    sequence::play(&app.directory("acme-entra").await, "entra/default").await;
}

async fn entra_aad_optscim(app: &TestApp) {
    sequence::play(&app.directory("acme-entra").await, "entra/aadOptscim062020").await;
}

/// What comes up later in an assignment's life; each file starts with an empty directory.
async fn okta_later(app: &TestApp) {
    play_all(app, &["okta/oin-again", "okta/oin-groups", "okta/custom-app-groups"]).await;
}

async fn entra_default_later(app: &TestApp) {
    let fixtures = ["entra/default-manager", "entra/default-roles", "entra/default-values", "entra/default-groups"];
    play_all(app, &fixtures).await;
}

async fn entra_aad_optscim_later(app: &TestApp) {
    let fixtures = [
        "entra/aadOptscim062020-manager",
        "entra/aadOptscim062020-roles",
        "entra/aadOptscim062020-values",
        "entra/aadOptscim062020-groups",
    ];
    play_all(app, &fixtures).await;
}

async fn play_all(app: &TestApp, fixtures: &[&str]) {
    for (n, fixture) in fixtures.iter().enumerate() {
        sequence::play(&app.directory(&format!("acme-{n}")).await, fixture).await;
    }
}

on_both!(
    okta_from_the_catalogue,
    okta_custom_app,
    okta_import,
    okta_later,
    entra_default,
    entra_default_later,
    entra_aad_optscim,
    entra_aad_optscim_later,
);
