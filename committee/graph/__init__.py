"""The store: a market, findings and decisions in a graph, on Neo4j or on the embedded engine."""
