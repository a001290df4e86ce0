/// An adapter at work: which, and how strong.
package struct AdapterUse {
  var adapter: Adapter
  /// Multiplies the adapter's own scale.
  var strength: Float

  package init(adapter: Adapter, strength: Float) {
    self.adapter = adapter
    self.strength = strength
  }

  var scale: Float { adapter.configuration.scale * strength }
}

/// Some consecutive tokens of one sequence among the packed rows of a batch.
package struct Segment {
  /// Where its rows stand in the batch.
  var rows: Range<Int>
  /// The position of its first token in the sequence.
  var position: Int
  /// Rows of the batch that hold all that came before it, where it shares that beginning with others; empty where not.
  var prefix: Range<Int> = 0..<0
  /// What came before, and where the new keys and values go. Without one, the segment is a whole sequence.
  var cache: KVCache?
  /// nil is the foundation.
  var use: AdapterUse?
}

/// Sequences packed end to end, without padding: attention stays inside a segment, everything else sees rows.
package struct Batch {
  package init() {}

  private(set) var tokens: [Token] = []
  private(set) var segments: [Segment] = []
  /// Each row's position in its sequence.
  private(set) var positions: [Int] = []

  package mutating func append(
    _ tokens: some Collection<Token>, position: Int = 0, cache: KVCache? = nil,
    use: AdapterUse? = nil
  ) {
    let start = self.tokens.count
    self.tokens.append(contentsOf: tokens)
    positions.append(contentsOf: position..<position + tokens.count)
    segments.append(
      Segment(rows: start..<self.tokens.count, position: position, cache: cache, use: use))
  }

  /// Appends what follows on the rows `prefix`, which hold the beginning of its sequence from position 0.
  package mutating func append(
    _ tokens: some Collection<Token>, after prefix: Range<Int>, use: AdapterUse?
  ) {
    append(tokens, position: prefix.count, use: use)
    segments[segments.count - 1].prefix = prefix
  }

  /// Rows that share an adapter and a strength, neighbours joined.
  var runs: [(rows: Range<Int>, use: AdapterUse)] {
    var runs: [(rows: Range<Int>, use: AdapterUse)] = []
    for segment in segments {
      guard let use = segment.use else { continue }
      if let last = runs.last, last.rows.upperBound == segment.rows.lowerBound,
        last.use.adapter === use.adapter, last.use.strength == use.strength
      {
        runs[runs.count - 1].rows = last.rows.lowerBound..<segment.rows.upperBound
      } else {
        runs.append((segment.rows, use))
      }
    }
    return runs
  }
}
