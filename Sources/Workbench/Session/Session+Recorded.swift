package import Engine

extension Session {
  /// The comparisons that show something: both replies came to their own end, and an adapter made one of them. Where
  /// none was asked for, those that recorded replies amount to: the foundation's first reply to a prompt that stood
  /// alone, and the last one that an adapter gave.
  package var recordedComparisons: [Comparison] {
    let shown = comparisons.isEmpty ? repliesCompared : comparisons
    return shown.filter {
      $0.foundationStop != .interrupt && $0.tunedStop != .interrupt && $0.against != $0.burst
    }
  }

  private var repliesCompared: [Comparison] {
    // Prompts by their bytes: texts that only look alike are two prompts.
    var first: [[UInt8]: Turn] = [:]
    var last: [[UInt8]: Turn] = [:]
    var order: [[UInt8]] = []
    for turn in turns where turn.conversation == nil && turn.stop != .interrupt {
      let prompt = Array(turn.prompt.utf8)
      if turn.burst != nil {
        last[prompt] = turn
      } else if first[prompt] == nil {
        first[prompt] = turn
        order.append(prompt)
      }
    }
    return order.compactMap { prompt in
      guard let before = first[prompt], let after = last[prompt] else { return nil }
      return Comparison(
        id: before.id, prompt: before.prompt, context: [], against: nil, foundation: before.reply,
        tuned: after.reply, burst: after.burst, strength: after.strength,
        foundationStop: before.stop, tunedStop: after.stop, kernels: after.drawn?.kernels,
        sampling: after.drawn?.sampling ?? sampling, made: after.made)
    }
  }

  /// The first and the last moment on record; nil where nothing was done.
  package var moments: ClosedRange<Timestamp>? {
    let all =
      examples.flatMap { $0.revisions.map(\.made) } + bursts.flatMap { [$0.started, $0.ended] }
      + turns.map(\.made) + comparisons.map(\.made)
    guard let first = all.min(), let last = all.max() else { return nil }
    return first...last
  }

  /// The kernels that made its bursts and replies, each once, in the order of their names.
  package var kernels: [KernelPath] {
    let all =
      bursts.map(\.kernels) + comparisons.map(\.kernels) + turns.map { $0.drawn?.kernels }
    return Set(all.compactMap { $0 }).sorted { $0.rawValue < $1.rawValue }
  }
}
