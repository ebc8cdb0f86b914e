//! What is at a URL, and requests for it.

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::client::{HttpClient, HttpConnector, ReqwestConnector};
use object_store::http::HttpBuilder;
use object_store::path::Path;
use object_store::{
    BackoffConfig, ClientOptions, GetOptions, GetRange, GetResult, ObjectMeta, ObjectStore,
    RetryConfig,
};

use super::errors::{explain, wrong_response};
use crate::location::{Scheme, Url};
use crate::table_file::change;

/// The store of what is at a URL: a bucket, or what begins with the URL on a web server.
pub(crate) fn store(url: &Url) -> io::Result<Arc<dyn ObjectStore>> {
    // A request takes 30 seconds at most, and the client connects within 5.
    let retry = RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: 3,
        retry_timeout: Duration::from_secs(20),
    };
    Ok(match url.split()? {
        (Scheme::Http, _) => {
            static CLIENT: OnceLock<HttpClient> = OnceLock::new();
            let store = HttpBuilder::new()
                .with_url(url.as_str())
                .with_client_options(ClientOptions::new().with_allow_http(true))
                .with_http_connector(SharedClient(&CLIENT))
                .with_retry(retry);
            Arc::new(store.build().map_err(explain)?)
        }
        (Scheme::S3, rest) => {
            static CLIENT: OnceLock<HttpClient> = OnceLock::new();
            let bucket = rest.split('/').next().unwrap_or(rest);
            let store = AmazonS3Builder::from_env()
                .with_bucket_name(bucket)
                .with_http_connector(SharedClient(&CLIENT))
                .with_retry(retry);
            Arc::new(store.build().map_err(explain)?)
        }
    })
}

/// What is at a URL.
pub(super) struct Object {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) path: Path,
}

impl Object {
    pub(super) fn at(url: &Url) -> io::Result<Object> {
        let (scheme, rest) = url.split()?;
        Ok(Object {
            store: store(url)?,
            path: match scheme {
                // The store is that of the file itself, so that none of it is written otherwise.
                Scheme::Http => Path::default(),
                Scheme::S3 => {
                    let (_, key) = rest.split_once('/').unwrap_or((rest, ""));
                    Path::parse(key).map_err(io::Error::other)?
                }
            },
        })
    }

    /// Reads a range, and what the response says about the file: `first` is what the first one
    /// said.
    pub(super) async fn read(
        &self,
        range: GetRange,
        first: Option<&ObjectMeta>,
    ) -> io::Result<(ObjectMeta, Bytes)> {
        let response = self.get(Some(range), first).await?;
        let (meta, range) = (response.meta.clone(), response.range.clone());
        let length = range.end - range.start;
        let mut bytes = Vec::with_capacity(length as usize);
        let mut stream = response.into_stream();
        while let Some(part) = stream.try_next().await.map_err(explain)? {
            // A response may have no end.
            if (bytes.len() + part.len()) as u64 > length {
                return Err(wrong_response());
            }
            bytes.extend_from_slice(&part);
        }
        match bytes.len() as u64 == length {
            true => Ok((meta, bytes.into())),
            false => Err(wrong_response()),
        }
    }

    /// Requests a range, or all.
    pub(super) async fn get(
        &self,
        range: Option<GetRange>,
        first: Option<&ObjectMeta>,
    ) -> io::Result<GetResult> {
        let options = GetOptions {
            range,
            if_match: first.and_then(strong_tag).map(String::from),
            ..GetOptions::default()
        };
        let response = self.store.get_opts(&self.path, options).await;
        let response = response.map_err(explain)?;
        if let Some(first) = first {
            check_same(first, &response.meta)?;
        }
        Ok(response)
    }

    /// What the server says about the file.
    pub(super) async fn head(&self) -> io::Result<ObjectMeta> {
        let options = GetOptions {
            head: true,
            ..GetOptions::default()
        };
        let response = self.store.get_opts(&self.path, options).await;
        Ok(response.map_err(explain)?.meta)
    }
}

/// Refuses a response that is of another state of the file, as far as it says so.
pub(super) fn check_same(first: &ObjectMeta, later: &ObjectMeta) -> io::Result<()> {
    let is_certain = strong_tag(first).is_some() && first.e_tag == later.e_tag;
    let is_same = first.size == later.size
        && first.e_tag == later.e_tag
        && (is_certain || first.last_modified == later.last_modified);
    if is_same { Ok(()) } else { Err(change()) }
}

/// The entity tag, if files with the same one have the same bytes: no weak tag matches any
/// (RFC 9110, 13.1.1).
fn strong_tag(meta: &ObjectMeta) -> Option<&str> {
    let tag = meta.e_tag.as_deref()?;
    (!tag.starts_with("W/")).then_some(tag)
}

/// Gives all stores of a kind one client, and so the same connections.
#[derive(Debug)]
struct SharedClient(&'static OnceLock<HttpClient>);

impl HttpConnector for SharedClient {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        if let Some(client) = self.0.get() {
            return Ok(client.clone());
        }
        let client = ReqwestConnector::default().connect(options)?;
        Ok(self.0.get_or_init(|| client).clone())
    }
}
