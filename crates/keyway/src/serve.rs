//! `keyway serve`: settings, store, first root key, server, and an orderly end.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow};
use keyway_core::id::Entropy;
use keyway_core::secret::PlainKey;
use keyway_core::time::Clock;
use keyway_http::{HttpConfig, Service};
use keyway_ops::app::App;
use keyway_ops::people;
use keyway_ops::problem::Problem;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::background::{self, Background};
use crate::bootstrap::{Bootstrap, bootstrap};
use crate::cli::serve::ServeArgs;
use crate::settings::{Config, Fault, Place, environment};
use crate::shutdown::{Shutdown, Signals, Stopping};
use crate::{admin, telemetry, wiring};

/// Failed for a reason that is no setting's fault.
const FAILED: u8 = 1;
/// The settings are wrong, or what they name can't be used.
const CONFIG: u8 = 3;

/// `keyway serve`. Reports every fault itself on standard error; 0 after a graceful stop.
#[expect(clippy::needless_pass_by_value, reason = "a command takes its arguments over")]
pub fn run(args: ServeArgs) -> ExitCode {
    let mut config = match Config::load(&args, &environment) {
        Ok(config) => config,
        Err(faults) => {
            report(&faults);
            return ExitCode::from(CONFIG);
        }
    };
    telemetry::start(config.log_level, config.log_format);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into(), FAILED),
    };
    if args.check {
        return match runtime.block_on(wiring::check(&config.storage)) {
            Ok(found) => {
                say(&format!("The settings are fine. {found}"));
                ExitCode::SUCCESS
            }
            Err(error) => failed(&error, CONFIG),
        };
    }
    let vault = config.vault.take();
    let app = wiring::app(&config.storage, vault, Clock::System, Entropy::System);
    let app = match runtime.block_on(app) {
        Ok(app) => app,
        Err(error) => return failed(&error, CONFIG),
    };
    match runtime.block_on(serve(app, config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error, CONFIG),
    }
}

async fn serve(app: App, mut config: Config) -> Result<()> {
    let listen = &config.listen;
    let mut signals = Signals::listen().context("Signals can't be waited for")?;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("Keyway can't listen on {listen}"))?;
    let address = listener.local_addr().context("The address of the server is unknown")?;

    let first = bootstrap(&app, config.bootstrap_root_key.take())
        .await
        .context("The first root key can't be stored")?;
    let url = config.public_url.clone().unwrap_or_else(|| local_url(address));
    welcome(first, &url);

    let _ = app.dashboard.started.set(app.clock.now());
    if config.dashboard.enabled {
        owner(&app, config.owner.take(), &url).await?;
    }

    let (shutdown, stopping) = Shutdown::new();
    let background = Background::start(&app, &stopping);
    let local = local_commands(&config.storage.place, &app, &url, &stopping);
    let http = HttpConfig {
        public_url: config.public_url,
        trusted_proxies: config.trusted_proxies,
        max_body: config.max_body,
        request_timeout: config.request_timeout,
        dashboard: config.dashboard,
    };
    let service = Arc::new(Service::new(app.clone(), http));
    say(&format!("listening on http://{address}"));

    let stop = async {
        let signal = signals.next().await;
        tracing::info!(signal, "{signal} arrived; requests on their way are finished");
    };
    let all_answered = keyway_http::serve(listener, service, stop, config.shutdown_grace).await;
    if !all_answered {
        tracing::warn!(
            "Some requests were cut off, because they took longer than the grace period"
        );
    }
    shutdown.begin();
    background.ended().await;
    if let Some(local) = local {
        let _ = local.await;
    }
    background::flush_last_uses(app).await;
    tracing::info!("Stopped");
    Ok(())
}

/// Makes the owner of the settings, or shows how to become the owner.
async fn owner(app: &App, wanted: Option<(String, PlainKey)>, url: &str) -> Result<()> {
    let failed = |problem: Problem| anyhow!("{}", problem.detail);
    let is_wanted = wanted.is_some();
    if let Some((email, password)) = wanted {
        let password = password.reveal_once();
        let made = people::unattended_owner(app, &email, &password).await;
        if made.map_err(failed).context("The owner of the settings can't be stored")? {
            say(&format!("The dashboard has an owner now: {email}."));
            return Ok(());
        }
    }
    let link = people::setup_link(app, url).await;
    if let Some(link) = link.map_err(failed).context("The setup link can't be stored")? {
        let minutes = (link.expires_at.0 - app.clock.now().0) / 60_000;
        let url = link.url;
        say(&format!(
            "The dashboard has no owner yet. To become it, open this link within {minutes} minutes:\n\n  {url}\n\n\
             `keyway admin setup-link` makes another link.\n"
        ));
    } else if is_wanted {
        tracing::info!("The dashboard has an owner already; the one of the settings is ignored");
    }
    Ok(())
}

/// Begins to answer commands of people on this machine, if there is a directory for it.
fn local_commands(
    place: &Place,
    app: &App,
    url: &str,
    stopping: &Stopping,
) -> Option<JoinHandle<()>> {
    let Place::Embedded(directory) = place else { return None };
    match admin::open(directory) {
        Ok(listener) => {
            let served = admin::serve(listener, app.clone(), url.to_owned(), stopping.clone());
            Some(tokio::spawn(served))
        }
        Err(error) => {
            tracing::warn!(%error, "`keyway admin` will not reach this server: {error}");
            None
        }
    }
}

/// Where a browser on this machine reaches the server.
fn local_url(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        return format!("http://127.0.0.1:{}", address.port());
    }
    format!("http://{address}")
}

/// Shows the first root key, if there is one to show, with something to do with it.
fn welcome(first: Bootstrap, url: &str) {
    match first {
        Bootstrap::NotNeeded => {}
        Bootstrap::Given => {
            say("The storage was empty: it has a workspace and the root key of the settings now.");
        }
        Bootstrap::Generated(secret) => {
            let secret = secret.reveal_once();
            say(&format!(
                "The storage was empty. This is its first root key, which holds every permission.\n\
                 It is shown only now:\n\n  {secret}\n\nMake an API with it:\n\n  \
                 export KEYWAY_ROOT_KEY={secret}\n  \
                 curl {url}/v2/apis.createApi -H \"Authorization: Bearer $KEYWAY_ROOT_KEY\" \\\n    \
                 -H \"Content-Type: application/json\" -d '{{\"name\": \"payments\"}}'\n"
            ));
        }
    }
}

fn report(faults: &[Fault]) {
    let count = faults.len();
    let things = if count == 1 { "one fault" } else { "several faults" };
    say(&format!("error: The settings have {things}, and nothing was started."));
    for Fault { what, fix } in faults {
        say(&format!("cause: {what}\nfix: {fix}"));
    }
}

fn failed(error: &anyhow::Error, code: u8) -> ExitCode {
    say(&format!("error: {error}."));
    for cause in error.chain().skip(1) {
        say(&format!("cause: {cause}"));
    }
    ExitCode::from(code)
}

/// Tells whoever started the server. The log has its own way.
#[expect(clippy::print_stderr, reason = "what is said to the terminal is no line of the log")]
fn say(text: &str) {
    eprintln!("{text}");
}
