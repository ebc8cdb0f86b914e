//! Clusters of processes answer queries of indexed tables as one process does, and read no more.

mod ballista;
mod codec;
mod distributed;
mod table;
