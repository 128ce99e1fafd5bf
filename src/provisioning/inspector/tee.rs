//! A body that is listened to while it goes by.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};

/// How much of a body is kept.
pub(super) const KEPT: usize = 64 * 1024;

/// What has gone by so far: the beginning of it, and how long it was.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard {
    pub bytes: Vec<u8>,
    pub length: u64,
}

/// Shared by the body and whoever reports it.
#[derive(Debug, Clone, Default)]
pub(super) struct Ear(Arc<Mutex<Heard>>);

impl Ear {
    fn hear(&self, data: &[u8]) {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = KEPT - heard.bytes.len();
        heard.bytes.extend_from_slice(&data[..data.len().min(room)]);
        heard.length += data.len() as u64;
    }

    /// Takes what was heard.
    pub fn heard(&self) -> Heard {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The body itself, frame by frame as it comes. `at_end` is dropped with it: when it was sent, or given up.
pub(super) fn tee<E: Send + Unpin + 'static>(body: Body, ear: Ear, at_end: E) -> Body {
    Body::new(Tee { body, ear, _at_end: at_end })
}

struct Tee<E> {
    body: Body,
    ear: Ear,
    _at_end: E,
}

impl<E: Unpin> HttpBody for Tee<E> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(data) = frame.data_ref()
        {
            self.ear.hear(data);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt as _;

    #[tokio::test]
    async fn a_body_goes_by_unchanged_and_its_beginning_is_kept() {
        let sent = "x".repeat(KEPT) + "and more";
        let (ear, ended) = (Ear::default(), Arc::new(()));
        let body = tee(Body::from(sent.clone()), ear.clone(), ended.clone());
        assert_eq!(body.size_hint().exact(), Some(sent.len() as u64));
        assert_eq!(Arc::strong_count(&ended), 2);
        assert_eq!(body.collect().await.unwrap().to_bytes(), sent);
        assert_eq!(Arc::strong_count(&ended), 1, "the end is seen");
        let heard = ear.heard();
        assert_eq!((heard.bytes.len(), heard.length), (KEPT, sent.len() as u64));
    }
}
