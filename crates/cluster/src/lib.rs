//! Clusters of machines that read indexed tables: what the tests and examples share.
//!
//! A machine is a process here that listens on the loopback interface, see [`process`]. Each knows
//! the files of the table by the same URL, as machines of a cluster know a store in the cloud.
#![deny(unsafe_code)]

pub mod ballista;
pub mod distributed;
pub mod flights;
pub mod process;
pub mod store;
