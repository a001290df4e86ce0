import Engine

/// What a run of a suite found, as a session keeps it: counts, and the names of what turned.
public struct ProbeRecord: Codable, Sendable, Equatable {
  /// The suite's name.
  public var suite: String
  /// The burst whose adapter replied; nil where the foundation was asked alone.
  public var burst: Int?
  /// The adapter's strength; nil likewise.
  public var strength: Float?
  /// How many probes there were.
  public var total: Int
  /// How many passed with the foundation.
  public var before: Int
  /// How many passed with the adapter, or else with the foundation.
  public var after: Int
  /// The probes that passed with the foundation and no longer do.
  public var broken: [String]
  /// The probes that did not pass with the foundation and do now.
  public var mended: [String]
  /// When.
  public var made: Timestamp

  /// More names than these are not kept, nor longer ones: a session is not a log.
  private static let mostNames = 20
  private static let longestName = 80

  init(_ run: ProbeRun, strength: Float?, made: Timestamp) {
    func names(_ turn: ProbeRun.Outcome.Turn) -> [String] {
      run.outcomes.filter { $0.turn == turn }.prefix(Self.mostNames)
        .map { String($0.probe.title.prefix(Self.longestName)) }
    }
    suite = run.suite
    burst = run.burst
    self.strength = strength
    total = run.total
    before = run.passedBefore
    after = run.passed
    broken = names(.broken)
    mended = names(.mended)
    self.made = made
  }

  /// `5/6 → 6/6`, or `5/6` of the foundation alone.
  public var counts: String {
    (burst == nil ? "" : "\(before)/\(total) → ") + "\(after)/\(total)"
  }
}

extension ProbeRecord: SessionWritable {
  func write(to writer: inout SessionWriter) {
    writer.object {
      $0.member("after", after)
      $0.member("before", before)
      $0.member("broken", broken)
      $0.member("burst", ifPresent: burst)
      $0.member("made", made)
      $0.member("mended", mended)
      $0.member("strength", ifPresent: strength)
      $0.member("suite", suite)
      $0.member("total", total)
    }
  }
}

/// The results of probes in a session: of each burst and suite the last one. What another version left there is kept.
public struct ProbeRecords: Sendable, Equatable {
  fileprivate enum Kept: Sendable, Equatable {
    case own(ProbeRecord)
    case foreign(JSONValue)
  }

  private var kept: [Kept] = []

  /// The oldest results go first where there are more.
  private static let most = 500

  /// No results.
  init() {}

  /// The results, the newest last.
  public var records: [ProbeRecord] {
    kept.compactMap { if case .own(let record) = $0 { record } else { nil } }
  }

  /// The results of a burst, or of the foundation asked alone (nil).
  public func of(_ burst: Int?) -> [ProbeRecord] { records.filter { $0.burst == burst } }

  /// Takes a result in, in the place of an older one of the same burst and suite.
  mutating func note(_ record: ProbeRecord) {
    kept.removeAll {
      guard case .own(let old) = $0 else { return false }
      return old.burst == record.burst && old.suite == record.suite
    }
    kept.append(.own(record))
    kept.removeFirst(max(0, kept.count - Self.most))
  }
}

extension ProbeRecords: Decodable {
  /// Reads an array of results; what is none is kept as it is.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    kept = try (try? container.decode([Kept].self)) ?? [.foreign(container.decode(JSONValue.self))]
  }
}

extension ProbeRecords.Kept: Decodable {
  init(from decoder: any Decoder) throws {
    if let record = try? ProbeRecord(from: decoder) {
      self = .own(record)
    } else {
      self = .foreign(try JSONValue(from: decoder))
    }
  }
}

extension ProbeRecords: SessionWritable {
  func write(to writer: inout SessionWriter) { writer.array(kept) }
}

extension ProbeRecords.Kept: SessionWritable {
  func write(to writer: inout SessionWriter) {
    switch self {
    case .own(let record): record.write(to: &writer)
    case .foreign(let value): value.write(to: &writer)
    }
  }
}
