//! Clusters of machines that read indexed tables.
