//! A machine of a cluster, for the tests.

use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    leafwise_cluster::process::run().await
}
