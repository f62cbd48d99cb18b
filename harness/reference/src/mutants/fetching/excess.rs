//! Mutants whose fetches do more than fetch.

use crate::policy::Excess;
use crate::policy::Mutant;

/// One row for each.
pub(crate) const MUTANTS: &[Mutant] = &[
    Mutant {
        name: "fetch-tells-user-address",
        summary: "tells a document's host the address of the user",
        apply: |policy| *policy.fetch.excess = Excess::Address,
    },
    Mutant {
        name: "fetch-with-authorization",
        summary: "sends an Authorization field to a document's host",
        apply: |policy| *policy.fetch.excess = Excess::Authorization,
    },
    Mutant {
        name: "fetch-shows-certificate",
        summary: "shows its own certificate to a document's host that asks for one",
        apply: |policy| *policy.fetch.excess = Excess::Certificate,
    },
    Mutant {
        name: "fetch-with-cookies",
        summary: "sends cookies to a document's host",
        apply: |policy| *policy.fetch.excess = Excess::Cookie,
    },
    Mutant {
        name: "fetch-needs-head",
        summary: "asks for a document with HEAD first and gives up where that is not answered",
        apply: |policy| *policy.fetch.excess = Excess::Head,
    },
    Mutant {
        name: "fetch-host-is-address",
        summary: "names the address of a document's host in the Host field",
        apply: |policy| *policy.fetch.excess = Excess::HostAddress,
    },
    Mutant {
        name: "follows-header-links",
        summary: "fetches what the header fields of a document link to",
        apply: |policy| *policy.fetch.excess = Excess::Links,
    },
    Mutant {
        name: "fetch-without-server-name",
        summary: "names nobody in the TLS hello",
        apply: |policy| *policy.fetch.excess = Excess::NoServerName,
    },
    Mutant {
        name: "fetches-with-post",
        summary: "asks for a document with POST",
        apply: |policy| *policy.fetch.excess = Excess::Post,
    },
    Mutant {
        name: "fetch-with-referrer",
        summary: "tells a document's host from which page the user comes",
        apply: |policy| *policy.fetch.excess = Excess::Referrer,
    },
    Mutant {
        name: "fetches-a-dozen-times",
        summary: "fetches each document a dozen times",
        apply: |policy| *policy.fetch.excess = Excess::Repeats,
    },
    Mutant {
        name: "retries-a-dozen-times",
        summary: "tries a dozen times to fetch a document that it does not get",
        apply: |policy| *policy.fetch.excess = Excess::Retries,
    },
    Mutant {
        name: "few-fetches-at-a-time",
        summary: "has twenty workers for all fetches",
        apply: |policy| *policy.fetch.workers = Some(20),
    },
    Mutant {
        name: "follows-alternative-services",
        summary: "connects where a host said before that its service stands too",
        apply: |policy| *policy.fetch.excess = Excess::Alternatives,
    },
    Mutant {
        name: "answers-challenges",
        summary: "sends its own credentials to a document's host that asks for some",
        apply: |policy| *policy.fetch.excess = Excess::Challenged,
    },
    Mutant {
        name: "writes-line-breaks",
        summary: "decodes line breaks in the path before it writes the request",
        apply: |policy| *policy.fetch.excess = Excess::LineBreaks,
    },
    Mutant {
        name: "fetch-keeps-cookies",
        summary: "keeps the cookies of documents' hosts and sends them",
        apply: |policy| *policy.fetch.excess = Excess::KeepsCookies,
    },
    Mutant {
        name: "host-field-without-port",
        summary: "leaves the port out of the `Host` field of a fetch",
        apply: |policy| *policy.fetch.excess = Excess::HostWithoutPort,
    },
];
