//! Faults of the authorization, token, revocation and management endpoints: one wrong thing each.

/// What an endpoint gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EndpointFault {
    /// Nothing.
    #[default]
    None,
    /// An error is a page for whoever takes pages.
    ErrorPages,
    /// Who is not known and did not try to authenticate is told 401 and nothing else.
    ErrorsEmpty,
    /// Who is not known and did not try to authenticate is sent to a page.
    ErrorsRedirect,
    /// An error about a request that cannot be read shows where in the code it came to be.
    ErrorsTraced,
    /// Tokens are shown on a page to whoever takes pages.
    TokenPages,
    /// Codes of public clients whose documents say more than most are not redeemed.
    TokenWantsUsual,
    /// An authorization request without a client shows where in the code it failed.
    AuthorizationTraced,
    /// A session stands in the address after the login.
    SessionInUrl,
    /// A client that nobody knows redeems a code.
    UnknownRedeems,
    /// The user is logged out without a question.
    LogoutUnasked,
    /// Whoever is logged out is sent to whatever place is asked for.
    LogoutAnywhere,
    /// Pages of strangers read the authorization endpoint.
    CrossOrigin,
    /// A code loses the scope that was agreed to.
    ScopeDropped,
    /// A parameter without a value is one with an empty value.
    EmptyCounts,
    /// A pushed request is answered with 200.
    PushIsOk,
    /// A pushed request may refer to another.
    PushRefers,
    /// Whatever the response type is, a code is given.
    AnyResponseType,
    /// Of repeated parameters at the token endpoint the first counts.
    RepeatedTaken,
    /// Requests over the back channel are taken from whoever names a client.
    BackchannelUnauthenticated,
    /// Devices are authorized for whoever names a client.
    DeviceUnauthenticated,
    /// The metadata has a list of nothing.
    EmptyList,
    /// A form is answered with 302.
    Found,
    /// A form is answered with 308.
    Permanent,
    /// A refresh gives the scope that it asks for.
    RefreshWidens,
    /// A revoked refresh token leaves the access tokens alive.
    RevocationKeepsAccess,
    /// A token is looked for among those of the hint only.
    RevocationTrustsHint,
    /// An unknown token cannot be revoked.
    RevocationWantsKnown,
    /// A client that tried HTTP authentication is told 400.
    Unchallenged,
    /// A place of nobody leaves the token that asked there alive.
    UnknownPlaceKeepsToken,
    /// A parameter that is not known is a reason to refuse.
    UnknownRefused,
    /// A client that gave up its key renews what it got with it.
    WeakenedRenews,
    /// A used code with a wrong verifier ends what it gave.
    WrongReplayRevokes,
}
