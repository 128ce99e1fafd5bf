//! The only code the browser runs. Each island is small, works on its own, and its page works without it.
