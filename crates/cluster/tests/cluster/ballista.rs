//! Ballista.

use std::time::Duration;

use datafusion::prelude::SessionContext;
use leafwise_cluster::ballista;
use leafwise_cluster::process::{Machine, Role};

use crate::table::{
    DELAY, SLOW, Table, answer, compare, kill_one, register_indexed, register_plain,
};

/// A scheduler and three executors.
fn machines(table: &Table, delay: Duration) -> (Machine, Vec<Machine>) {
    let scheduler = table.machine(Role::Scheduler, Duration::ZERO);
    let role = Role::Executor(scheduler.port());
    let executors = (0..3).map(|_| table.machine(role, delay));
    let executors = executors.collect();
    (scheduler, executors)
}

async fn session(table: &Table, scheduler: &Machine) -> SessionContext {
    ballista::session(table.runtime(), scheduler.port())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn executors_read_what_the_index_has_found() {
    let table = Table::write().await;
    let (scheduler, mut executors) = machines(&table, Duration::ZERO);
    let session = session(&table, &scheduler).await;
    register_indexed(&session).await;
    compare(&table, &session, &mut executors).await;
    table.add_file();
    register_indexed(&session).await;
    compare(&table, &session, &mut executors).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_executor_is_lost() {
    let table = Table::write().await;
    let (scheduler, executors) = machines(&table, DELAY);
    let session = session(&table, &scheduler).await;
    register_indexed(&session).await;
    let left = kill_one(&table, &session, executors).await;
    let (plain, _) = table.session();
    register_plain(&plain).await;
    let expected = answer(&plain, SLOW).await.unwrap();
    assert_eq!(answer(&session, SLOW).await.unwrap(), expected);
    drop(left);
}
