//! Benches: lowering, judging, the front, and cached authorization requests at the reference server.
//!
//! Figures are compared as ratios within one run. The whole suite is timed by `hyperfine 'cimdspec run'`, since it needs the sandbox.

#![expect(clippy::expect_used, reason = "a bench that cannot be set up has no figures")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use cimdspec_judge::Calibration;
use cimdspec_judge::Input;
use cimdspec_judge::Issuer;
use cimdspec_judge::judge;
use cimdspec_model::behaviour::Coding;
use cimdspec_model::behaviour::HostBehaviour;
use cimdspec_model::behaviour::Page;
use cimdspec_model::behaviour::TlsBehaviour;
use cimdspec_model::behaviour::delivery::Delivery;
use cimdspec_model::diagnostic::Sources;
use cimdspec_model::name::Attempt;
use cimdspec_model::name::CaseId;
use cimdspec_model::name::HostLabel;
use cimdspec_model::name::Series;
use cimdspec_model::observation::Case;
use cimdspec_model::profile::Profile;
use cimdspec_model::scenario::catalogue::Catalogue;
use cimdspec_reference::Options;
use cimdspec_reference::Policy;
use cimdspec_reference::Server;
use cimdspec_reference::ServerLog;
use cimdspec_reference::cimd::FetchSettings;
use cimdspec_reference::cimd::Loopback;
use cimdspec_world::HostAddress;
use cimdspec_world::HostPlan;
use cimdspec_world::Setting;
use cimdspec_world::World;
use cimdspec_world::tls::Authority;
use criterion::Criterion;
use criterion::Throughput;
use criterion::criterion_group;
use criterion::criterion_main;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::runtime::Runtime;

fn sources() -> Sources {
    fn walk(root: &Path, folder: &Path, into: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).expect("scenarios") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                walk(root, &path, into);
            } else if let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str) {
                into.insert(name.to_owned(), std::fs::read_to_string(&path).expect("text"));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files = BTreeMap::new();
    walk(&root, &root, &mut files);
    Sources(files)
}

fn pure(criterion: &mut Criterion) {
    let sources = sources();
    let catalogue = Catalogue::read(&sources).expect("catalogue");
    let plans: Vec<_> = catalogue.plans().collect();
    let mut group = criterion.benchmark_group("pure");
    group.sample_size(10);
    group.throughput(Throughput::Elements(plans.len() as u64));
    group.bench_function("lower the catalogue", |bench| {
        bench.iter(|| Catalogue::read(black_box(&sources)))
    });
    let calibration = Calibration::default();
    let profile = Profile::reference();
    let case = Case {
        case: CaseId::new("b", Series::Case(Attempt::First), 0),
        hosts: Vec::new(),
        events: Vec::new(),
        steps: Vec::new(),
        alive: true,
    };
    group.bench_function("judge every plan", |bench| {
        bench.iter(|| {
            for plan in &plans {
                let clauses = &catalogue.clauses;
                let input = Input {
                    plan,
                    case: &case,
                    control: None,
                    calibration: &calibration,
                    clauses,
                    policies: &profile.policies,
                    issuer: Issuer {
                        told: "https://as",
                        exact: None,
                    },
                };
                black_box(judge(input));
            }
        });
    });
    group.finish();
}

fn page(body: String) -> HostBehaviour {
    let headers = vec![
        ("content-type".to_owned(), "application/json".to_owned()),
        ("cache-control".to_owned(), "max-age=3600".to_owned()),
    ];
    let body = body.into_bytes();
    let (coding, delivery) = (Coding::Identity, Delivery::Polite);
    HostBehaviour {
        tls: TlsBehaviour::Good,
        pages: vec![Page {
            target: None,
            methods: Vec::new(),
            status: 200,
            headers,
            body: body.into(),
            coding,
            delivery,
            amounts: Default::default(),
            validators: Default::default(),
            by_turns: false,
        }],
    }
}

fn client(world: &World) -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let root = reqwest::Certificate::from_pem(world.authority_pem().as_bytes()).expect("certificate");
    reqwest::Client::builder()
        .tls_certs_only([root])
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("client")
}

fn wire(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("runtime");
    let world = runtime
        .block_on(World::start(
            Setting::Loopback,
            Authority::new().expect("authority"),
        ))
        .expect("world");
    let host = HostLabel::parse("docs").expect("label");
    let plan = HostPlan {
        label: host.clone(),
        address: HostAddress::Ordinary,
        name: None,
    };
    let case = world.case(CaseId::new("b", Series::Case(Attempt::First), 1), &[plan]);
    let origin = case.facts().remove(0).origin;
    let id = format!("{origin}/client.json");
    let document = format!("{{\"client_id\":\"{id}\",\"redirect_uris\":[\"https://app.example/cb\"]}}");
    case.serve(&host, page(document));
    let client = client(&world);
    let mut group = criterion.benchmark_group("wire");
    group.sample_size(20);
    group.throughput(Throughput::Elements(1));
    group.bench_function("a document through the front", |bench| {
        bench
            .to_async(&runtime)
            .iter(|| async { client.get(&id).send().await.expect("answer").bytes().await });
    });
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .expect("listener");
    let issuer = format!("http://{}", listener.local_addr().expect("address"));
    let trust = vec![CertificateDer::from_pem_slice(world.authority_pem().as_bytes()).expect("root")];
    let fetch = FetchSettings {
        dns: None,
        trust,
        loopback: Loopback::Allow,
    };
    let options = Options {
        issuer: issuer.clone(),
        policy: Policy::default(),
        data: None,
        login: None,
        fetch,
        upstream: None,
        log: ServerLog::default(),
    };
    let _server = Arc::new(
        runtime
            .block_on(Server::start(listener, options))
            .expect("server"),
    );
    let url = format!(
        "{issuer}/authorize?response_type=code&client_id={id}&redirect_uri=https://app.example/cb&state=s\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    );
    let status = runtime.block_on(async { client.get(&url).send().await.expect("answer").status() });
    assert_eq!(status, 200, "the request is right");
    group.bench_function("a cached authorization request", |bench| {
        bench
            .to_async(&runtime)
            .iter(|| async { client.get(&url).send().await.expect("answer").bytes().await });
    });
    group.finish();
}

criterion_group!(benches, pure, wire);
criterion_main!(benches);
