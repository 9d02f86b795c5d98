//! A connection whose writes must get on: a client that does not read its response is given up. What
//! a client sends too slowly is not its concern.

use std::future::Future;
use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// A stream that fails once a write has stood still for so long.
pub(super) struct Patient<S> {
    stream: S,
    within: Duration,
    /// While a write waits for the client: how much longer.
    end: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    pub(super) fn new(stream: S, within: Duration) -> Patient<S> {
        Patient {
            stream,
            within,
            end: None,
        }
    }

    /// What a step came to; or the end, when it and those before it came to nothing for too long.
    fn unless_stuck<T>(
        &mut self,
        step: Poll<Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<Result<T>> {
        if step.is_ready() {
            self.end = None;
            return step;
        }
        let within = self.within;
        let end = self.end.get_or_insert_with(|| Box::pin(sleep(within)));
        match end.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(Error::from(ErrorKind::TimedOut))),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        let step = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.unless_stuck(step, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let step = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.unless_stuck(step, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let step = Pin::new(&mut self.stream).poll_flush(context);
        self.unless_stuck(step, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let step = Pin::new(&mut self.stream).poll_shutdown(context);
        self.unless_stuck(step, context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const WITHIN: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn r_slow_a_write_that_stands_still_fails_and_one_that_gets_on_does_not() {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let mut ours = Patient::new(ours, WITHIN);
        ours.write_all(&[0; 64]).await.unwrap();
        // Idle is not stuck.
        tokio::time::sleep(2 * WITHIN).await;
        let reading = tokio::spawn(async move {
            let mut whole = vec![0; 64 + 8 * 64];
            for part in whole.chunks_mut(64) {
                tokio::time::sleep(WITHIN / 4).await;
                theirs.read_exact(part).await.unwrap();
            }
            theirs
        });
        ours.write_all(&[0; 8 * 64]).await.unwrap();
        let _theirs = reading.await.unwrap();
        ours.write_all(&[0; 64]).await.unwrap();
        let stuck = ours.write_all(&[0; 64]).await.unwrap_err();
        assert_eq!(stuck.kind(), ErrorKind::TimedOut);
    }
}
