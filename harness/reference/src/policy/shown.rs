//! What the metadata show: one wrong thing each.

/// Which algorithms for the assertions of clients the metadata tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AlgorithmsShown {
    /// Those that are taken.
    #[default]
    Right,
    /// None at all.
    Nothing,
    /// `none` too.
    Unsigned,
}

/// What the addresses of endpoints look like in the metadata.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EndpointsShown {
    /// That of registration in plain http.
    HttpRegistration,
    /// As they are.
    #[default]
    Right,
    /// That of revocation begins with http.
    Http,
    /// That of tokens has a fragment.
    Fragment,
}

/// Which issuer the metadata tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IssuerShown {
    /// One below its own.
    Another,
    /// Its own.
    #[default]
    Right,
    /// Its own with a slash too many.
    TrailingSlash,
}

/// Which grant and response types the metadata tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GrantsShown {
    /// Those that are served.
    #[default]
    Right,
    /// The implicit ones too.
    Implicit,
    /// Without refresh tokens.
    WithoutRefresh,
}
