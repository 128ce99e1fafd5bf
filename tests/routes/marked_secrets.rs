//! Nothing secret is logged, stored as it is, or answered twice: all journeys with secrets that can be recognised, and then
//! a search through everything that was let out.
//!
//! A journey is an `async fn name(walk: &Walk<'_>)`; it says which of its values are secrets ([`Walk::secret`]), or are shown
//! once ([`Walk::shown_once`]). To add one, add its name to the list at [`nothing_secret_is_logged_stored_or_shown`].

use std::cell::RefCell;
use std::sync::{Arc, Mutex};

use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use muster::api_keys::KEY;
use muster::organizations::setup;
use muster::provisioning::oauth::client_id;
use muster::provisioning::tokens::{ACCESS, CLIENT_SECRET, Form, SCIM};
use muster::{db::sql, id::DirectoryId, id::OrganizationId, vault};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::api;
use super::cli;
use super::o::invitations::link;
use super::o::service_accounts;
use super::scim::oauth::ask;
use crate::support::browser::{Browser, Page};
use crate::support::heard::{Logged, stored};
use crate::support::idp::{self, Idp};
use crate::support::sign_in::{app_secret, code_of};
use crate::support::{Heard, ScimClient, TestApp, on_both};

const EMAIL: &str = "ada@example.com";

/// A text that must not be found.
#[derive(Debug, Clone)]
struct Secret {
    name: String,
    value: String,
    /// In how many answers it is: one for what is shown once.
    shown: usize,
    /// Sent with the browser to the provider, which gives it back, or to the command in a terminal.
    travels: bool,
}

/// What journeys share.
struct Walk<'a> {
    app: &'a TestApp,
    heard: Heard,
    /// Ada's, chosen by her.
    password: String,
    /// Of her authenticator app, once it is set up.
    app_secret: RefCell<String>,
    idp: Idp,
    secrets: RefCell<Vec<Secret>>,
}

impl<'a> Walk<'a> {
    fn add(&self, name: &str, value: &str, shown: usize, travels: bool) {
        assert!(value.len() >= 8, "{name} is too short to be recognised: {value}");
        self.secrets.borrow_mut().push(Secret { name: name.into(), value: value.into(), shown, travels });
    }

    fn secret(&self, name: &str, value: &str) {
        self.add(name, value, 0, false);
    }

    fn shown_once(&self, name: &str, value: &str) {
        self.add(name, value, 1, false);
    }

    fn marked(&self, name: &str) -> String {
        let value = format!("marked-{}-{}", name.replace(' ', "-"), vault::random_text(vault::BASE62, 24));
        self.secret(name, &value);
        value
    }

    /// A browser in which Ada, who owns everything, is signed in.
    async fn ada(&self) -> Browser<'a> {
        let mut browser = Browser::new(self.app);
        // The next code, and no limit in the way.
        self.app.clock.advance(time::Duration::minutes(1));
        let page = browser.post("/sign-in/acme", &[("email", EMAIL), ("password", &self.password)]).await;
        match page.location().as_str() {
            "/sign-in/acme/authenticator" => self.set_an_app_up(&mut browser, &page.location()).await,
            at => {
                let code = code_of(&self.app_secret.borrow(), self.app);
                browser.post(at, &[("code", &code)]).await;
            }
        }
        assert_eq!(browser.get("/me").await.status, 200);
        browser
    }

    async fn set_an_app_up(&self, browser: &mut Browser<'_>, at: &str) {
        let secret = app_secret(&browser.get(at).await);
        self.shown_once("authenticator's secret", &secret);
        self.secret("authenticator's secret, in one piece", &secret.replace(' ', ""));
        browser.post(at, &[("code", &code_of(&secret, self.app))]).await;
        *self.app_secret.borrow_mut() = secret;
    }

    async fn connection(&self) -> String {
        let mut tx = self.app.db.read().await.unwrap();
        sql("SELECT id FROM connections").one::<(String,)>(&mut tx).await.unwrap().0
    }

    /// The identity provider's side of the directory that the journeys make.
    async fn client(&self, token: &str) -> ScimClient {
        let mut tx = self.app.db.read().await.unwrap();
        let (directory,): (DirectoryId,) = sql("SELECT id FROM directories").one(&mut tx).await.unwrap();
        self.app.client("acme", token, directory, OrganizationId::new())
    }
}

async fn first_run(walk: &Walk<'_>) {
    let mut tx = walk.app.db.write().await.unwrap();
    let code = setup::issue_code(&mut tx).await.unwrap().expect("set-up is open");
    tx.commit().await.unwrap();
    walk.secret("set-up code", &code);
    let mut browser = Browser::new(walk.app);
    let weak = "weak-pass";
    walk.secret("a password that was too weak", weak);
    let wrong = walk.marked("wrong set-up code");
    for (code, password) in
        [(wrong.as_str(), walk.password.as_str()), (code.as_str(), weak), (code.as_str(), walk.password.as_str())]
    {
        let fields = [("code", code), ("organization", "Acme"), ("owner_email", EMAIL), ("password", password)];
        let page = browser.post("/setup", &fields).await;
        assert_eq!(codes(&page).is_empty(), page.status != 200);
        codes(&page).iter().for_each(|code| walk.shown_once("recovery code", code));
    }
}

/// The recovery codes on a page.
fn codes(page: &Page) -> Vec<&str> {
    page.body.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|word| is_code(word)).collect()
}

/// `XXXX-XXXX-XXXX-XXXX`
fn is_code(word: &str) -> bool {
    let parts: Vec<_> = word.split('-').collect();
    parts.len() == 4
        && parts.iter().all(|part| part.len() == 4 && part.bytes().all(|byte| vault::READABLE.contains(&byte)))
}

async fn signing_in_with_a_password(walk: &Walk<'_>) {
    let mut browser = Browser::new(walk.app);
    let wrong = walk.marked("wrong password");
    browser.post("/sign-in/acme", &[("email", EMAIL), ("password", &wrong)]).await;
    browser.post("/sign-in/nobody", &[("email", EMAIL), ("password", &wrong)]).await;
    let mut browser = walk.ada().await;
    assert_eq!(browser.get("/me").await.status, 200);
    browser.post("/sign-out", &[]).await;
}

async fn connecting_a_provider(walk: &Walk<'_>) {
    let mut browser = walk.ada().await;
    let fields = [("provider", "generic"), ("name", "Acme Login"), ("label", "acme")];
    let at = browser.post("/o/acme/connections/new", &fields).await.location();
    let other = walk.marked("client secret of a draft");
    walk.secret("client secret of the provider", idp::CLIENT_SECRET);
    for (address, secret, client) in [
        ("", other.as_str(), ""),
        ("http://127.0.0.1:9", other.as_str(), idp::CLIENT_ID),
        (walk.idp.base.as_str(), idp::CLIENT_SECRET, idp::CLIENT_ID),
    ] {
        browser.post(&at, &[("address", address), ("client_id", client), ("client_secret", secret)]).await;
        browser.get(&at).await;
    }
    let at = at.strip_suffix("/sign-in").unwrap();
    browser.post(&format!("{at}/sync"), &[("sync_mode", "scim")]).await;
    browser.get(&format!("{at}/provisioning")).await;
}

/// The secret of that form that a page shows.
fn shown(page: &Page, form: Form) -> String {
    let mut words = page.body.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.find(|word| form.fits(word)).unwrap_or_else(|| panic!("{}", page.body)).to_string()
}

async fn make(walk: &Walk<'_>, kind: &str, form: Form) -> String {
    let mut browser = walk.ada().await;
    let at = format!("/o/acme/connections/{}/tokens", walk.connection().await);
    let id = muster::id::TokenId::new().to_string();
    let fields = [("id", id.as_str()), ("kind", kind), ("name", "Okta, 2026")];
    let secret = shown(&browser.post(&at, &fields).await, form);
    walk.shown_once(kind, &secret);
    // The same form again, and the page of the other secrets.
    browser.post(&at, &fields).await;
    browser.get(&format!("/o/acme/connections/{}/provisioning", walk.connection().await)).await;
    secret
}

async fn provisioning_with_a_token(walk: &Walk<'_>) {
    let token = make(walk, "bearer", SCIM).await;
    let client = walk.client(&token).await;
    let password = walk.marked("password that a provider sent");
    let ada = json!({ "userName": "00u-grace", "externalId": "00u-grace", "password": password });
    let id = client.post("/Users", ada).await.expect(201).id();
    let operations = json!([{ "op": "replace", "path": "password", "value": walk.marked("changed password") }]);
    client.patch(&format!("/Users/{id}"), operations).await;
    let broken = format!("{{\"userName\": \"x\", \"password\": \"{}\"", walk.marked("password in broken JSON"));
    client.send(Method::POST, "/Users", Some(broken), &[]).await.refused(400, "invalidSyntax");
    let query = format!("/Users?filter=password%20eq%20%22{}%22", walk.marked("password in a filter"));
    client.get(&query).await;
    // Tokens that are none of this directory's, in the right place and in wrong ones.
    let (stray, _, _) = SCIM.mint();
    let stray = stray.expose_secret();
    walk.secret("stray token", stray);
    client.with_token(stray).get("/Users").await.refused(401, "");
    client.with_token(&walk.marked("nonsense token")).get("/Users").await.refused(401, "");
    client.get(&format!("/Users?access_token={stray}")).await;
}

async fn provisioning_with_access_tokens(walk: &Walk<'_>) {
    let secret = make(walk, "client-secret", CLIENT_SECRET).await;
    let mut client = walk.client("").await;
    let id = client_id(&client.directory);
    let basic = |secret: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let grant = ("grant_type", "client_credentials");
    for (authorization, secret) in [(None, Some(secret.as_str())), (Some(basic(&secret)), None)] {
        let mut form = vec![grant, ("client_id", id.as_str())];
        form.extend(secret.map(|secret| ("client_secret", secret)));
        let token = ask(walk.app, "acme", authorization.as_deref(), &form).await.token();
        walk.shown_once("access token", &token);
        assert!(ACCESS.fits(&token));
        client = client.with_token(&token);
        client.get("/Users").await.expect(200);
    }
    let wrong = walk.marked("wrong client secret");
    ask(walk.app, "acme", Some(&basic(&wrong)), &[grant]).await.refused(401, "invalid_client");
    walk.secret("client secret in a header", &basic(&secret)[6..]);
    let assertion =
        format!("{}.{}.c2ln", STANDARD.encode("{\"alg\":\"RS256\",\"kid\":\"x\"}"), walk.marked("assertion"));
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let form =
        [grant, ("client_id", id.as_str()), ("client_assertion_type", kind), ("client_assertion", assertion.as_str())];
    ask(walk.app, "acme", None, &form).await;
}

async fn signing_in_through_a_provider(walk: &Walk<'_>) {
    let id_tokens = Arc::new(Mutex::new(Vec::<String>::new()));
    let kept = id_tokens.clone();
    walk.idp.change_answer(move |answer: &mut Value| {
        kept.lock().unwrap().push(answer["id_token"].as_str().unwrap().to_string());
    });
    walk.idp.person(json!({ "sub": "00u-grace" }));
    let connection = walk.connection().await;
    for (state, suffix) in [("good", ""), ("refused", "&iss=https%3A%2F%2Fevil.example"), ("unknown person", "")] {
        if state == "unknown person" {
            walk.idp.person(json!({ "sub": "00u-nobody" }));
        }
        let mut browser = Browser::new(walk.app);
        let away = browser.get(&format!("/auth/start/{connection}?return_to=/me")).await.location();
        let asked: std::collections::HashMap<String, String> =
            url::Url::parse(&away).expect("the provider's address").query_pairs().into_owned().collect();
        walk.add("state", &asked["state"], 0, true);
        walk.add("nonce", &asked["nonce"], 0, true);
        walk.secret("code verifier", &verifier(walk, &asked["state"]).await);
        let back = walk.idp.authorize(&away);
        let code = back.split("code=").nth(1).and_then(|rest| rest.split('&').next()).unwrap();
        walk.secret("authorization code", code);
        browser.get(&format!("{back}{suffix}")).await;
        // Once more, and in another browser.
        browser.get(&back).await;
        Browser::new(walk.app).get(&back).await;
        browser.get("/me").await;
    }
    let seen = id_tokens.lock().unwrap().clone();
    assert!(!seen.is_empty(), "the provider was asked for tokens");
    seen.iter().for_each(|token| walk.secret("id token", token));
    walk.idp.behave();
    // What goes wrong at the provider's side.
    let secret = walk.marked("description of an error");
    let mut browser = Browser::new(walk.app);
    browser.get(&format!("/auth/openid/callback/{connection}?error=access_denied&state={secret}")).await;
    browser.get(&format!("/auth/openid/callback/{connection}?code={secret}&state={secret}")).await;
}

/// Kept with the session until the browser comes back.
async fn verifier(walk: &Walk<'_>, state: &str) -> String {
    let mut tx = walk.app.db.read().await.unwrap();
    let rows: Vec<(String,)> = sql("SELECT data FROM sessions").all(&mut tx).await.unwrap();
    let (row,) = rows.into_iter().find(|(data,)| data.contains(state)).expect("the sign-in waits");
    let after = row
        .split("code_verifier\\\":\\\"")
        .nth(1)
        .or_else(|| row.split("code_verifier\":\"").nth(1))
        .expect("a verifier");
    after.chars().take_while(char::is_ascii_alphanumeric).collect()
}

async fn inviting_somebody(walk: &Walk<'_>) {
    let mut browser = walk.ada().await;
    // An owner: of everybody else, single sign-on is required here.
    let fields = [("name", "Mia"), ("email", "mia@example.com"), ("level", "owner")];
    let page = browser.post("/o/acme/users/invite", &fields).await;
    let link_to_her = link(&page);
    walk.shown_once("invitation", link_to_her.split_once('=').unwrap().1);
    let mut hers = Browser::new(walk.app);
    hers.get(&link_to_her).await;
    let chosen = walk.marked("her password");
    hers.post("/sign-in/acme/password", &[("password", "mia@example.com")]).await;
    let page = hers.post("/sign-in/acme/password", &[("password", &chosen)]).await;
    let secret = app_secret(&hers.get(&page.location()).await);
    walk.shown_once("her authenticator's secret", &secret);
    let page = hers.post(&page.location(), &[("code", &code_of(&secret, walk.app))]).await;
    codes(&page).iter().for_each(|code| walk.shown_once("her recovery code", code));
    hers.get(&link_to_her).await;
    let page = hers.post("/me/recovery-codes", &[("current", &chosen)]).await;
    assert_eq!(codes(&page).len(), 10);
    codes(&page).iter().for_each(|code| walk.shown_once("her new recovery code", code));
    let mia = "SELECT id FROM users WHERE user_name = 'mia@example.com'";
    let mut tx = walk.app.db.read().await.unwrap();
    let (mia,): (String,) = sql(mia).one(&mut tx).await.unwrap();
    drop(tx);
    let page = browser.post(&format!("/o/acme/users/{mia}/password-link"), &[]).await;
    walk.shown_once("lost password", link(&page).split_once('=').unwrap().1);
}

async fn signing_in_from_a_terminal(walk: &Walk<'_>) {
    let mut browser = walk.ada().await;
    let code = cli::code(&mut browser).await;
    // It travels in the address to the command, as RFC 6749 has it, and is exchanged there.
    walk.add("code for the terminal", &code, 0, true);
    let (status, granted) = cli::exchange(walk.app, &code, &[]).await;
    assert_eq!(status, 200, "{granted}");
    let token = granted["access_token"].as_str().unwrap();
    walk.shown_once("token of the terminal", token);
    cli::whoami(walk.app, token).await;
    cli::exchange(walk.app, &code, &[]).await;
    cli::whoami(walk.app, token).await;
}

async fn calling_with_an_api_key(walk: &Walk<'_>) {
    let mut browser = walk.ada().await;
    let form = [("name", "Billing import"), ("answerable", EMAIL)];
    let at = browser.post("/o/acme/service-accounts/new", &form).await.location();
    let id = muster::id::ApiKeyId::new().to_string();
    let fields = [("id", id.as_str()), ("name", "Production"), ("users_read", "on"), ("roles_read", "on")];
    let key = service_accounts::secret(&browser.post(&format!("{at}/keys"), &fields).await);
    walk.shown_once("API key", &key);
    browser.post(&format!("{at}/keys"), &fields).await;
    browser.get(&at).await;
    for path in ["/me", &format!("/users/{}", at.rsplit('/').next().unwrap()), "/nothing", &format!("/me?key={key}")] {
        api::get(walk.app, path, &key).await;
    }
    let (stray, _, _) = KEY.mint();
    walk.secret("stray API key", stray.expose_secret());
    api::get(walk.app, "/me", stray.expose_secret()).await;
    api::get(walk.app, "/me", &walk.marked("nonsense API key")).await;
    browser.get(&format!("{at}/delete")).await;
}

/// Every page that may show what the others left behind.
async fn an_admin_who_looks_at_everything(walk: &Walk<'_>) {
    let mut browser = walk.ada().await;
    walk.app.app.inspector.write_down(&walk.app.db).await;
    let at = format!("/o/acme/connections/{}", walk.connection().await);
    let mut paths: Vec<String> =
        ["", "/users", "/groups", "/roles", "/connections", "/activity", "/settings", "/schemas"]
            .map(|page| format!("/o/acme{page}"))
            .into();
    paths.extend(
        ["", "/sign-in", "/provisioning", "/provisioning/oauth", "/settings", "/requests", "/live"]
            .map(|page| format!("{at}{page}")),
    );
    let mut tx = walk.app.db.read().await.unwrap();
    let ids = async |tx: &mut muster::db::Tx, query: &str| sql(query).all::<(String,)>(tx).await.unwrap();
    for (id,) in ids(&mut tx, "SELECT id FROM events").await {
        paths.push(format!("/o/acme/activity/{id}"));
    }
    for (id,) in ids(&mut tx, "SELECT id FROM scim_requests").await {
        paths.push(format!("{at}/requests/{id}"));
    }
    for (id,) in ids(&mut tx, "SELECT id FROM users").await {
        paths.push(format!("/o/acme/users/{id}"));
    }
    drop(tx);
    for path in paths {
        let page = browser.get(&path).await;
        assert!(page.status == 200 || page.status == 303, "{path}: {}", page.status);
    }
}

async fn nothing_secret_is_logged_stored_or_shown(app: &TestApp) {
    let (logged, _until_the_end) = Logged::start();
    let (app, heard) = app.heard();
    let walk = Walk {
        app: &app,
        heard,
        password: format!("marked-{}", vault::random_text(vault::BASE62, 24)),
        app_secret: RefCell::default(),
        idp: Idp::start(&app.clock).await,
        secrets: RefCell::default(),
    };
    walk.secret("password", &walk.password);
    macro_rules! journeys {
        ($($journey:ident),+ $(,)?) => { $( $journey(&walk).await; )+ };
    }
    journeys!(
        first_run,
        signing_in_with_a_password,
        connecting_a_provider,
        provisioning_with_a_token,
        provisioning_with_access_tokens,
        signing_in_through_a_provider,
        inviting_somebody,
        signing_in_from_a_terminal,
        calling_with_an_api_key,
        an_admin_who_looks_at_everything,
    );
    let found = search(&walk, &logged.text(), &stored(&app).await);
    assert!(found.is_empty(), "secrets were let out:\n{}", found.join("\n"));
}

/// Where a secret stands that must not.
fn search(walk: &Walk<'_>, log: &str, stored: &[(String, String)]) -> Vec<String> {
    let answers = walk.heard.answers();
    let mut secrets = walk.secrets.borrow().clone();
    for (_, cookie) in answers.iter().flat_map(|answer| &answer.headers).filter(|(name, _)| name == "set-cookie") {
        let value = cookie.split_once('=').and_then(|(_, rest)| rest.split(';').next()).unwrap_or_default();
        if !value.is_empty() {
            secrets.push(Secret { name: "cookie".into(), value: value.into(), shown: 0, travels: false });
        }
    }
    // The search finds what there is: the log names the requests, the tables the people, the answers the organization.
    assert!(log.contains("/sign-in/acme") && stored.iter().any(|(_, value)| value.contains(EMAIL)));
    assert!(answers.iter().any(|answer| answer.body.contains("Acme Login")) && secrets.len() > 40);

    let mut found = Vec::new();
    for Secret { name, value, shown, travels } in &secrets {
        let encoded = url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>();
        let holds = |text: &str| text.contains(value) || text.contains(&encoded);
        found.extend(log.lines().filter(|line| holds(line)).map(|line| format!("{name}, logged: {line}")));
        found.extend(stored.iter().filter(|(_, text)| holds(text)).map(|(at, _)| format!("{name}, stored: {at}")));
        let bodies: Vec<_> = answers.iter().filter(|answer| holds(&answer.body)).map(|answer| &answer.to).collect();
        if bodies.len() != *shown {
            found.push(format!("{name}, shown {} times instead of {shown}: {bodies:?}", bodies.len()));
        }
        for answer in &answers {
            for (header, text) in answer.headers.iter().filter(|(_, text)| holds(text)) {
                let where_it_belongs = text.starts_with(&walk.idp.base) || text.starts_with(cli::CALLBACK);
                let on_its_way = *travels && header == "location" && where_it_belongs;
                if header != "set-cookie" && !on_its_way {
                    found.push(format!("{name}, in the header {header} of {}", answer.to));
                }
            }
        }
    }
    found
}

on_both!(nothing_secret_is_logged_stored_or_shown);
