//! How many people may lose access within the window.

/// A directory's own choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// So many may always.
    pub least: i64,
    /// And so many of a hundred active people, where that is more.
    pub percent: i64,
}

impl Limits {
    /// How many of so many active people may lose access.
    pub fn allowed(self, active: i64) -> i64 {
        self.least.max(active.saturating_mul(self.percent) / 100)
    }

    /// How many people must be active for so many losses to be within the limit; `None` where no number is enough.
    pub fn needed(self, lost: i64) -> Option<i64> {
        if lost <= self.least {
            return Some(0);
        }
        (self.percent > 0).then(|| (lost.saturating_mul(100) + self.percent - 1) / self.percent)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Limits;

    const USUAL: Limits = Limits { least: 10, percent: 20 };

    #[test]
    fn the_larger_of_the_two_is_the_limit() {
        assert_eq!(USUAL.allowed(0), 10);
        assert_eq!(USUAL.allowed(50), 10);
        assert_eq!(USUAL.allowed(54), 10, "10.8 people are 10");
        assert_eq!(USUAL.allowed(55), 11);
        assert_eq!(USUAL.allowed(200), 40);
        assert_eq!(Limits { least: 100, percent: 20 }.allowed(200), 100);
        assert_eq!(Limits { least: 0, percent: 0 }.allowed(200), 0);
        assert_eq!(Limits { least: 0, percent: 100 }.allowed(200), 200);
    }

    #[test]
    fn without_a_percentage_no_number_of_people_is_enough() {
        let least = Limits { least: 10, percent: 0 };
        assert_eq!(least.needed(10), Some(0));
        assert_eq!(least.needed(11), None);
    }

    proptest! {
        #[test]
        fn the_limit_is_the_largest_number_that_is_neither_above_the_one_nor_the_other(
            least in 0..1_000i64, percent in 0..=100i64, active in 0..100_000i64,
        ) {
            let limits = Limits { least, percent };
            let within = |lost: i64| lost <= least || lost * 100 <= percent * active;
            prop_assert!(within(limits.allowed(active)));
            prop_assert!(!within(limits.allowed(active) + 1));
        }

        #[test]
        fn what_is_needed_is_what_is_allowed_turned_around(
            least in 0..1_000i64, percent in 0..=100i64, active in 0..100_000i64, lost in 0..100_000i64,
        ) {
            let limits = Limits { least, percent };
            let enough = limits.needed(lost).is_some_and(|needed| active >= needed);
            prop_assert_eq!(enough, lost <= limits.allowed(active));
        }

        #[test]
        fn more_people_never_mean_a_lower_limit(
            least in 0..1_000i64, percent in 0..=100i64, active in 0..100_000i64, more in 0..1_000i64,
        ) {
            let limits = Limits { least, percent };
            prop_assert!(limits.allowed(active + more) >= limits.allowed(active));
        }
    }
}
