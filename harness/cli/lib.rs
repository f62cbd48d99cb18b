//! Command line of cimdspec: arguments, files and exit codes; the only room that joins the others.
