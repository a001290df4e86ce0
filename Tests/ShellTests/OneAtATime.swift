import Testing

/// Signals and libedit belong to the whole process, so the suites that use them take turns.
@Suite(.serialized)
enum OneAtATime {}
