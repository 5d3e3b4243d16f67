//! `throughline serve`: the desk, until it is told to stop.

use crate::arguments::{Common, Serve};
use crate::background::Background;
use crate::rule_files::RuleFiles;
use crate::{out, platform, session};
use anyhow::{Context as _, Result};
use axum::serve::ListenerExt as _;
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
    let service = session::service(common, &rule_files, now, Access::Write)?;
    let service = Arc::new(service.sending_to(destinations(asked)));
    service.seal_secrets(&platform::attempt(now)?)?;
    if asked.origin.is_none() && !asked.listen.ip().is_loopback() {
        out::tell(format_args!(
            "throughline: without --origin the desk can use no passkeys, and administrators and restricted records need them: name the address under which browsers know it"
        ));
    }
    desk(common, asked, service, Config { pdf: crate::plan::PDF, ..Config::default() }, out)
}

/// Where webhooks may go.
fn destinations(asked: &Serve) -> Destinations {
    Destinations { private: asked.webhooks_to_private, ..Destinations::default() }
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
    let (words, platform) = (Words::shipped()?, platform::of_desk(common.now.as_deref())?);
    let post = asked.messages.post(&common.store)?;
    let post = (post, asked.messages.alarms_to.clone());
    let background = Background::begin(&service, &platform, post, Courier::new(destinations(asked)));
    let provider = asked.provider.as_deref().map(provider).transpose()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(asked.listen).await.with_context(|| {
            format!("the desk cannot listen on {}: name a free address with --listen", asked.listen)
        })?;
        let at = listener.local_addr()?;
        // On this machine's own address the desk knows its name; anywhere else somebody must say it.
        let origin = asked.origin.clone().or_else(|| at.ip().is_loopback().then(|| format!("http://{}", shown(at))));
        let config = Config { origin, behind_proxy: asked.behind_proxy, provider, ..config };
        let desk = Desk::new(service, words, platform, config);
        writeln!(out, "The desk is open at http://{}; stop it with Ctrl+C.", shown(at))?;
        out.flush()?;
        let mut told = signal(SignalKind::terminate())?;
        let stop = async move {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = told.recv() => {}
            }
        };
        let app = web::app(desk).into_make_service_with_connect_info::<std::net::SocketAddr>();
        // A page goes out when it is ready, not when the reader has acknowledged the one before.
        let listener = listener.tap_io(|connection| {
            if let Err(trouble) = connection.set_nodelay(true) {
                tracing::debug!(%trouble, "a connection may be slow");
            }
        });
        axum::serve(listener, app).with_graceful_shutdown(stop).await?;
        anyhow::Ok(())
    })?;
    // What it is just doing is finished before the program ends.
    drop(background);
    Ok(())
}

/// The identity provider that a file tells of.
fn provider(file: &std::path::Path) -> Result<web::Provider> {
    web::Provider::parse(&platform::read_text(file)?).with_context(|| file.display().to_string())
}

/// The address to open in a browser: passkeys and secure cookies want a name rather than a number.
fn shown(address: std::net::SocketAddr) -> String {
    if address.ip().is_loopback() { format!("localhost:{}", address.port()) } else { address.to_string() }
}
