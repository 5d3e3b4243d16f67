//! A scheduler and executors. They have no authentication of their own: on loopback or a private network only.

use anyhow::Result;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Args)]
pub(crate) struct Scheduler {
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: String,
    /// The port
    #[arg(long, value_name = "PORT", default_value_t = 50050)]
    port: u16,
}

#[derive(Debug, Args)]
pub(crate) struct Executor {
    /// The scheduler's address
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    scheduler_host: String,
    /// The scheduler's port
    #[arg(long, value_name = "PORT", default_value_t = 50050)]
    scheduler_port: u16,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: String,
    /// The port for data; the one after it is for tasks
    #[arg(long, value_name = "PORT", default_value_t = 50051)]
    port: u16,
    /// How many tasks at once
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    cores: usize,
    /// Where what goes from one task to the next is kept
    #[arg(long, value_name = "FOLDER")]
    work: PathBuf,
}

pub(crate) async fn scheduler(asked: &Scheduler) -> Result<()> {
    let config = SchedulerConfig {
        bind_host: asked.host.clone(),
        external_host: asked.host.clone(),
        bind_port: asked.port,
        ..SchedulerConfig::default()
    };
    let cluster = BallistaCluster::new_from_config(&config).await?;
    Ok(start_server(cluster, format!("{}:{}", asked.host, asked.port).parse()?, Arc::new(config)).await?)
}

pub(crate) async fn executor(asked: &Executor) -> Result<()> {
    let config = ExecutorProcessConfig {
        bind_host: asked.host.clone(),
        external_host: Some(asked.host.clone()),
        port: asked.port,
        grpc_port: asked.port + 1,
        scheduler_host: asked.scheduler_host.clone(),
        scheduler_port: asked.scheduler_port,
        scheduler_connect_timeout_seconds: 30,
        vcores: asked.cores,
        work_dir: Some(asked.work.display().to_string()),
        ..ExecutorProcessConfig::default()
    };
    Ok(start_executor_process(Arc::new(config)).await?)
}
