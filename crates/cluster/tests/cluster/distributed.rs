//! datafusion-distributed.

use std::time::Duration;

use datafusion::prelude::SessionContext;
use datafusion_distributed::{DistributedExec, display_plan_ascii};
use leafwise_cluster::distributed;
use leafwise_cluster::process::{Machine, Role};

use crate::table::{
    DELAY, QUERIES, SLOW, Table, answer, compare, kill_one, register_indexed, register_plain,
};

fn workers(table: &Table, delay: Duration) -> Vec<Machine> {
    let workers = (0..3).map(|_| table.machine(Role::Worker, delay));
    workers.collect()
}

fn session(table: &Table, workers: &[Machine]) -> SessionContext {
    let ports = workers.iter().map(Machine::port).collect();
    distributed::session(table.runtime(), ports).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_read_what_the_index_has_found() {
    let table = Table::write().await;
    let mut workers = workers(&table, Duration::ZERO);
    let session = session(&table, &workers);
    register_indexed(&session).await;
    for (query, most) in QUERIES {
        let plan = session
            .sql(query)
            .await
            .unwrap()
            .create_physical_plan()
            .await
            .unwrap();
        let text = display_plan_ascii(plan.as_ref(), false);
        assert_eq!(plan.is::<DistributedExec>(), most > 0, "{text}");
    }
    compare(&table, &session, &mut workers).await;
    table.add_file();
    register_indexed(&session).await;
    compare(&table, &session, &mut workers).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_is_lost() {
    let table = Table::write().await;
    let workers = workers(&table, DELAY);
    let all = session(&table, &workers);
    register_indexed(&all).await;
    let left = kill_one(&table, &all, workers).await;
    let session = session(&table, &left);
    register_indexed(&session).await;
    let (plain, _) = table.session();
    register_plain(&plain).await;
    let expected = answer(&plain, SLOW).await.unwrap();
    assert_eq!(answer(&session, SLOW).await.unwrap(), expected);
}
