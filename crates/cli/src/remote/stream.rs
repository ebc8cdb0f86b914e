//! Reads a file from a position to its end, by requests one after another.

use std::io::{self, Read};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use futures_util::stream::{BoxStream, TryStreamExt};

use super::errors::{explain, wrong_response};
use super::{RUNTIME, RemoteFile};

/// How much the first request asks for; each further one for twice as much. A long response takes
/// no memory: its bytes are used as they come.
const REQUEST_BYTES: u64 = 1 << 20;
const REQUEST_BYTES_MAX: u64 = 64 << 20;

/// The bytes of a file from a position on.
pub(crate) struct RemoteStream {
    file: Arc<RemoteFile>,
    /// What was received and has not been read.
    part: Bytes,
    /// The position behind these bytes.
    position: u64,
    response: Option<Response>,
    /// What the next request asks for.
    request_bytes: u64,
}

/// A response whose bytes are coming.
struct Response {
    bytes: BoxStream<'static, object_store::Result<Bytes>>,
    /// The position up to which they are.
    end: u64,
    /// Whether none has come yet.
    is_new: bool,
}

impl RemoteStream {
    pub(super) fn new(file: Arc<RemoteFile>, position: u64) -> RemoteStream {
        RemoteStream {
            part: match usize::try_from(position) {
                Ok(start) if start < file.front.len() => file.front.slice(start..),
                _ => Bytes::new(),
            },
            position: position.max(file.front.len() as u64),
            file,
            response: None,
            request_bytes: REQUEST_BYTES,
        }
    }

    /// The next bytes, before the end of the file.
    fn next_part(&mut self) -> io::Result<Bytes> {
        loop {
            let response = match &mut self.response {
                Some(response) => response,
                none => {
                    let request = request(&self.file, self.position, self.request_bytes);
                    none.insert(RUNTIME.block_on(request)?)
                }
            };
            let part = RUNTIME.block_on(response.bytes.try_next());
            match part {
                Ok(Some(part)) if part.len() as u64 <= response.end - self.position => {
                    response.is_new = false;
                    self.position += part.len() as u64;
                    if self.position == response.end {
                        self.response = None;
                        self.request_bytes = (2 * self.request_bytes).min(REQUEST_BYTES_MAX);
                    }
                    return Ok(part);
                }
                Ok(_) => return Err(wrong_response()),
                // A request may take only so long: the rest is asked for by another one.
                Err(_) if !response.is_new && self.file.has_ranges => self.response = None,
                Err(error) => return Err(explain(error)),
            }
        }
    }
}

impl Read for RemoteStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            if self.position >= self.file.length() {
                return Ok(0);
            }
            self.part = self.next_part()?;
        }
        let count = buffer.len().min(self.part.len());
        self.part.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}

/// Requests bytes from a position on; all, if the server sends no part of them.
async fn request(file: &RemoteFile, position: u64, count: u64) -> io::Result<Response> {
    let end = file.length().min(position + count);
    let range = (file.has_ranges || position > 0).then(|| (position..end).into());
    let response = file.object.get(range, Some(&file.meta)).await?;
    Ok(Response {
        end: response.range.end,
        bytes: response.into_stream(),
        is_new: true,
    })
}
