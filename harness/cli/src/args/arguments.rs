//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;

use crate::args::public::PublicArguments;
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
    /// Test a server (the embedded reference server when nothing else is said)
    Run(Box<RunArguments>),
    /// List scenarios with their checks and variants, clauses or mutants
    List(ListArguments),
    /// Say what a scenario, a check, a clause or a mutant is
    Explain {
        /// The id
        id: String,
    },
    /// Read scenario files and tell what is wrong with them
    Check {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Compare two reports: what is repaired, what is newly broken
    Diff {
        /// The `report.json` of the run before
        before: PathBuf,
        /// The `report.json` of the run after
        after: PathBuf,
    },
    /// Tell what this machine allows, with the remedy
    Doctor,
    /// Run a program, or a shell, in the box: every address is this machine there
    Box {
        /// The program and its arguments; a shell when left out
        #[arg(last = true, value_name = "COMMAND")]
        command: Vec<String>,
    },
    /// Tell how a server is made to trust the authority of loopback runs
    Trust {
        /// Where the authority is kept, instead of the user's state folder
        #[arg(long, value_name = "FOLDER")]
        authority: Option<PathBuf>,
    },
    /// Probe a server and write its profile
    Init(Box<InitArguments>),
    /// Run the reference authorization server by itself
    Serve(ServeArguments),
    /// Run the catalogue against every mutant and print the kill matrix
    Prove(ProveArguments),
    /// Write the page that tells which clause is covered by which check, or check that it is fresh
    Catalogue {
        /// Only compare; exit 1 when the page is stale
        #[arg(long)]
        check: bool,
        /// Freeze the lists of all revisions anew, as of this day (YYYY-MM-DD): what conforming means changes
        #[arg(long, value_name = "DAY", conflicts_with = "check")]
        freeze: Option<String>,
    },
    /// Write the JSON Schemas of the files people write, or check that they are fresh
    Schema {
        /// Only compare; exit 1 when a file is stale
        #[arg(long)]
        check: bool,
    },
}

#[derive(Debug, Clone, Default, Args)]
pub(crate) struct RunArguments {
    /// Where the world is built: the box, unless a server outside of it is named
    #[arg(long, value_enum)]
    pub(crate) env: Option<EnvironmentName>,
    /// How the server is started, found and spoken to: a file like those in `targets/`
    #[arg(long, value_name = "FILE")]
    pub(crate) profile: Option<PathBuf>,
    /// Only what matches: a scenario, a variant or a check, `*` for any text (repeatable)
    #[arg(long)]
    pub(crate) only: Vec<String>,
    /// Only what conforming to this revision means, at its levels: `cimd-02`, `mcp-2025-11-25`, … (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(crate) revision: Vec<String>,
    /// How the report is written
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Group the findings in another way too (repeatable)
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) by: Vec<Grouping>,
    /// Where results are written
    #[arg(long, default_value = "results")]
    pub(crate) results: PathBuf,
    /// Scenarios from this folder instead of the built-in ones
    #[arg(long)]
    pub(crate) scenarios: Option<PathBuf>,
    /// Exit 0 although something could not be concluded
    #[arg(long)]
    pub(crate) allow_inconclusive: bool,
    /// Broken rules that are known: only what differs from this file counts
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write a baseline of what is broken now to this file, for reasons to be added
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub(crate) write_baseline: Option<PathBuf>,
    /// The embedded reference server in another shape, conformant as well: `cimdspec list --shapes`
    #[arg(long, value_name = "NAME")]
    pub(crate) shape: Option<String>,
    /// The embedded reference server with one rule broken
    #[arg(long)]
    pub(crate) mutant: Option<String>,
    /// A server that is there already, instead of the embedded one
    #[arg(long, value_name = "URL", conflicts_with_all = ["command", "mutant", "shape"])]
    pub(crate) issuer: Option<String>,
    /// The server is ours to test: wanted, with a proof of control, for one that is not on this machine
    #[arg(long)]
    pub(crate) authorized: bool,
    /// Only tell what would be sent; nothing is
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// An MCP server: its authorization server is tested, for its resource
    #[arg(long, value_name = "URL", conflicts_with_all = ["command", "mutant", "shape", "issuer"])]
    pub(crate) mcp: Option<String>,
    /// In the box: where that server listens, to put our front with its issuer's name before it
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) upstream: Option<SocketAddr>,
    /// Where the authority of loopback runs is kept, instead of the user's state folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) authority: Option<PathBuf>,
    /// The network namespace that we are in is the box already: a container that was made for this run
    #[arg(long, requires = "authority")]
    pub(crate) in_place: bool,
    #[command(flatten)]
    pub(crate) public: PublicArguments,
    /// The scenarios too that put a load on the server: many clients at once, many registrations in a row
    #[arg(long)]
    pub(crate) load: bool,
    /// How many cases run at once, beside those that only wait
    #[arg(long, default_value_t = 24)]
    pub(crate) jobs: usize,
    /// Launch this server in the box: PORT and ISSUER in its environment say where it listens and who it is
    #[arg(last = true, value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct InitArguments {
    /// A field of the login form for a user who exists, `name=value` (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) login: Vec<String>,
    /// The profile's file; printed when left out
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) run: RunArguments,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum EnvironmentName {
    /// A network namespace in which every address is ours (Linux)
    #[default]
    Sandbox,
    /// 127.0.0.1 only: what needs names or special addresses is not run
    Loopback,
    /// A server on the internet that fetches from a public name of ours
    Public,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Human,
    /// The versioned document
    Json,
}

/// The mutants that `prove` walks without a login recipe and with a wrong password, too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColumnsOf {
    /// Those whose checks rest on a grant or a page
    #[default]
    Answers,
    /// All of them
    All,
    /// None, and the reference neither
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
    /// List what a profile may claim instead
    #[arg(long, conflicts_with_all = ["clauses", "mutants", "policies"])]
    pub(crate) claims: bool,
    /// List the policies that a profile may declare instead
    #[arg(long, conflicts_with_all = ["clauses", "mutants"])]
    pub(crate) policies: bool,
    /// List the shapes of the reference server instead: conformant, and unlike the plain one
    #[arg(long, conflicts_with_all = ["clauses", "mutants", "policies"])]
    pub(crate) shapes: bool,
    /// Scenarios from this folder instead of the built-in ones
    #[arg(long)]
    pub(crate) scenarios: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:9400")]
    pub(crate) listen: SocketAddr,
    /// The issuer; `http://` and the address when left out
    #[arg(long)]
    pub(crate) issuer: Option<String>,
    /// Keep clients and grants in this folder
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// Trust these certificates (PEM) instead of the system's when fetching documents
    #[arg(long)]
    pub(crate) trust: Option<PathBuf>,
    /// Fetch documents from loopback too: for development only
    #[arg(long)]
    pub(crate) allow_loopback: bool,
    /// In another shape, conformant as well
    #[arg(long, value_name = "NAME")]
    pub(crate) shape: Option<String>,
    /// With one rule broken: see what a run says of it
    #[arg(long)]
    pub(crate) mutant: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ProveArguments {
    /// Only these mutants, `*` for any text (repeatable)
    #[arg(long)]
    pub(crate) only: Vec<String>,
    /// Every variant against every mutant; without it, scenarios that claim nothing of a mutant run their first variant
    #[arg(long)]
    pub(crate) all_variants: bool,
    /// Which mutants are walked without a login recipe and with a wrong password, too; the reference is with any of them
    #[arg(long, value_enum, default_value_t)]
    pub(crate) columns: ColumnsOf,
    /// How many mutants run at once
    #[arg(long, default_value_t = 60)]
    pub(crate) at_once: usize,
    /// Write which checks each mutant turned red to this file, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) reds: Option<PathBuf>,
    /// How the matrix is written
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Scenarios from this folder instead of the built-in ones
    #[arg(long)]
    pub(crate) scenarios: Option<PathBuf>,
}

/// How findings are grouped beside the families.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Grouping {
    /// By the controls of OWASP NHI, NIST CSF, NIST SP 800-207 and OWASP ASVS
    Framework,
    /// As a matrix: kinds of clients and grants against the revisions of their documents
    Interop,
    /// By the frozen lists of revisions, each at its own levels
    Revision,
    /// What the server does where both ways are right
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
