//! A moment, told from now.

use leptos::prelude::*;
use time::Duration;
use time::macros::format_description;

use crate::time::Timestamp;

/// "3 min ago", with the exact time on hover.
#[component]
pub fn When(at: Timestamp, now: Timestamp) -> impl IntoView {
    let text = relative(&at, &now);
    let exact = at.as_str().replace('T', " ").replace('Z', " UTC");
    view! { <time class="when" datetime=at.as_str().to_string() title=exact>{text}</time> }.into_any()
}

/// Distances up to 30 days; beyond them the date says more.
fn relative(at: &Timestamp, now: &Timestamp) -> String {
    let passed = at.until(now);
    let (size, coming) = (passed.abs(), passed.is_negative());
    let distance = match () {
        () if size < Duration::minutes(1) => return if coming { "in a moment" } else { "just now" }.to_string(),
        () if size < Duration::hours(1) => format!("{} min", size.whole_minutes()),
        () if size < Duration::days(1) => format!("{} h", size.whole_hours()),
        () if size < Duration::days(2) => "1 day".to_string(),
        () if size < Duration::days(30) => format!("{} days", size.whole_days()),
        () => return date(at),
    };
    if coming { format!("in {distance}") } else { format!("{distance} ago") }
}

fn date(at: &Timestamp) -> String {
    let format = format_description!("[day padding:none] [month repr:short] [year]");
    at.datetime().format(format).expect("a date has a day, a month and a year")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_from_now() {
        let now = Timestamp::parse("2026-11-22T12:00:00.000Z").unwrap();
        let told = |by: Duration| relative(&now.plus(by), &now);
        assert_eq!(told(Duration::seconds(-20)), "just now");
        assert_eq!(told(Duration::minutes(-3)), "3 min ago");
        assert_eq!(told(Duration::hours(-5)), "5 h ago");
        assert_eq!(told(Duration::hours(-30)), "1 day ago");
        assert_eq!(told(Duration::days(-4)), "4 days ago");
        assert_eq!(told(Duration::days(-60)), "23 Sep 2026");
        assert_eq!(told(Duration::days(7)), "in 7 days");
    }
}
