/// A regular expression whose search takes time in proportion to pattern and text, whatever either holds.
///
/// The pattern becomes a nondeterministic automaton that is run in step with the text (Thompson 1968; Pike's virtual
/// machine without captures, as in Cox 2007, "Regular Expression Matching Can Be Simple And Fast"): nothing is ever
/// tried twice, so no pattern can hang. What needs backtracking, references and look-around, is refused by name.
public struct Pattern: Sendable, Equatable, CustomStringConvertible {
  /// The pattern as written.
  public let source: String
  private let program: [Instruction]

  /// One step of the automaton. Places are indices of steps.
  enum Instruction: Sendable, Equatable {
    /// Takes one scalar of those.
    case scalar(ScalarSet)
    /// Goes on here without taking any.
    case jump(Int)
    /// Goes on at both.
    case split(Int, Int)
    /// Goes on where that holds.
    case assertion(Assertion)
    case match
  }

  /// What must hold between two scalars.
  enum Assertion: Sendable, Equatable { case start, end, lineStart, lineEnd, wordEdge, noWordEdge }

  /// Reads a pattern; throws where it is none, or asks for more than this engine does.
  public init(_ source: String, ignoringCase: Bool = false) throws(PatternError) {
    self.source = source
    var parser = try PatternParser(source, ignoringCase: ignoringCase)
    program = try parser.program()
  }

  /// The pattern as written.
  public var description: String { source }

  /// Whether the pattern matches anywhere in `text`.
  public func isFound(in text: String) -> Bool {
    var current = Threads(count: program.count)
    var next = Threads(count: program.count)
    var before: Unicode.Scalar?
    var scalars = text.unicodeScalars.makeIterator()
    var after = scalars.next()
    while true {
      // A search may begin anywhere, so each place gets a thread of its own.
      if add(0, to: &current, between: before, and: after) { return true }
      guard let scalar = after else { return false }
      (before, after) = (scalar, scalars.next())
      for place in current.places {
        guard case .scalar(let set) = program[place], set.contains(scalar) else { continue }
        if add(place + 1, to: &next, between: before, and: after) { return true }
      }
      swap(&current, &next)
      next.clear()
    }
  }

  /// Follows all that takes no scalar from `start` on; true where that reaches the match.
  private func add(
    _ start: Int, to threads: inout Threads, between before: Unicode.Scalar?,
    and after: Unicode.Scalar?
  ) -> Bool {
    var pending = [start]
    while let place = pending.popLast() {
      guard threads.insert(place) else { continue }
      switch program[place] {
      case .scalar: break
      case .jump(let target): pending.append(target)
      case .split(let first, let second): pending += [second, first]
      case .assertion(let assertion):
        if assertion.holds(between: before, and: after) { pending.append(place + 1) }
      case .match: return true
      }
    }
    return false
  }

  /// The places that the automaton is at, each once.
  private struct Threads {
    private(set) var places: [Int] = []
    private var isIn: [Bool]

    init(count: Int) { isIn = Array(repeating: false, count: count) }

    mutating func insert(_ place: Int) -> Bool {
      if isIn[place] { return false }
      isIn[place] = true
      places.append(place)
      return true
    }

    mutating func clear() {
      for place in places { isIn[place] = false }
      places.removeAll(keepingCapacity: true)
    }
  }
}

extension Pattern.Assertion {
  fileprivate func holds(between before: Unicode.Scalar?, and after: Unicode.Scalar?) -> Bool {
    switch self {
    case .start: before == nil
    case .end: after == nil
    case .lineStart: before == nil || before == "\n"
    case .lineEnd: after == nil || after == "\n"
    case .wordEdge: isWord(before) != isWord(after)
    case .noWordEdge: isWord(before) == isWord(after)
    }
  }

  private func isWord(_ scalar: Unicode.Scalar?) -> Bool {
    scalar.map { ScalarSet.Class.word.contains($0) } ?? false
  }
}

/// Scalars that one step of a pattern takes.
struct ScalarSet: Sendable, Equatable {
  /// A class that has a letter: `\d`, `\w`, `\s`.
  enum Class: Sendable, Equatable {
    case digit, word, space

    func contains(_ scalar: Unicode.Scalar) -> Bool {
      let properties = scalar.properties
      return switch self {
      case .digit: properties.generalCategory == .decimalNumber
      case .word:
        scalar == "_" || properties.isAlphabetic || properties.generalCategory == .decimalNumber
          || [.nonspacingMark, .spacingMark].contains(properties.generalCategory)
      case .space: properties.isWhitespace
      }
    }
  }

  var ranges: [ClosedRange<Unicode.Scalar>] = []
  var classes: [Class] = []
  var negatedClasses: [Class] = []
  var isNegated = false
  var ignoresCase = false

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    var isIn = holds(scalar)
    if ignoresCase, !isIn {
      isIn = [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping]
        .contains { mapped in
          mapped.unicodeScalars.count == 1 && mapped.unicodeScalars.first.map(holds) == true
        }
    }
    return isIn != isNegated
  }

  private func holds(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar) } || classes.contains { $0.contains(scalar) }
      || negatedClasses.contains { !$0.contains(scalar) }
  }
}

/// Why a text is no pattern.
public struct PatternError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The pattern as written.
  public var source: String
  /// What is wrong, as the end of a sentence: `a ( is never closed`.
  public var problem: String

  /// The pattern by name, and what is wrong.
  public var description: String { "the pattern “\(source)” cannot be used: \(problem)" }
}
