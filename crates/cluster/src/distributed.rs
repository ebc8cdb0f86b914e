//! Machines of datafusion-distributed: a coordinator makes plans, in the process that asks for the
//! answer, and workers run parts of them.

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_distributed::{
    DistributedExt, SessionStateBuilderExt, Worker, WorkerQueryContext, WorkerResolver,
};
use leafwise_datafusion::{ByIndex, PlanCodec};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;
use url::Url;

/// Runs parts of plans for ever.
///
/// # Errors
///
/// Returns an error of the network.
pub async fn work(listener: TcpListener, runtime: Arc<RuntimeEnv>) -> Result<(), Box<dyn Error>> {
    let worker = Worker::from_session_builder(worker_session).with_runtime_env(runtime);
    Server::builder()
        .add_service(worker.into_worker_server())
        .serve_with_incoming(TcpListenerStream::new(listener))
        .await?;
    Ok(())
}

async fn worker_session(context: WorkerQueryContext) -> Result<SessionState> {
    let builder = context.builder;
    Ok(builder
        .with_distributed_user_codec(PlanCodec::default())
        .build())
}

/// A session whose plans are run by the workers at these ports, however little there is to read.
///
/// # Errors
///
/// Returns DataFusion's error.
pub fn session(runtime: Arc<RuntimeEnv>, ports: Vec<u16>) -> Result<SessionContext> {
    let config = SessionConfig::new().with_target_partitions(2);
    let state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(config)
        .with_runtime_env(runtime)
        .with_optimizer_rule(Arc::new(ByIndex))
        .with_distributed_planner()
        .with_distributed_worker_resolver(Workers { ports })
        .with_distributed_user_codec(PlanCodec::default())
        .with_distributed_file_scan_config_bytes_per_partition(1)?
        .build();
    Ok(SessionContext::new_with_state(state))
}

/// The workers on the loopback interface.
struct Workers {
    ports: Vec<u16>,
}

#[async_trait]
impl WorkerResolver for Workers {
    fn get_urls(&self) -> Result<Vec<Url>> {
        let urls = self.ports.iter().map(|port| {
            let url = Url::parse(&format!("http://127.0.0.1:{port}"));
            url.map_err(|error| DataFusionError::External(Box::new(error)))
        });
        urls.collect()
    }
}
