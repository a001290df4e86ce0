/// Reads a regular expression into the steps of a `Pattern`.
///
/// Literals, `.`, `[…]`, `\d \w \s \b` and their opposites, `^ $ \A \z`, `(…)`, `(?:…)`, `|`, `* + ? {n,m}` and their lazy
/// forms, and flags `(?ims)` at the start.
struct PatternParser {
  private let source: String
  private var rest: [Unicode.Scalar]
  private var ignoresCase: Bool
  private var isMultiline = false
  private var dotTakesNewlines = false
  private var depth = 0

  /// More steps than any pattern a person writes needs; more would take long on a long text.
  private static let mostSteps = 5_000
  private static let mostDepth = 100

  private typealias Steps = [Pattern.Instruction]

  init(_ source: String, ignoringCase: Bool) throws(PatternError) {
    self.source = source
    ignoresCase = ignoringCase
    // Read from the back, so that taking one is cheap.
    rest = source.unicodeScalars.reversed()
    try flags()
  }

  /// All the steps, ending in the match.
  mutating func program() throws(PatternError) -> [Pattern.Instruction] {
    let steps = try alternation()
    if next != nil { throw error("a ) closes nothing; \\) is the sign itself") }
    return steps + [.match]
  }

  private var next: Unicode.Scalar? { rest.last }

  private func error(_ problem: String) -> PatternError {
    PatternError(source: source, problem: problem)
  }

  private mutating func take(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    guard rest.suffix(scalars.count).reversed().elementsEqual(scalars) else { return false }
    rest.removeLast(scalars.count)
    return true
  }

  /// Flags at the pattern's start: `(?i)`.
  private mutating func flags() throws(PatternError) {
    guard rest.count > 2, source.hasPrefix("(?"),
      "ims".unicodeScalars.contains(rest[rest.count - 3])
    else { return }
    rest.removeLast(2)
    while let flag = rest.popLast(), flag != ")" {
      switch flag {
      case "i": ignoresCase = true
      case "m": isMultiline = true
      case "s": dotTakesNewlines = true
      default: throw error("there is no flag \(flag); i, m and s are known")
      }
    }
  }

  private mutating func alternation() throws(PatternError) -> Steps {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.mostDepth { throw error("its groups are nested too deep") }
    var steps = try sequence()
    while take("|") {
      let other = try sequence()
      steps =
        [.split(1, steps.count + 2)] + moved(steps, by: 1) + [.jump(steps.count + 2 + other.count)]
        + moved(other, by: steps.count + 2)
      try checkLength(steps)
    }
    return steps
  }

  private mutating func sequence() throws(PatternError) -> Steps {
    var steps: Steps = []
    while let scalar = next, scalar != "|", scalar != ")" {
      let atom = try atom()
      steps += moved(try repeated(atom), by: steps.count)
      try checkLength(steps)
    }
    return steps
  }

  private func checkLength(_ steps: Steps) throws(PatternError) {
    if steps.count > Self.mostSteps {
      throw error("it is too large; fewer or smaller repetitions {n,m} make it shorter")
    }
  }

  /// The same steps `offset` places further on.
  private func moved(_ steps: Steps, by offset: Int) -> Steps {
    steps.map { step in
      switch step {
      case .jump(let target): .jump(target + offset)
      case .split(let first, let second): .split(first + offset, second + offset)
      case .scalar, .assertion, .match: step
      }
    }
  }

  private mutating func repeated(_ atom: Steps) throws(PatternError) -> Steps {
    var steps = atom
    while let (least, most) = try bounds() {
      // Whether as few or as many as can be are taken first does not decide whether there is a match.
      if !take("?") { _ = take("+") }
      let size = steps.count + 2
      guard max(least, most ?? 0) <= Self.mostSteps / max(1, size) else {
        throw error("it is too large; fewer or smaller repetitions {n,m} make it shorter")
      }
      var result: Steps = []
      for _ in 0..<least { result += moved(steps, by: result.count) }
      if let most {
        for _ in least..<most {
          result += moved([.split(1, steps.count + 1)] + moved(steps, by: 1), by: result.count)
        }
      } else {
        let loop: Steps =
          [.split(1, steps.count + 2)] + moved(steps, by: 1) + [.jump(0)]
        result += moved(loop, by: result.count)
      }
      steps = result
      try checkLength(steps)
    }
    return steps
  }

  /// How often what stands before is repeated, where that is said next.
  private mutating func bounds() throws(PatternError) -> (least: Int, most: Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    guard next == "{" else { return nil }
    let mark = rest
    rest.removeLast()
    let least = number()
    let hasComma = take(",")
    let most = hasComma ? number() : least
    guard take("}"), least != nil || most != nil else {
      // As in most engines, a { that counts nothing is itself.
      rest = mark
      return nil
    }
    if let least, let most, least > most { throw error("{\(least),\(most)} counts backwards") }
    return (least ?? 0, most)
  }

  private mutating func number() -> Int? {
    var digits = ""
    while let scalar = next, ("0"..."9").contains(scalar), digits.utf8.count < 9 {
      digits.unicodeScalars.append(scalar)
      rest.removeLast()
    }
    return Int(digits)
  }

  private mutating func atom() throws(PatternError) -> Steps {
    guard let scalar = rest.popLast() else { return [] }
    switch scalar {
    case "(": return try group()
    case "[": return [.scalar(try bracket())]
    case ".":
      let newline: ScalarSet = ScalarSet(
        ranges: dotTakesNewlines ? [] : ["\n"..."\n"], isNegated: true)
      return [.scalar(newline)]
    case "^": return [.assertion(isMultiline ? .lineStart : .start)]
    case "$": return [.assertion(isMultiline ? .lineEnd : .end)]
    case "*", "+", "?": throw error("a \(scalar) repeats nothing; \\\(scalar) is the sign itself")
    case "\\": return [try escape()]
    default: return [literal(scalar)]
    }
  }

  private func literal(_ scalar: Unicode.Scalar) -> Pattern.Instruction {
    .scalar(ScalarSet(ranges: [scalar...scalar], ignoresCase: ignoresCase))
  }

  private mutating func group() throws(PatternError) -> Steps {
    if take("?") {
      guard take(":") else {
        let isLook = next == "=" || next == "!" || next == "<"
        throw error(
          isLook
            ? "look-around (?= (?! (?< is not known here; write two expectations"
            : "only (?:…) is known of groups that start with ?")
      }
    }
    let steps = try alternation()
    guard take(")") else { throw error("a ( is never closed; \\( is the sign itself") }
    return steps
  }

  private mutating func escape() throws(PatternError) -> Pattern.Instruction {
    guard let scalar = rest.popLast() else { throw error("it ends in a lone \\") }
    switch scalar {
    case "b": return .assertion(.wordEdge)
    case "B": return .assertion(.noWordEdge)
    case "A": return .assertion(.start)
    case "z", "Z": return .assertion(.end)
    case "1"..."9": throw error("references such as \\\(scalar) are not known here")
    default:
      var set = ScalarSet(ignoresCase: ignoresCase)
      try escaped(scalar, into: &set)
      return .scalar(set)
    }
  }

  /// Adds what `\scalar` stands for to a set; returns it where it is one scalar.
  @discardableResult
  private mutating func escaped(_ scalar: Unicode.Scalar, into set: inout ScalarSet)
    throws(PatternError) -> Unicode.Scalar?
  {
    let known: Unicode.Scalar
    switch scalar {
    case "d": set.classes.append(.digit)
    case "w": set.classes.append(.word)
    case "s": set.classes.append(.space)
    case "D": set.negatedClasses.append(.digit)
    case "W": set.negatedClasses.append(.word)
    case "S": set.negatedClasses.append(.space)
    case "n", "t", "r", "u", "x":
      switch scalar {
      case "n": known = "\n"
      case "t": known = "\t"
      case "r": known = "\r"
      default: known = try codePoint(digits: scalar == "u" ? 4 : 2)
      }
      set.ranges.append(known...known)
      return known
    default:
      guard !scalar.properties.isAlphabetic, scalar.properties.numericType == nil else {
        throw error("\\\(scalar) is not known here")
      }
      set.ranges.append(scalar...scalar)
      return scalar
    }
    return nil
  }

  private mutating func codePoint(digits count: Int) throws(PatternError) -> Unicode.Scalar {
    let digits = String(String.UnicodeScalarView(rest.suffix(count).reversed()))
    guard digits.utf8.count == count, let value = UInt32(digits, radix: 16),
      let scalar = Unicode.Scalar(value)
    else { throw error("\\u takes four hexadecimal digits, \\x two") }
    rest.removeLast(count)
    return scalar
  }

  private mutating func bracket() throws(PatternError) -> ScalarSet {
    var set = ScalarSet(ignoresCase: ignoresCase)
    set.isNegated = take("^")
    var isFirst = true
    while let scalar = rest.popLast() {
      if scalar == "]", !isFirst { return set }
      isFirst = false
      var low: Unicode.Scalar? = scalar
      if scalar == "\\" {
        guard let escape = rest.popLast() else { break }
        low = try escaped(escape, into: &set)
      } else {
        set.ranges.append(scalar...scalar)
      }
      guard let low, next == "-", rest.count > 1, rest[rest.count - 2] != "]" else { continue }
      rest.removeLast()
      guard var high = rest.popLast() else { break }
      if high == "\\" {
        guard let escape = rest.popLast(), let one = try escaped(escape, into: &set) else {
          throw error("a range in [ ] ends in a class")
        }
        high = one
      }
      guard low <= high else { throw error("the range \(low)-\(high) runs backwards") }
      set.ranges.append(low...high)
    }
    throw error("a [ is never closed; \\[ is the sign itself")
  }
}
