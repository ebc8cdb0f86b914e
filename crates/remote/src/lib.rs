//! A web server with faults.
