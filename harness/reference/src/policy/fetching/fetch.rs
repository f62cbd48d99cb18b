//! Decisions about fetching: deadlines, sizes, redirects, addresses.

use std::time::Duration;

use crate::cimd::Block;
use crate::policy::watched::Rule;
use crate::policy::watched::Watched;
use crate::policy::watched::decisions;

decisions! {
    /// Fetching documents, keys and logos (CIMD -02 sections 5, 8.6, 8.7).
    pub struct FetchPolicy at fetch {
        /// Chunked responses are read; otherwise refused.
        pub chunked: Rule
            => "refuses-chunked" "cannot read chunked responses",
        /// A content coding that the server does not know is refused; otherwise it is taken for none.
        pub codings: Rule
            => "unknown-coding-ignored" "reads a document with a content coding that it does not know as if it had none",
        /// How long a fetch may take.
        pub deadline: Watched<Deadline>,
        /// Which addresses are refused.
        pub guard: GuardPolicy,
        /// What a fetch does beside fetching.
        pub excess: Watched<Excess>,
        /// A fetch that fails is a refusal; otherwise the client is taken without a document.
        pub fail_closed: Rule
            => "fails-open" "takes a client without a document when the fetch fails, with any redirect URI",
        /// The guard is asked for `jwks_uri` too.
        pub guard_for_keys: Rule
            => "jwks-uri-not-guarded" "asks the guard for documents but not for jwks_uri",
        /// The guard is asked for `logo_uri` too.
        pub guard_for_logos: Rule
            => "logo-uri-not-guarded" "asks the guard for documents but not for logo_uri",
        /// What does not answer by TLS is not asked; otherwise it is asked again without.
        pub only_tls: Rule
            => "retries-over-http" "asks again by plain http where https does not work",
        /// Header fields are read up to a limit; otherwise as many as come.
        pub headers_bounded: Rule
            => "headers-unbounded" "reads as many header fields as come",
        /// Hosts are strangers to each other; otherwise two slow ones have others refused with names alike.
        pub hosts_apart: Rule
            => "neighbours-refused" "refuses a client while two documents come slowly from hosts with names like that of its own",
        /// Interim answers are passed over; otherwise the first answer is the last.
        pub interim: Rule
            => "fetch-ends-at-interim-answer" "takes an interim answer for the last",
        /// Interim answers are passed over a few times; otherwise as often as they come.
        pub interim_bounded: Rule
            => "interim-answers-unbounded" "passes over as many interim answers as come",
        /// What tells where an answer ends.
        pub lengths: Watched<LengthRule>,
        /// Redirects.
        pub redirects: Watched<Redirects>,
        /// One fetch for concurrent requests of one client.
        pub single_flight: Rule
            => "no-single-flight" "fetches once for each concurrent request",
        /// What is too large is refused at once; otherwise after a long pause.
        pub refused_at_once: Rule
            => "too-large-after-a-pause" "refuses what is too large after more than half a minute",
        /// The size limit.
        pub size: Watched<SizeRule>,
        /// Which status codes are success.
        pub status: Watched<StatusRule>,
        /// The certificate chain is verified.
        pub tls_chain: Rule
            => "tls-not-verified" "accepts any certificate",
        /// The certificate's dates are verified.
        pub tls_dates: Rule
            => "tls-expiry-not-verified" "accepts certificates that are not valid now",
        /// The certificate's name is verified.
        pub tls_name: Rule
            => "tls-name-not-verified" "accepts certificates for other names",
        /// A body that ends before its length is an error.
        pub whole_body: Rule
            => "short-body-accepted" "uses a body that ends before its length",
        /// How many fetches are made at once; any number when `None`, so that slow hosts hold up nobody.
        pub workers: Watched<Option<usize>>,
    }
}

/// What a fetch does beside fetching, each the deviation of a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Excess {
    /// Nothing.
    #[default]
    None,
    /// It says which address the user has.
    Address,
    /// It goes where a document's host said before that its service stands too, without asking the guard.
    Alternatives,
    /// It answers a challenge with the server's own credentials.
    Challenged,
    /// It sends an `Authorization` field.
    Authorization,
    /// It shows the server's own certificate to whoever asks.
    Certificate,
    /// It sends cookies.
    Cookie,
    /// It asks with HEAD first, and takes a refusal of that for the document's.
    Head,
    /// Its `Host` field has the address.
    HostAddress,
    /// Its `Host` field leaves the port out.
    HostWithoutPort,
    /// It writes a line break that the path spells with percent signs as one.
    LineBreaks,
    /// It follows links in the header fields of a document.
    Links,
    /// It keeps cookies, and sends them to whoever they were set for.
    KeepsCookies,
    /// Its hello names nobody.
    NoServerName,
    /// It asks with POST.
    Post,
    /// It says from which page it comes.
    Referrer,
    /// It fetches a dozen times.
    Repeats,
    /// It tries a dozen times when it fails.
    Retries,
}

/// How long a fetch may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deadline {
    /// The whole fetch, from lookup to last byte.
    Total(Duration),
    /// Each read and write alone.
    EachRead(Duration),
    /// No bound.
    Never,
}

impl Default for Deadline {
    fn default() -> Self {
        Self::Total(Duration::from_secs(5))
    }
}

/// What tells where an answer ends, when more than one thing does (RFC 9112 section 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LengthRule {
    /// The length, although the answer says that it is chunked.
    BeforeCoding,
    /// The first of several lengths.
    First,
    /// An answer that says two things is refused.
    #[default]
    Strict,
}

/// What is done with a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Redirects {
    /// Every redirect is an error.
    #[default]
    Refuse,
    /// Those to the same origin are followed.
    FollowSameOrigin,
    /// They are followed, each target under the guard, and the document is taken for that of the last URL.
    FollowAsItself,
    /// They are followed, each target under the guard.
    FollowGuarded,
    /// They are followed, the guard is asked for the first URL only.
    FollowUnguarded,
}

/// How the size of a document is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SizeRule {
    /// Bytes are counted as they are read, also after decoding; one too many is an error.
    #[default]
    Count,
    /// Only a `content-length` that tells too much is an error.
    TrustContentLength,
    /// Bytes are counted before decoding only.
    BeforeDecoding,
    /// The recommended maximum is the limit, although published documents are larger.
    Recommended,
    /// A thousand bytes are the limit.
    Thousand,
    /// Reading stops at the limit and what was read is used.
    Truncate,
    /// No bound.
    Unbounded,
}

/// Which status codes are success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StatusRule {
    /// Only 200.
    #[default]
    Only200,
    /// 200 to 299.
    Any2xx,
    /// All.
    Any,
}

decisions! {
    /// Which addresses are refused (CIMD -02 section 8.6).
    pub struct GuardPolicy at fetch.guard {
        /// Aliases are followed; otherwise a name with one is refused.
        pub aliases: Rule
            => "refuses-aliases" "refuses names that are aliases of others",
        /// Every answer of a lookup is judged; otherwise only the first.
        pub all_answers: Rule
            => "checks-first-answer-only" "judges the first answer and contacts them all",
        /// Answers are tried as they come; otherwise those without a route come last, as `getaddrinfo` sorts them.
        pub answer_order: Rule,
        /// Blocks that were forgotten.
        pub forgotten: Watched<Vec<Block>>,
        /// Names are looked up in the DNS only; otherwise what the hosts file says is connected to, and not judged.
        pub hosts_file: Rule
            => "hosts-file-not-checked" "connects to what the hosts file says, after its guard asked the DNS only",
        /// Lookups count against the deadline; otherwise they are waited for.
        pub lookups_bounded: Rule
            => "no-lookup-deadline" "waits for a name server as long as it takes",
        /// Names are resolved and judged; otherwise only literal hosts are.
        pub names: Rule
            => "only-literals-checked" "judges literal hosts but not what names resolve to",
        /// The checked address is the one that is connected to; otherwise the name is resolved again.
        pub pinned: Rule
            => "resolve-twice" "judges one lookup and connects by another",
        /// The guard exists.
        pub exists: Rule
            => "address-not-checked" "contacts any address",
        /// Address hints of HTTPS records are left aside; otherwise they are connected to.
        pub hints_unused: Rule
            => "follows-address-hints" "connects to what an HTTPS record hints at, without the guard",
        /// Addresses are judged whatever the port is; otherwise with that of https only.
        pub other_ports: Rule,
        /// Each connection is judged; otherwise a host that was found good is not judged again.
        pub remembers: Rule
            => "guard-remembers-hosts" "does not judge a host again that it found good once",
        /// A connection that is refused is not tried again; otherwise it is, some seconds later.
        pub tried_once: Rule,
        /// v6 addresses are judged.
        pub v6: Rule
            => "only-ipv4-checked" "judges IPv4 addresses only",
    }
}
