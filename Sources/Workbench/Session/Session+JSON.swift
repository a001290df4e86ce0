import Engine

extension Session: Decodable {
  private enum Key: String, CodingKey {
    case version, model, seed, system, sampling, recipe, examples, bursts, current, turns
    case comparisons, probes, state
  }

  /// Reads a session of this version; older ones are migrated before.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    self.init(seed: try values.decode(UInt64.self, forKey: .seed))
    model = try values.decodeIfPresent(ModelIdentity.self, forKey: .model)
    system = try values.decodeIfPresent(String.self, forKey: .system)
    sampling = try values.decode(Sampling.self, forKey: .sampling)
    recipe = try values.decode(Recipe.self, forKey: .recipe)
    examples = try values.decode([Example].self, forKey: .examples)
    bursts = try values.decode([Burst].self, forKey: .bursts)
    current = try values.decodeIfPresent(Int.self, forKey: .current)
    turns = try values.decode([Turn].self, forKey: .turns)
    comparisons = try values.decode([Comparison].self, forKey: .comparisons)
    probes = try values.decodeIfPresent(ProbeRecords.self, forKey: .probes) ?? ProbeRecords()
    state = try values.decodeIfPresent(State.self, forKey: .state) ?? State()
    if let problem { throw SessionProblem(problem) }
  }
}

extension Session {
  /// The text of its file.
  package var written: [UInt8] { SessionFile.bytes(self) }
}

extension Session: SessionWritable {
  /// Writes all keys, also where there is nothing to say, so that two sessions differ in values only.
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("bursts", bursts)
      $0.member("comparisons", comparisons)
      $0.member("current", current)
      $0.member("examples", examples)
      $0.member("model", model)
      $0.member("probes", probes)
      $0.member("recipe", recipe)
      $0.member("sampling", sampling)
      $0.member("seed", seed)
      $0.member("state", state)
      $0.member("system", system)
      $0.member("turns", turns)
      $0.member("version", Session.version)
    }
  }
}

extension Session.State: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("chat", chat)
      $0.member("chosen", ifPresent: chosen)
      $0.member("conversationStart", conversationStart)
      $0.member("held", ifPresent: held)
      $0.member("history", history)
      $0.member("probes", ifPresent: probes)
      $0.member("strength", strength)
      $0.member("votes", ifPresent: votes)
    }
  }
}

extension Turn: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("attempt", ifPresent: attempt)
      $0.member("burst", ifPresent: burst)
      $0.member("conversation", ifPresent: conversation)
      $0.member("drawn", ifPresent: drawn)
      $0.member("id", id)
      $0.member("instead", ifPresent: instead)
      $0.member("made", made)
      $0.member("prompt", prompt)
      $0.member("reply", reply)
      $0.member("stop", stop)
      $0.member("strength", strength)
    }
  }
}

extension Turn.Drawn: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("conversation", ifPresent: conversation)
      $0.member("kernels", kernels)
      $0.member("sampling", sampling)
      $0.member("system", ifPresent: system)
    }
  }
}

extension Comparison: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("against", ifPresent: against)
      $0.member("burst", ifPresent: burst)
      $0.member("context", context)
      $0.member("foundation", foundation)
      $0.member("foundationStop", foundationStop)
      $0.member("id", id)
      $0.member("kernels", ifPresent: kernels)
      $0.member("made", made)
      $0.member("prompt", prompt)
      $0.member("sampling", sampling)
      $0.member("strength", strength)
      $0.member("tuned", tuned)
      $0.member("tunedStop", tunedStop)
    }
  }
}

extension IDList: SessionWritable {}
extension Timestamp: SessionWritable {}
