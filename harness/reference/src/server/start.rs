//! Starting and stopping.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::any;
use axum::routing::get;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::cimd::Documents;
use crate::cimd::FetchLog;
use crate::cimd::FetchSettings;
use crate::error::ReferenceError;
use crate::faults::endpoints;
use crate::policy::Policy;
use crate::server::authorize;
use crate::server::choice::issuer_of;
use crate::server::log::ServerLog;
use crate::server::metadata;
use crate::server::par;
use crate::server::provider::Upstream;
use crate::server::registration::initial;
use crate::server::registration::initial::InitialTokens;
use crate::server::registration::manage;
use crate::server::registration::register;
use crate::server::registration::statement::Publisher;
use crate::server::reply;
use crate::server::state::State;
use crate::server::store::Store;
use crate::server::tokens::issued;
use crate::server::tokens::token;
use crate::server::traffic::closing::ClosingListener;
use crate::server::traffic::limits;
use crate::server::user::consent;
use crate::server::user::elsewhere;
use crate::server::user::entry;
use crate::server::user::logout;
use crate::server::user::upstream;

/// How the server is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// The issuer: an origin, perhaps with a path, without a last slash.
    pub issuer: String,
    /// Another origin at which the server is reached, for a login application of its own.
    pub login: Option<String>,
    /// The policy.
    pub policy: Policy,
    /// Where the store is kept; in memory when `None`.
    pub data: Option<PathBuf>,
    /// How documents are fetched.
    pub fetch: FetchSettings,
    /// Where the log goes.
    pub log: ServerLog,
    /// The identity provider at which users log in, by the shape that does so.
    pub upstream: Option<Upstream>,
}

/// A running server; it stops when it is dropped.
pub struct Server {
    address: SocketAddr,
    issuer: String,
    publisher: Arc<Publisher>,
    initial_tokens: Arc<InitialTokens>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

const LARGEST_BODY: usize = 64 * 1024;

impl Server {
    /// Serves on a listener that is open already, so that the issuer can be made from its address.
    ///
    /// # Errors
    /// [`ReferenceError`] when the store or the resolver cannot be set up.
    pub async fn start(listener: TcpListener, options: Options) -> Result<Self, ReferenceError> {
        let address = listener.local_addr().map_err(|error| ReferenceError::Listen {
            address: String::new(),
            reason: error.to_string(),
        })?;
        let store = Arc::new(Store::open(options.data.as_deref())?);
        let policy = Arc::new(options.policy);
        let issuer = issuer_of(&policy, options.issuer);
        let sink = Arc::clone(&store);
        let log: FetchLog = Arc::new(move |record| sink.log_fetch(&record));
        let documents = Documents::new(Arc::clone(&policy), options.fetch, log)?;
        let publisher = Arc::new(Publisher::generate()?);
        let initial_tokens = Arc::new(InitialTokens::generate()?);
        initial::prepare(&policy, &store, &initial_tokens)?;
        let state = State::new(
            issuer.clone(),
            policy,
            documents,
            store,
            Arc::clone(&publisher),
            Arc::clone(&initial_tokens),
        );
        let state = state.telling(options.log).logging_in_at(options.login)?;
        let state = state.knowing_users_of(options.upstream);
        let (stop, stopped) = oneshot::channel();
        let keeps = !state.policy.choice.traffic.connections_kept.other();
        let router = router(Arc::new(state));
        let task = tokio::spawn(async move {
            let stopped = async {
                let _ = stopped.await;
            };
            let _ = match keeps {
                true => {
                    let service = router.into_make_service_with_connect_info::<SocketAddr>();
                    let served = axum::serve(listener, service);
                    served.with_graceful_shutdown(stopped).await
                }
                false => {
                    let served = axum::serve(ClosingListener::new(listener), router);
                    served.with_graceful_shutdown(stopped).await
                }
            };
        });
        Ok(Self {
            address,
            issuer,
            publisher,
            initial_tokens,
            stop: Some(stop),
            task,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its issuer: the given one, or what its shape makes of that.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// By which tokens clients may register, where not anybody may.
    pub fn initial_tokens(&self) -> &InitialTokens {
        &self.initial_tokens
    }

    /// Whose software statements it trusts.
    pub fn publisher(&self) -> &Publisher {
        &self.publisher
    }

    /// Stops at once.
    pub fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        self.task.abort();
    }

    /// Serves until the server ends by itself.
    pub async fn wait(mut self) {
        let _keep = self.stop.take();
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn router(state: Arc<State>) -> Router {
    let path = state.issuer_path();
    let at = |suffix: &str| format!("{path}{suffix}");
    let mut router = Router::new()
        .route(
            &format!("/.well-known/oauth-authorization-server{path}"),
            get(metadata::show),
        )
        .route(
            &format!("{path}/.well-known/openid-configuration"),
            get(metadata::show_openid),
        )
        .route(
            &at("/authorize"),
            get(authorize::by_query).post(authorize::by_form),
        )
        .route(&at("/login"), post(entry::login))
        .route(elsewhere::LOGIN, get(elsewhere::show).post(elsewhere::login))
        .route(&at(elsewhere::BACK), get(elsewhere::enter_by_ticket))
        .route(&at(upstream::CALLBACK), get(upstream::come_back))
        .route(&at("/deny"), get(consent::deny))
        .route(&at("/consent"), get(consent::show).post(consent::decide))
        .route(&at("/logout"), get(logout::ask).post(logout::decide))
        .route(&at("/par"), post(par::push))
        .route(&at("/token"), post(token::exchange))
        .route(&at("/revoke"), post(issued::revoke))
        .route(&at("/introspect"), post(issued::introspect))
        .route(&at("/device"), post(endpoints::device))
        .route(&at("/backchannel"), post(endpoints::backchannel))
        .route(&at("/register"), any(register::register))
        .route(&at("/register/{id}"), any(manage::manage))
        .route(if path.is_empty() { "/" } else { &path }, get(metadata::about))
        .fallback(reply::not_found);
    if !path.is_empty() {
        router = router.route(
            &format!("/.well-known/openid-configuration{path}"),
            get(metadata::show_openid),
        );
    }
    if !state.policy.metadata.own_places.on() {
        router = router.route(
            &format!("/.well-known/oauth-authorization-server{path}/{{*rest}}"),
            get(metadata::show_other),
        );
    }
    router
        .layer(from_fn_with_state(Arc::clone(&state), limits::pass))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(state)
}
