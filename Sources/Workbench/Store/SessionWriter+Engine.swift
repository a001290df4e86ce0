import Engine

// What of the engine's stands in a session's file.

extension StopReason: SessionWritable {}
extension KernelPath: SessionWritable {}
extension Projection: SessionWritable {}
extension Recipe.Schedule: SessionWritable {}
extension Recipe.Order: SessionWritable {}

extension ModelIdentity: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("path", path)
      $0.member("sha256", sha256)
      $0.member("size", size)
    }
  }
}

extension Message: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("content", content)
      $0.member("role", role)
      $0.member("train", ifPresent: train)
    }
  }
}

extension Sampling: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("maxTokens", maxTokens)
      $0.member("minP", minP)
      $0.member("repetitionPenalty", repetitionPenalty)
      $0.member("seed", seed)
      $0.member("temperature", temperature)
      $0.member("topK", topK)
      $0.member("topP", topP)
    }
  }
}

extension Recipe: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("alpha", alpha)
      $0.member("batchSize", batchSize)
      $0.member("clip", ifPresent: clip)
      $0.member("klWeight", ifPresent: klWeight)
      $0.member("lastLayers", ifPresent: lastLayers)
      $0.member("learningRate", learningRate)
      $0.member("order", order)
      $0.member("preference", ifPresent: preference)
      $0.member("rank", rank)
      $0.member("schedule", schedule)
      $0.member("seed", seed)
      $0.member("targets", targets)
      $0.member("warmup", warmup)
      $0.member("weightDecay", weightDecay)
    }
  }
}

extension PreferenceLoss: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("beta", beta)
      $0.member("chosenWeight", chosenWeight)
    }
  }
}

extension JudgedReport: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("count", count)
      $0.member("margin", margin)
      $0.member("won", won)
    }
  }
}

extension JSONObject: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object { writer in
      for member in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
        writer.member(member.key, member.value)
      }
    }
  }
}

extension JSONValue: SessionWritable {
  /// Writes the value as it is; a number as the nearest that 64 bits hold, which is what reading it gives.
  func write(to writer: inout SessionWriter) {
    switch self {
    case .null: writer.append("null")
    case .bool(let value): value.write(to: &writer)
    case .numeral(let digits):
      // As an integer, -0 would lose its sign.
      if digits != "-0", let value = Int(digits) {
        value.write(to: &writer)
      } else if digits != "-0", let value = UInt64(digits) {
        value.write(to: &writer)
      } else {
        Double(digits).write(to: &writer)
      }
    case .string(let value): writer.quote(value)
    case .array(let values): writer.array(values)
    case .object(let object): object.write(to: &writer)
    }
  }
}
