//! Looks a key up in a file on a web server, and prints how many requests that took.
//!
//! ```text
//! cargo run -p leafwise-remote --example remote -- https://example.org/cities.lwx 12345
//! ```
//!
//! A path of a file works as well, as `file:///...`; other stores need a feature of `object_store`,
//! such as `aws` for `s3://...`.

use std::error::Error;
use std::sync::Arc;

use leafwise::file::{KeyBuf, Query, ReadOptions, RemoteFile};
use object_store::parse_url_opts;
use url::Url;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, key] = &arguments[..] else {
        return Err("usage: remote URL KEY".into());
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(look_up(&url.parse()?, key))
}

async fn look_up(url: &Url, key: &str) -> Result<(), Box<dyn Error>> {
    // Without this option, `parse_url` is the same, and takes `https` only.
    let (store, path) = parse_url_opts(url, [("allow_http", "true")])?;
    let file = RemoteFile::open(Arc::from(store), path, ReadOptions::REMOTE).await?;
    let reader = file.reader();
    let header = reader.header();
    let (count, key_type) = (header.different_key_count(), header.key_type());
    println!("{count} keys of type {key_type}");

    let key = parse(key, key_type)?;
    let found = file
        .run(reader.search([Query::equal(key)]))
        .await?
        .remove(0);
    println!(
        "{} values, at {:?}",
        found.values.end - found.values.start,
        found.values
    );
    let width = header.value_width() as usize;
    if let (Some(bytes), 1..) = (&found.bytes, width) {
        for value in bytes.chunks_exact(width).take(10) {
            println!("{value:02x?}");
        }
    }
    println!("{} requests, {} bytes", file.requests(), file.bytes_read());
    Ok(())
}

/// A key of a type that is named as in files.
fn parse(key: &str, key_type: &str) -> Result<KeyBuf, Box<dyn Error>> {
    Ok(match key_type {
        "u8" => key.parse::<u8>()?.into(),
        "u16" => key.parse::<u16>()?.into(),
        "u32" => key.parse::<u32>()?.into(),
        "u64" => key.parse::<u64>()?.into(),
        "i8" => key.parse::<i8>()?.into(),
        "i16" => key.parse::<i16>()?.into(),
        "i32" => key.parse::<i32>()?.into(),
        "i64" => key.parse::<i64>()?.into(),
        "f64" => key.parse::<f64>()?.into(),
        "text" => key.into(),
        other => return Err(format!("keys of type {other} cannot be typed in here").into()),
    })
}
