//! The body of getRawUsageStats, read by a thread of its own while it comes in. Nothing of it is kept
//! but its beginning, in case it turns out to be no reply.

use super::{Limits, unless_silent};
use crate::kiwivm::error::Fault;
use crate::kiwivm::reply::{Reply, UsagePoint, read_usage};
use reqwest::Response;
use serde_json::Value;
use std::io::Read;
use tokio::sync::mpsc;

/// So many pieces wait for the thread that reads them; then KiwiVM waits.
const PIECES: usize = 4;
/// Enough for a refusal, and for what a page of a proxy says.
const BEGINNING_BYTES: usize = 16 * 1024;

/// All of a reply but its points, as a text; of what is no reply its beginning.
pub(super) async fn read<Sink: Extend<UsagePoint> + Send + 'static>(
    response: Response,
    limits: Limits,
    mut sink: Sink,
) -> Result<(String, Sink), Fault> {
    let (feed, pieces) = mpsc::channel(PIECES);
    let reading = tokio::task::spawn_blocking(move || {
        let rest = read_usage(Pieces::new(pieces), &mut |point| sink.extend([point]));
        (rest, sink)
    });
    let beginning = pass_on(response, limits, feed).await?;
    let (rest, sink) = reading.await.map_err(|error| Fault::Broken {
        why: error.to_string(),
    })?;
    let text = match rest {
        Ok(Reply { fields }) => Value::Object(fields).to_string(),
        Err(_) => String::from_utf8_lossy(&beginning).into_owned(),
    };
    Ok((text, sink))
}

/// Passes the body on, piece by piece, and gives its beginning. When the thread wants no more of it
/// the beginning is all there is to know.
async fn pass_on(
    mut response: Response,
    limits: Limits,
    feed: mpsc::Sender<Vec<u8>>,
) -> Result<Vec<u8>, Fault> {
    let (mut beginning, mut length_bytes) = (Vec::new(), 0);
    while let Some(piece) = unless_silent(limits.silence, response.chunk()).await? {
        length_bytes += piece.len();
        limits.check(length_bytes)?;
        let room = BEGINNING_BYTES - beginning.len();
        beginning.extend_from_slice(&piece[..piece.len().min(room)]);
        let is_unwanted = feed.send(piece.to_vec()).await.is_err();
        if is_unwanted && beginning.len() == BEGINNING_BYTES {
            break;
        }
    }
    Ok(beginning)
}

/// The pieces as one stream.
struct Pieces {
    coming: mpsc::Receiver<Vec<u8>>,
    piece: Vec<u8>,
    read: usize,
}

impl Pieces {
    fn new(coming: mpsc::Receiver<Vec<u8>>) -> Pieces {
        Pieces {
            coming,
            piece: Vec::new(),
            read: 0,
        }
    }
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.read == self.piece.len() {
            let Some(piece) = self.coming.blocking_recv() else {
                return Ok(0);
            };
            (self.piece, self.read) = (piece, 0);
        }
        let count = (&self.piece[self.read..]).read(buffer)?;
        self.read += count;
        Ok(count)
    }
}
