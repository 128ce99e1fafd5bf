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

on_both!(okta_from_the_catalogue, okta_custom_app, okta_import, entra_default, entra_aad_optscim);
