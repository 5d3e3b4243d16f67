//! `throughline serve`: the desk, until it is told to stop.

use crate::arguments::{Common, Serve};
use crate::background::Background;
use crate::rule_files::RuleFiles;
use crate::{out, platform, session};
use anyhow::{Context as _, Result};
use service::{Courier, Destinations, Service};
use std::io::Write;
use std::sync::Arc;
use store::Access;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;
use web::{Config, Desk, Words};

pub(crate) fn run(common: &Common, asked: &Serve, out: &mut dyn Write) -> Result<()> {
    if asked.routes {
        return routes(out);
    }
    let rule_files = RuleFiles::find(common.rules.as_deref())?;
    let now = platform::now(common.now.as_deref())?;
    let service = Arc::new(session::service(common, &rule_files, now, Access::Write)?);
    desk(common, asked, service, Config::default(), out)
}

/// Every route with who may reach it.
fn routes(out: &mut dyn Write) -> Result<()> {
    let declared = web::declared();
    let routes: Vec<_> = declared
        .iter()
        .map(|route| {
            serde_json::json!({
                "method": route.method.as_str(),
                "path": route.path,
                "access": format!("{:?}", route.access),
                "what": route.what,
            })
        })
        .collect();
    out::json(out, &routes)
}

/// Serves the desk on a service until the program is told to stop; requests that have begun are finished.
pub(crate) fn desk(
    common: &Common,
    asked: &Serve,
    service: Arc<Service>,
    config: Config,
    out: &mut dyn Write,
) -> Result<()> {
    // A second call finds the log set up already, which is as good.
    let _ = tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_env_filter(EnvFilter::try_from_env("THROUGHLINE_LOG").unwrap_or_else(|_| EnvFilter::new("info")))
        .try_init();
    let platform = platform::of_desk(common.now.as_deref())?;
    let post = asked.messages.post(&common.store)?;
    let background = Background::begin(&service, &platform, post, Courier::new(Destinations::default()));
    let desk = Desk::new(service, Words::shipped()?, platform, config);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(asked.listen).await.with_context(|| {
            format!("the desk cannot listen on {}: name a free address with --listen", asked.listen)
        })?;
        writeln!(out, "The desk is open at http://{}; stop it with Ctrl+C.", shown(listener.local_addr()?))?;
        out.flush()?;
        let mut told = signal(SignalKind::terminate())?;
        let stop = async move {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = told.recv() => {}
            }
        };
        axum::serve(listener, web::app(desk)).with_graceful_shutdown(stop).await?;
        anyhow::Ok(())
    })?;
    // What it is just doing is finished before the program ends.
    drop(background);
    Ok(())
}

/// The address to open in a browser: passkeys and secure cookies want a name rather than a number.
fn shown(address: std::net::SocketAddr) -> String {
    if address.ip().is_loopback() { format!("localhost:{}", address.port()) } else { address.to_string() }
}
