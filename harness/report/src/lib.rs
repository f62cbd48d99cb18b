//! Writers over the report document.
