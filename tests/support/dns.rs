//! A DNS for tests: it says of each name what it was told, and of all others that there is nothing.

use std::collections::HashMap;
use std::sync::Mutex;

use async_trait::async_trait;
use muster::actor::Actor;
use muster::id::{DomainId, OrganizationId};
use muster::organizations::domains::{self, Domain, DomainName, DomainState, TxtResolver};

use super::TestApp;

#[derive(Default)]
pub struct Dns(Mutex<HashMap<String, Result<Vec<String>, String>>>);

impl Dns {
    /// The TXT records at the name, from now on.
    pub fn says(&self, name: &str, values: &[&str]) {
        self.set(name, Ok(values.iter().map(ToString::to_string).collect()));
    }

    /// No answer about the name, from now on.
    pub fn fails(&self, name: &str, reason: &str) {
        self.set(name, Err(reason.into()));
    }

    fn set(&self, name: &str, answer: Result<Vec<String>, String>) {
        self.0.lock().expect("no test panics while holding it").insert(name.into(), answer);
    }
}

#[async_trait]
impl TxtResolver for Dns {
    async fn txt(&self, name: &DomainName) -> Result<Vec<String>, String> {
        let answers = self.0.lock().expect("no test panics while holding it");
        answers.get(name.as_str()).cloned().unwrap_or(Ok(Vec::new()))
    }
}

impl TestApp {
    /// The organization adds the domain.
    pub async fn domain(&self, organization: &OrganizationId, name: &str) -> Domain {
        let mut tx = self.db.write().await.unwrap();
        let domain = domains::add(&mut tx, &Actor::CommandLine, organization, name).await.unwrap();
        tx.commit().await.unwrap();
        domain
    }

    /// *Check now*.
    pub async fn check_domain(&self, organization: &OrganizationId, id: &DomainId) -> Domain {
        domains::check(&self.db, &*self.dns, &Actor::CommandLine, organization, id).await.unwrap()
    }

    /// The organization adds the domain and proves it.
    pub async fn verified_domain(&self, organization: &OrganizationId, name: &str) -> Domain {
        let domain = self.domain(organization, name).await;
        self.dns.says(name, &["v=spf1 -all", &domain.record()]);
        let domain = self.check_domain(organization, &domain.id).await;
        assert_eq!(domain.state, DomainState::Verified);
        domain
    }

    /// A day passes, and the job does its work.
    pub async fn next_daily_check(&self) {
        self.clock.advance(time::Duration::DAY);
        domains::check_due(&self.db, &*self.dns).await.unwrap();
    }

    /// The domain's records go, and two days pass.
    pub async fn lose_domain(&self, name: &str) {
        self.dns.says(name, &[]);
        self.next_daily_check().await;
        self.next_daily_check().await;
    }
}
