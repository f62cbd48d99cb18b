//! Slips in answers about registered clients: one wrong thing each.

/// What a registration gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RegistrationSlip {
    /// Nothing.
    #[default]
    None,
    /// The answer is called plain text.
    AnswersText,
    /// A JSON body is read as far as it goes.
    BrokenJson,
    /// A chosen secret is taken.
    ChosenSecret,
    /// Only what the server assigned is told.
    EchoesNothing,
    /// Errors are 422.
    ErrorsAre422,
    /// The same metadata get the same id.
    IdsRepeat,
    /// No `client_id`.
    NoClientId,
    /// No `client_secret`.
    NoSecret,
    /// No `registration_access_token`.
    NoToken,
    /// Loopback redirect URIs are refused.
    RefusesLoopback,
    /// A redirect URI is taken, whatever it is.
    UnparsedRedirectUris,
}

/// What registration management gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ManagementSlip {
    /// Nothing.
    #[default]
    None,
    /// A deletion ends all clients with these redirect URIs.
    DeletesAlike,
    /// What is forbidden is 404.
    ForbiddenIs404,
    /// A read is answered with 202.
    ReadAccepted,
    /// A read forgets the name.
    ReadForgetsName,
    /// An answer has no `client_id`.
    NoClientId,
    /// An update is answered with 202.
    UpdateAccepted,
    /// An update leaves the client without redirect URIs.
    UpdateForgetsRedirectUris,
    /// An update changes the answer and not the client.
    UpdateNotKept,
    /// An update takes a chosen id.
    UpdateTakesClientId,
    /// An update is answered with the metadata of before.
    UpdateTellsOld,
}
