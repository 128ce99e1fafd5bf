//! How often something may be tried: buckets that fill again steadily, by address and by account.
//!
//! Three buckets stand before an attempt at an account, each for another attack:
//!
//! - **address**: one machine that tries many accounts;
//! - **address and account**: one machine that tries one account; what people who mistype meet first;
//! - **account**: many machines that try one account. Only browsers that never signed in there draw from it, so that whoever
//!   empties it keeps out strangers, and not the owner at their own desk: a browser that did sign in ([`Limits::known`]) has
//!   a bucket to itself. It is wide enough for a team of strangers to mistype in, and narrow enough that guessing at its
//!   pace does not find a password of zxcvbn's score 3 (10⁸ guesses) in thirty years.
//!
//! Nothing is ever locked: every bucket gives another attempt at a fixed pace, whatever was tried before, and the wait is
//! said. An attempt that is refused draws from no further bucket, so that hammering does not prolong the wait either.
//!
//! Memory is bounded whatever is sent: a key is hashed, with a secret of this process, to one of a fixed number of buckets.
//! Two keys share a bucket once in a million; full buckets are forgotten. Each process counts for itself: behind several, a
//! guesser has as many times the tries, which the numbers allow for.

use std::hash::{BuildHasher as _, RandomState};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use super::client_address::ClientAddress;
use crate::time::Clock;

/// What is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// A password. The account is the organization and the name as it was typed, folded, whether or not there is such a one.
    SignIn,
    /// A one-time code after the password: six digits, so few tries. Only who knows the password draws from the account.
    SecondFactor,
    /// Recovery codes, and asking for a lost password.
    Recovery,
    /// A single-use link: its secret cannot be guessed, but looking it up costs.
    Link,
    /// The code that opens set-up.
    SetUp,
    /// Leaving for an identity provider: makes a row each time.
    Leave,
    /// Failures at a token endpoint; the account is the label or the client.
    Token,
    /// Failures of SCIM authentication; the account is the label.
    Scim,
    /// Calls of the API without a good key.
    Key,
}

/// How many at once, and one more after each pause.
#[derive(Debug, Clone, Copy)]
struct Rate(u32, Duration);

struct Rule {
    address: Rate,
    /// One address at one account.
    pair: Option<Rate>,
    account: Option<Rate>,
}

const fn rate(at_once: u32, pause_millis: u64) -> Rate {
    Rate(at_once, Duration::from_millis(pause_millis))
}

impl What {
    const ALL: [Self; 9] = [
        Self::SignIn,
        Self::SecondFactor,
        Self::Recovery,
        Self::Link,
        Self::SetUp,
        Self::Leave,
        Self::Token,
        Self::Scim,
        Self::Key,
    ];

    const fn rule(self) -> Rule {
        match self {
            // An office behind one address; a person's mistakes; 300 strangers' tries an hour.
            Self::SignIn => {
                Rule { address: rate(40, 2_000), pair: Some(rate(10, 30_000)), account: Some(rate(100, 12_000)) }
            }
            // Sixty tries an hour against three codes in a million: one in two hundred a day, by who has the password.
            Self::SecondFactor => {
                Rule { address: rate(40, 2_000), pair: Some(rate(5, 60_000)), account: Some(rate(10, 60_000)) }
            }
            Self::Recovery => {
                Rule { address: rate(20, 10_000), pair: Some(rate(5, 60_000)), account: Some(rate(30, 60_000)) }
            }
            Self::Link => Rule { address: rate(30, 3_000), pair: None, account: None },
            Self::SetUp => Rule { address: rate(10, 10_000), pair: None, account: None },
            Self::Leave => Rule { address: rate(60, 1_000), pair: None, account: None },
            // Identity providers call for many customers from few addresses: one that has a wrong token must not slow the
            // others. Only failures are counted, so that no rate is too low for who is let in.
            Self::Token | Self::Scim | Self::Key => {
                Rule { address: rate(300, 200), pair: Some(rate(30, 2_000)), account: None }
            }
        }
    }
}

/// An attempt that has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts: wait {seconds} seconds")]
pub struct TooMany {
    /// Until the next attempt is let through: `Retry-After`, in whole seconds.
    pub seconds: u64,
    /// Which bucket was empty.
    pub by: &'static str,
    /// Whether this is the first refusal of its kind in a while: the one that is worth an event.
    pub first: bool,
}

/// The buckets of this process. Cheap to clone.
#[derive(Clone)]
pub struct Limits(Arc<Inner>);

struct Inner {
    rules: Vec<Buckets>,
    /// Says when a refusal is worth another event.
    told: Keyed,
    clock: Steady,
    hasher: RandomState,
    checks: AtomicU32,
}

struct Buckets {
    address: Keyed,
    pair: Option<Keyed>,
    account: Option<Keyed>,
}

type Keyed = RateLimiter<u32, DashMapStateStore<u32>, Steady, NoOpMiddleware<Duration>>;

/// The clock as `governor` wants it: one that never goes back.
#[derive(Clone)]
struct Steady(Clock);

impl governor::clock::Clock for Steady {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.monotonic()
    }
}

/// So many buckets there are of a kind at most: 2²⁰.
const BUCKETS: u64 = 1 << 20;
/// After so many checks, what is full again is forgotten.
const TIDY_EVERY: u32 = 10_000;
/// One event for a key and kind in this time.
const TELL_EVERY: Duration = Duration::from_secs(600);

impl Limits {
    pub fn new(clock: Clock) -> Self {
        let clock = Steady(clock);
        let keyed = |rate: Rate| keyed(rate, &clock);
        let buckets = |what: What| {
            let Rule { address, pair, account } = what.rule();
            Buckets { address: keyed(address), pair: pair.map(keyed), account: account.map(keyed) }
        };
        let rules = What::ALL.into_iter().map(buckets).collect();
        let told = keyed(Rate(1, TELL_EVERY));
        Self(Arc::new(Inner { rules, told, clock, hasher: RandomState::new(), checks: AtomicU32::new(0) }))
    }

    /// One attempt from an address, at an account where there is one.
    ///
    /// # Errors
    /// [`TooMany`] with the time to wait.
    pub fn check(&self, what: What, from: &ClientAddress, account: Option<&str>) -> Result<(), TooMany> {
        let household = from.household();
        let buckets = &self.0.rules[what as usize];
        self.draw(&buckets.address, what, "address", &household)?;
        let Some(account) = account else { return Ok(()) };
        if let Some(pair) = &buckets.pair {
            self.draw(pair, what, "address and account", &(&household, account))?;
        }
        match &buckets.account {
            Some(bucket) => self.draw(bucket, what, "account", &account),
            None => Ok(()),
        }
    }

    /// One attempt of a browser that signed in to this account before: strangers' attempts are not counted with its own.
    ///
    /// # Errors
    /// [`TooMany`] with the time to wait.
    pub fn known(&self, what: What, browser: &str, account: &str) -> Result<(), TooMany> {
        let buckets = &self.0.rules[what as usize];
        let bucket = buckets.pair.as_ref().unwrap_or(&buckets.address);
        self.draw(bucket, what, "browser", &("known browser", browser, account))
    }

    fn draw(
        &self,
        bucket: &Keyed,
        what: What,
        by: &'static str,
        key: &(impl std::hash::Hash + ?Sized),
    ) -> Result<(), TooMany> {
        let inner = &self.0;
        self.tidy();
        let key = inner.slot(&(what, by, inner.hasher.hash_one(key)));
        let Err(refused) = bucket.check_key(&key) else { return Ok(()) };
        let wait = refused.wait_time_from(governor::clock::Clock::now(&inner.clock));
        let seconds = wait.as_millis().div_ceil(1000).max(1);
        let first = inner.told.check_key(&key).is_ok();
        Err(TooMany { seconds: u64::try_from(seconds).unwrap_or(u64::MAX), by, first })
    }

    fn tidy(&self) {
        let inner = &self.0;
        if inner.checks.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY != TIDY_EVERY - 1 {
            return;
        }
        let each = |buckets: &Buckets| {
            let rest = [&buckets.pair, &buckets.account].into_iter().flatten();
            std::iter::once(&buckets.address).chain(rest).for_each(|keyed| keyed.retain_recent());
        };
        inner.rules.iter().for_each(each);
        inner.told.retain_recent();
    }
}

impl Inner {
    fn slot(&self, key: &impl std::hash::Hash) -> u32 {
        (self.hasher.hash_one(key) % BUCKETS) as u32
    }
}

fn keyed(Rate(at_once, pause): Rate, clock: &Steady) -> Keyed {
    let at_once = NonZeroU32::new(at_once).expect("a rule lets something through");
    let quota = Quota::with_period(pause).expect("a rule has a pause").allow_burst(at_once);
    RateLimiter::dashmap_with_clock(quota, clock.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn limits() -> (Limits, Clock) {
        let clock = Clock::manual(&Timestamp::parse("2026-11-22T12:00:00.000Z").unwrap());
        (Limits::new(clock.clone()), clock)
    }

    fn address(text: &str) -> ClientAddress {
        ClientAddress(Some(text.parse().unwrap()))
    }

    /// How many attempts in a row are let through.
    fn passes(mut attempt: impl FnMut() -> Result<(), TooMany>) -> usize {
        (0..1000).take_while(|_| attempt().is_ok()).count()
    }

    #[test]
    fn what_is_refused_is_let_through_after_the_wait_that_was_said() {
        let (limits, clock) = limits();
        let eve = address("203.0.113.9");
        let attempt = || limits.check(What::SignIn, &eve, Some("acme/ada"));
        assert_eq!(passes(attempt), 10);
        let refused = attempt().unwrap_err();
        assert_eq!((refused.seconds, refused.by), (30, "address and account"));
        // Hammering does not prolong it.
        assert_eq!(passes(attempt), 0);
        clock.advance(time::Duration::seconds(29));
        assert_eq!(attempt().unwrap_err().seconds, 1);
        clock.advance(time::Duration::seconds(1));
        assert_eq!(passes(attempt), 1);
    }

    #[test]
    fn one_address_that_tries_many_accounts_is_slowed_and_others_are_not() {
        let (limits, _) = limits();
        let mut n = 0;
        let spray = || {
            n += 1;
            limits.check(What::SignIn, &address("2001:db8::1"), Some(&format!("acme/{n}")))
        };
        assert_eq!(passes(spray), 40);
        assert_eq!(limits.check(What::SignIn, &address("2001:db8::2"), Some("acme/x")).unwrap_err().by, "address");
        assert!(limits.check(What::SignIn, &address("2001:db8:0:1::1"), Some("acme/x")).is_ok());
        assert!(limits.check(What::SetUp, &address("2001:db8::1"), None).is_ok(), "another thing is counted by itself");
    }

    #[test]
    fn many_addresses_that_try_one_account_do_not_lock_its_owner_out() {
        let (limits, clock) = limits();
        let mut n = 0;
        let mut botnet = || {
            n += 1;
            let from = address(&format!("10.{}.{}.{}", n / 65536, n / 256 % 256, n % 256));
            limits.check(What::SignIn, &from, Some("acme/ada"))
        };
        assert_eq!(passes(&mut botnet), 100);
        assert_eq!(botnet().unwrap_err().by, "account");
        // At her own desk, where she signed in before, nothing is slower.
        assert_eq!(passes(|| limits.known(What::SignIn, "her browser", "acme/ada")), 10);
        // At a new one she waits for the next attempt, as everybody does; and another account is not touched.
        clock.advance(time::Duration::seconds(12));
        assert!(limits.check(What::SignIn, &address("192.0.2.1"), Some("acme/ada")).is_ok());
        assert!(limits.check(What::SignIn, &address("192.0.2.1"), Some("acme/grace")).is_ok());
    }

    #[test]
    fn one_refusal_of_a_kind_in_ten_minutes_is_worth_an_event() {
        let (limits, clock) = limits();
        let attempt = || limits.check(What::SetUp, &address("192.0.2.1"), None);
        let told = || (0..500).filter(|_| attempt().is_err_and(|refused| refused.first)).count();
        assert_eq!((told(), told()), (1, 0));
        clock.advance(time::Duration::seconds(601));
        assert_eq!((told(), told()), (1, 0));
    }

    #[test]
    fn keys_are_forgotten_and_bounded() {
        let (limits, clock) = limits();
        let from = |n: u32| ClientAddress(Some(std::net::Ipv4Addr::from(n).into()));
        for n in 0..TIDY_EVERY - 1 {
            limits.check(What::Link, &from(n), None).unwrap();
        }
        let known = |limits: &Limits| limits.0.rules[What::Link as usize].address.len();
        assert!(known(&limits) > 9_000);
        clock.advance(time::Duration::hours(1));
        limits.check(What::Link, &from(0), None).unwrap();
        assert!(known(&limits) <= 1, "{}", known(&limits));
        assert!((0..1000_u32).all(|n| u64::from(limits.0.slot(&n)) < BUCKETS));
    }
}
