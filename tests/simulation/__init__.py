"""The proof of merging: replicas on real files, real pairing, real bundles, against an oracle that holds everything."""
