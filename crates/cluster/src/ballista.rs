//! Machines of Ballista: a scheduler makes plans of the queries that clients send, and executors
//! run parts of them.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use ballista::prelude::{SessionConfigExt, SessionContextExt};
use ballista_core::serde::{BallistaLogicalExtensionCodec, BallistaPhysicalExtensionCodec};
use ballista_core::utils::default_session_builder;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::{create_scheduler, start_grpc_service_with_listener};
use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::physical_plan::PhysicalExtensionCodec;
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use leafwise_datafusion::{ByIndex, PlanCodec, TableCodec};
use tokio::net::TcpListener;

const HOST: &str = "127.0.0.1";

/// Executors that are silent for that many seconds are taken for lost.
const SECONDS_UNTIL_LOST: u64 = 4;

fn plan_codec() -> Arc<dyn PhysicalExtensionCodec> {
    let others = BallistaPhysicalExtensionCodec::default();
    Arc::new(PlanCodec::new(Arc::new(others)))
}

fn table_codec() -> Arc<dyn LogicalExtensionCodec> {
    let others = BallistaLogicalExtensionCodec::default();
    Arc::new(TableCodec::new(Arc::new(others)))
}

fn config() -> SessionConfig {
    SessionConfig::new_with_ballista()
        .with_target_partitions(6)
        .with_ballista_logical_extension_codec(table_codec())
        .with_ballista_physical_extension_codec(plan_codec())
}

/// Makes plans, and has them run, for ever.
///
/// # Errors
///
/// Returns an error of Ballista.
pub async fn schedule(
    listener: TcpListener,
    runtime: Arc<RuntimeEnv>,
) -> Result<(), Box<dyn Error>> {
    let session = move |config| {
        let state = default_session_builder(config)?;
        let builder = SessionStateBuilder::new_from_existing(state)
            .with_runtime_env(Arc::clone(&runtime))
            .with_optimizer_rule(Arc::new(ByIndex));
        Ok(builder.build())
    };
    let config = SchedulerConfig {
        external_host: HOST.to_string(),
        bind_port: listener.local_addr()?.port(),
        override_config_producer: Some(Arc::new(config)),
        override_session_builder: Some(Arc::new(session)),
        override_logical_codec: Some(table_codec()),
        override_physical_codec: Some(plan_codec()),
        executor_timeout_seconds: SECONDS_UNTIL_LOST,
        expire_dead_executor_interval_seconds: 1,
        ..SchedulerConfig::default()
    };
    let cluster = BallistaCluster::new_from_config(&config).await?;
    let config = Arc::new(config);
    let scheduler = create_scheduler::<LogicalPlanNode, PhysicalPlanNode>(cluster, config).await?;
    start_grpc_service_with_listener(listener, scheduler).await?;
    Ok(())
}

/// Runs parts of plans for a scheduler, for ever, at two ports. What parts of plans make is kept
/// in a folder until others have read it.
///
/// # Errors
///
/// Returns an error of Ballista.
pub async fn execute(
    (port, grpc_port): (u16, u16),
    scheduler_port: u16,
    folder: &Path,
    runtime: Arc<RuntimeEnv>,
) -> Result<(), Box<dyn Error>> {
    let config = ExecutorProcessConfig {
        bind_host: HOST.to_string(),
        external_host: Some(HOST.to_string()),
        port,
        grpc_port,
        scheduler_host: HOST.to_string(),
        scheduler_port,
        scheduler_connect_timeout_seconds: 30,
        vcores: 2,
        work_dir: Some(folder.to_string_lossy().into_owned()),
        executor_heartbeat_interval_seconds: 1,
        override_runtime_producer: Some(Arc::new(move |_| Ok(Arc::clone(&runtime)))),
        override_config_producer: Some(Arc::new(self::config)),
        override_logical_codec: Some(table_codec()),
        override_physical_codec: Some(plan_codec()),
        ..ExecutorProcessConfig::default()
    };
    start_executor_process(Arc::new(config)).await?;
    Ok(())
}

/// A session that sends its queries to a scheduler.
///
/// # Errors
///
/// Returns DataFusion's error.
pub async fn session(runtime: Arc<RuntimeEnv>, scheduler_port: u16) -> Result<SessionContext> {
    let state = SessionStateBuilder::new()
        .with_default_features()
        .with_config(config())
        .with_runtime_env(runtime)
        .with_optimizer_rule(Arc::new(ByIndex))
        .build();
    SessionContext::remote_with_state(&format!("df://{HOST}:{scheduler_port}"), state).await
}
