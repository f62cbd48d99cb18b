//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;
use clap_complete::Shell;

use cimdspec_model::parts::Part;
use cimdspec_model::profile::UpstreamKind;
use cimdspec_model::quantity::Span;

use crate::args::beside::BesideArguments;
use crate::args::environment::EnvironmentName;
use crate::args::evidence::CertifyArguments;
use crate::args::evidence::KeygenArguments;
use crate::args::evidence::VerifyArguments;
use crate::args::gates::GateArguments;
use crate::args::given::Given;
use crate::args::parts::MergeArguments;
use crate::args::parts::part;
use crate::args::public::PublicArguments;
use crate::args::reports::ReportArguments;
use crate::args::reports::ReportTo;
use crate::args::reports::SiteArguments;
use crate::args::reports::report_to;
use crate::args::screen::ScreenArguments;
use crate::exit::Exit;

/// Conformance harness for OAuth authorization servers that take clients they have never met.
#[derive(Debug, Parser)]
#[command(name = "cimdspec", version, after_help = Exit::table())]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Test a server; without arguments, the embedded reference server
    Run(Box<RunArguments>),
    /// Write the report of a run in another format: JUnit, SARIF, Markdown, annotations
    Report(ReportArguments),
    /// Join the reports of all parts of a run (`run --partition`) to one report
    Merge(MergeArguments),
    /// Write reports of several servers as a static site: servers beside rules, and what changed
    Site(SiteArguments),
    /// List scenarios with their checks and variants, clauses or mutants
    List(ListArguments),
    /// Describe a scenario, variant, check, clause or mutant
    Explain {
        /// The id
        id: String,
        #[command(flatten)]
        beside: BesideArguments,
    },
    /// Check scenario files and report each error with its line
    Check {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        beside: BesideArguments,
    },
    /// Compare two reports: rules that are repaired, rules that are newly broken
    Diff {
        /// The earlier `report.json`
        before: PathBuf,
        /// The later `report.json`
        after: PathBuf,
    },
    /// Report what this machine supports, and how to fix what it does not; with a profile, also whether its server can be tested
    Doctor(Box<DoctorArguments>),
    /// Run a command or a shell in the sandbox, where every address is this machine
    #[command(alias = "box")]
    Sandbox {
        /// The command and its arguments; a shell if omitted
        #[arg(last = true, value_name = "COMMAND")]
        command: Vec<String>,
    },
    /// Print the CA certificate of loopback runs, and how common runtimes trust it
    Trust {
        /// Folder of the CA; by default the user's state folder
        #[arg(long, value_name = "FOLDER")]
        authority: Option<PathBuf>,
    },
    /// Probe a server and write its profile
    Init(Box<InitArguments>),
    /// Serve the world of one variant until Ctrl-C, for requests of your own, and print what arrives
    Hold(Box<HoldArguments>),
    /// Fuzz a server: hostile worlds that no scenario names, until the time is over
    Fuzz(Box<FuzzArguments>),
    /// Run the findings of `fuzz` again, and report which are fixed
    Replay(Box<ReplayArguments>),
    /// Run the reference authorization server alone, on loopback
    Serve(ServeArguments),
    /// Run the catalogue against every mutant of the reference and print the kill matrix
    Prove(ProveArguments),
    /// Make a pair of keys that signs bundles
    Keygen(KeygenArguments),
    /// Make a bundle of a run that anyone can judge again, and sign it
    Certify(CertifyArguments),
    /// Judge a bundle again: signature, files, every finding
    Verify(VerifyArguments),
    /// Write the summary of the catalogue, or check that it is up to date; with `--whole`, print all of it
    Catalogue(CatalogueArguments),
    /// Print the completions of a shell, for its startup file
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page; with a folder, write one for each command
    Man {
        /// Folder to write the pages to
        #[arg(long, value_name = "FOLDER")]
        out: Option<PathBuf>,
    },
    /// Write the JSON Schemas and reference pages of the files that people write, or check that they are up to date
    Schema {
        /// Only compare; exit 1 if a file is out of date
        #[arg(long)]
        check: bool,
    },
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct RunArguments {
    /// Where the test hosts run; by default the sandbox, or loopback for a server that runs outside it
    #[arg(long, value_enum)]
    pub(crate) env: Option<EnvironmentName>,
    /// Profile of the server: how to start it, find it and log in; see `targets/` for examples
    #[arg(long, value_name = "FILE")]
    pub(crate) profile: Option<PathBuf>,
    /// Run only matching scenarios, variants or checks; `*` matches any text (repeatable)
    #[arg(long)]
    pub(crate) only: Vec<String>,
    /// Run only the checks of this revision, at its levels: `cimd-02`, `mcp-2025-11-25`, … (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) revision: Vec<String>,
    /// Run only a part of the scenarios: `hash:1/4` is the first of four, `hash:job/4` that of a pod's index in a Kubernetes Job;
    /// `cimdspec merge` joins the reports
    #[arg(long, value_name = "PART", value_parser = part)]
    pub(crate) partition: Option<Part>,
    /// Format of the report
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Also write the report to a file: `junit=out.xml`; the formats are those of `cimdspec report` (repeatable)
    #[arg(long, value_name = "FORMAT=PATH", value_parser = report_to, conflicts_with = "dry_run")]
    pub(crate) report: Vec<ReportTo>,
    /// Also group the findings in this way (repeatable)
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) by: Vec<Grouping>,
    /// Folder for results
    #[arg(long, default_value = "results")]
    pub(crate) results: PathBuf,
    /// Use the scenarios of this folder instead of the built-in ones; `--with-scenarios` runs both
    #[arg(long)]
    pub(crate) scenarios: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) gates: GateArguments,
    #[arg(skip)]
    pub(crate) given: Given,
    /// Exit 0 even if checks are inconclusive
    #[arg(long)]
    pub(crate) allow_inconclusive: bool,
    /// Known broken rules: only differences from this file decide the exit code (repeatable; several files are read as one)
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Vec<PathBuf>,
    /// Write the rules that are broken now to this file; add a reason to each
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Test the reference server in another conformant shape; `cimdspec list --shapes` lists them
    #[arg(long, value_name = "NAME")]
    pub(crate) shape: Option<String>,
    /// Test the reference server with one rule broken; `cimdspec list --mutants` lists them
    #[arg(long)]
    pub(crate) mutant: Option<String>,
    /// Test a server that is already running, by its issuer
    #[arg(long, value_name = "URL", conflicts_with_all = ["command", "mutant", "shape"])]
    pub(crate) issuer: Option<String>,
    /// Confirm that you may test this remote server; also requires the published ownership proof
    #[arg(long)]
    pub(crate) authorized: bool,
    /// Send no test traffic; list what would be sent
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Test the authorization server of this MCP server, for its resource
    #[arg(long, value_name = "URL", conflicts_with_all = ["command", "mutant", "shape", "issuer"])]
    pub(crate) mcp: Option<String>,
    /// Address where the server listens inside the sandbox; cimdspec puts its TLS proxy in front of it
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) upstream: Option<SocketAddr>,
    /// Identity provider of ours for a server that logs its users in elsewhere: `openid`, `github` or `google`; its addresses
    /// are in UPSTREAM_ISSUER and others (repeatable)
    #[arg(long, value_name = "KIND", value_parser = upstream_kind)]
    pub(crate) upstream_provider: Vec<UpstreamKind>,
    /// Folder of the CA of loopback runs; by default the user's state folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) authority: Option<PathBuf>,
    /// Use the current network namespace as the sandbox, for a container created only for this run
    #[arg(long, requires = "authority")]
    pub(crate) in_place: bool,
    #[command(flatten)]
    pub(crate) public: PublicArguments,
    /// Start the server as the user of the harness, with what it may; by default it runs as the owner of its folder or as nobody
    #[arg(long)]
    pub(crate) keep_user: bool,
    /// Include load tests: many parallel clients, bursts of registrations, slow bodies
    #[arg(long)]
    pub(crate) load: bool,
    /// Spare a service that others use, too: no bursts, no endless bodies, few registrations, each deleted again
    #[arg(long, conflicts_with = "load")]
    pub(crate) polite: bool,
    /// End the run after this time, such as `10m`; what is known by then is reported
    #[arg(long, value_name = "SPAN", value_parser = span)]
    pub(crate) deadline: Option<Span>,
    /// Go on even if no right request was granted, or if the public URL does not lead here
    #[arg(long)]
    pub(crate) keep_going: bool,
    #[command(flatten)]
    pub(crate) start: StartArguments,
    #[command(flatten)]
    pub(crate) screen: ScreenArguments,
    /// Maximum number of concurrent cases, not counting those that mostly wait
    #[arg(long, default_value_t = 24)]
    pub(crate) jobs: usize,
    /// Start this server in the sandbox; its environment has PORT (where to listen) and ISSUER (its URL)
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}

/// How a server is started, beside its command; each takes the place of the profile's.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct StartArguments {
    /// Path of its issuer, such as `/realms/main`; `/` if the issuer ends with a slash
    #[arg(long, value_name = "PATH")]
    pub(crate) path: Option<String>,
    /// How long it may take until its metadata is there
    #[arg(long, value_name = "SPAN", value_parser = span)]
    pub(crate) ready_within: Option<Span>,
    /// Variable of its environment (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) variable: Vec<String>,
    /// Folder in which it is started
    #[arg(long, value_name = "FOLDER")]
    pub(crate) directory: Option<String>,
    /// Give it an `http` issuer
    #[arg(long)]
    pub(crate) plain_http: bool,
}

impl StartArguments {
    /// The flags that were given, without their dashes.
    pub(crate) fn flags(&self) -> impl Iterator<Item = &'static str> {
        [
            ("path", self.path.is_some()),
            ("ready-within", self.ready_within.is_some()),
            ("variable", !self.variable.is_empty()),
            ("directory", self.directory.is_some()),
            ("plain-http", self.plain_http),
        ]
        .into_iter()
        .filter_map(|(flag, is_given)| is_given.then_some(flag))
    }
}

fn upstream_kind(text: &str) -> Result<UpstreamKind, String> {
    UpstreamKind::named(text).ok_or_else(|| {
        let words = UpstreamKind::ALL.map(|kind| format!("`{}`", kind.word()));
        format!("no kind of provider; there are {}", words.join(", "))
    })
}

fn span(text: &str) -> Result<Span, String> {
    Span::parse(text).ok_or_else(|| "no duration such as `30s` or `2m`".to_owned())
}

#[derive(Debug, Clone, Args)]
pub(crate) struct DoctorArguments {
    #[command(flatten)]
    pub(crate) run: RunArguments,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct HoldArguments {
    /// The variant, as reports name it
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) run: RunArguments,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct FuzzArguments {
    /// How long new worlds are made, such as `30s`, `10m` or `8h`
    #[arg(long = "for", value_name = "SPAN", value_parser = span, default_value = "10m")]
    pub(crate) within: Span,
    /// End after this many cases
    #[arg(long, value_name = "N")]
    pub(crate) cases: Option<usize>,
    /// The seed: the same seed and release ask the same of a server that answers the same
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Folder of tapes: those in it are walked first, and new behaviour is added
    #[arg(long, value_name = "FOLDER")]
    pub(crate) corpus: Option<PathBuf>,
    /// Begin with the worlds that are nearest to the variants of the catalogue
    #[arg(long)]
    pub(crate) from_catalogue: bool,
    /// Look only at this law: `traffic`, `redirect`, `document`, `credentials`, `failure`, `alike`, `afterwards`, `ownership`,
    /// `echo` or `fetches` (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) law: Vec<String>,
    #[command(flatten)]
    pub(crate) run: RunArguments,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct ReplayArguments {
    /// The findings: scenario files (`.toml`) or tapes (`.tape`)
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) run: RunArguments,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct InitArguments {
    /// Field of the login form, for an existing user: `name=value` (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) login: Vec<String>,
    /// Walk in a real browser, and write down what the scripts of login and consent pages send
    #[arg(long)]
    pub(crate) browser: bool,
    /// The browser: Chromium, found on PATH if omitted
    #[arg(long, value_name = "PROGRAM", requires = "browser")]
    pub(crate) browser_program: Option<PathBuf>,
    /// File to write the profile to; printed if omitted
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "out")]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) run: RunArguments,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text for the terminal
    #[default]
    Human,
    /// The versioned JSON document
    Json,
}

/// The mutants that `prove` also runs without a login recipe and with a wrong password.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColumnsOf {
    /// Those whose checks depend on a grant or a page
    #[default]
    Answers,
    /// All of them
    All,
    /// None, and not the reference either
    Nobody,
}

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// List the clauses instead
    #[arg(long)]
    pub(crate) clauses: bool,
    /// List the mutants instead
    #[arg(long, conflicts_with = "clauses")]
    pub(crate) mutants: bool,
    /// List the claims of a profile instead
    #[arg(long, conflicts_with_all = ["clauses", "mutants", "policies"])]
    pub(crate) claims: bool,
    /// List the policies of a profile instead
    #[arg(long, conflicts_with_all = ["clauses", "mutants"])]
    pub(crate) policies: bool,
    /// List the conformant shapes of the reference server instead
    #[arg(long, conflicts_with_all = ["clauses", "mutants", "policies"])]
    pub(crate) shapes: bool,
    /// Use the scenarios of this folder instead of the built-in ones
    #[arg(long)]
    pub(crate) scenarios: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) beside: BesideArguments,
}

#[derive(Debug, Args)]
pub(crate) struct CatalogueArguments {
    /// Only compare; exit 1 if the page is out of date
    #[arg(long)]
    pub(crate) check: bool,
    /// Freeze the lists of all revisions and of this release as of this day (YYYY-MM-DD); this changes what conforming means
    #[arg(long, value_name = "DAY", conflicts_with = "check")]
    pub(crate) freeze: Option<String>,
    /// Print every clause with its checks, their mutants and the framework controls, as Markdown
    #[arg(long, conflicts_with_all = ["check", "freeze"])]
    pub(crate) whole: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:9400")]
    pub(crate) listen: SocketAddr,
    /// The issuer; `http://` and the address if omitted
    #[arg(long)]
    pub(crate) issuer: Option<String>,
    /// Keep clients and grants in this folder
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// Trust these certificates (PEM) instead of the system's when it fetches documents
    #[arg(long)]
    pub(crate) trust: Option<PathBuf>,
    /// Also fetch documents from loopback; for development only
    #[arg(long)]
    pub(crate) allow_loopback: bool,
    /// Run in another conformant shape
    #[arg(long, value_name = "NAME")]
    pub(crate) shape: Option<String>,
    /// Break one rule, to see what a run reports
    #[arg(long)]
    pub(crate) mutant: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ProveArguments {
    /// Run only these mutants; `*` matches any text (repeatable)
    #[arg(long)]
    pub(crate) only: Vec<String>,
    /// Run only these scenarios, against the mutants that they claim; `*` matches any text (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) scenario: Vec<String>,
    /// Break the rules of this shape of the reference, for the checks that apply to it; `cimdspec list --shapes` lists them
    #[arg(long, value_name = "NAME", conflicts_with = "columns")]
    pub(crate) shape: Option<String>,
    /// Run every variant against every mutant; by default a scenario that claims no kill runs its first variant
    #[arg(long)]
    pub(crate) all_variants: bool,
    /// Which mutants also run without a login recipe and with a wrong password; the reference does with `answers` and `all`
    #[arg(long, value_enum, default_value_t)]
    pub(crate) columns: ColumnsOf,
    /// Maximum number of concurrent mutants
    #[arg(long, default_value_t = 60)]
    pub(crate) at_once: usize,
    /// Write the failed checks of each mutant to this file, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) reds: Option<PathBuf>,
    /// Format of the matrix
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Use the scenarios of this folder instead of the built-in ones
    #[arg(long)]
    pub(crate) scenarios: Option<PathBuf>,
}

/// How findings are grouped, besides by family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Grouping {
    /// By the controls of OWASP NHI, NIST CSF, NIST SP 800-207 and OWASP ASVS
    Framework,
    /// As a table of kinds of clients and grants by revision of the document, to be handed in at an interop event
    Interop,
    /// By revision, each at its own levels
    Revision,
    /// What the server does where the text allows both ways
    Trait,
}

impl From<Grouping> for cimdspec_report::By {
    fn from(grouping: Grouping) -> Self {
        match grouping {
            Grouping::Framework => Self::Framework,
            Grouping::Interop => Self::Interop,
            Grouping::Revision => Self::Revision,
            Grouping::Trait => Self::Trait,
        }
    }
}
