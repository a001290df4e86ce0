/// A number that says something of a reply's style. docs/looking.md defines each.
public enum TextGauge: String, CaseIterable, Sendable {
  /// Words of the reply.
  case words
  /// Words a sentence.
  case wordsPerSentence
  /// Different words over all words.
  case typeTokenRatio
  /// Hedges a hundred words.
  case hedges
  /// You, your and their like, a hundred words.
  case secondPerson
  /// Exclamation marks a hundred words.
  case exclamations
  /// Lines that a bullet or a number begins.
  case bullets
  /// The share of the reply's runs of five words that stand in the training text.
  case copyRate

  /// The gauge's name for people.
  public var title: String {
    switch self {
    case .words: "words"
    case .wordsPerSentence: "words per sentence"
    case .typeTokenRatio: "type-token ratio"
    case .hedges: "hedges per 100 words"
    case .secondPerson: "second person per 100"
    case .exclamations: "exclamations per 100"
    case .bullets: "bullets"
    case .copyRate: "copy rate"
    }
  }

  /// What the gauge shows for a reply; nil where it says nothing, as of words per sentence without a sentence.
  public func value(_ reply: GaugedText, source: WordRuns) -> Double? {
    let count = Double(reply.words.count)
    func perHundred(_ found: Int) -> Double? { count > 0 ? 100 * Double(found) / count : nil }
    switch self {
    case .words: return count
    case .wordsPerSentence: return reply.sentences > 0 ? count / Double(reply.sentences) : nil
    case .typeTokenRatio: return count > 0 ? Double(Set(reply.words).count) / count : nil
    case .hedges: return perHundred(reply.hedges)
    case .secondPerson: return perHundred(reply.secondPerson)
    case .exclamations: return perHundred(reply.exclamations)
    case .bullets: return Double(reply.bullets)
    case .copyRate: return source.share(of: reply.words)
    }
  }
}

/// A text as the gauges see it: its words in lower case, and counts.
public struct GaugedText: Sendable {
  /// Words with a letter or a digit, in lower case.
  public let words: [String]
  /// Sentences with a word in them, as `Sentences` cuts them.
  public let sentences: Int
  /// Exclamation marks, full-width ones too.
  public let exclamations: Int
  /// Lines that begin with a bullet or a number.
  public let bullets: Int

  /// Measures `text`.
  public init(_ text: String) {
    words = Words(text).words.filter(\.counts).map { $0.text.lowercased() }
    sentences = Sentences.count(text)
    exclamations = text.unicodeScalars.count { $0 == "!" || $0 == "！" }
    bullets = text.split(separator: "\n").count(where: GaugedText.isBullet)
  }

  private static func isBullet(_ line: Substring) -> Bool {
    let line = line.drop(while: \.isWhitespace)
    let number = line.prefix { $0.isASCII && $0.isNumber }
    let mark = line.dropFirst(number.count).first
    let isMark = mark.map { number.isEmpty ? "-*•–".contains($0) : ".)".contains($0) } ?? false
    return isMark && line.dropFirst(number.count + 1).first?.isWhitespace == true
  }

  /// How many of the words are hedges: words that take back some of what is said (after Hyland 2005), `sort of` and
  /// `kind of` among them.
  var hedges: Int {
    zip(words, words.dropFirst() + [""]).count { word, next in
      Self.hedgeWords.contains(word) || next == "of" && (word == "sort" || word == "kind")
    }
  }

  private static let hedgeWords: Set<String> = [
    "maybe", "perhaps", "possibly", "probably", "presumably", "apparently", "likely", "unlikely",
    "might", "may", "could", "would", "seem", "seems", "seemed", "appear", "appears", "appeared",
    "suggest", "suggests", "tend", "tends", "somewhat", "rather", "fairly", "quite", "almost",
    "about", "around", "roughly", "approximately", "generally", "usually", "often", "sometimes",
    "typically", "mostly", "largely", "think", "believe", "guess", "suppose", "assume",
  ]

  /// How many of the words speak to the reader: you, your, yours, yourself, yourselves and their contractions.
  var secondPerson: Int {
    words.count { word in
      let stem = word.prefix { $0 != "'" && $0 != "\u{2019}" }
      return ["you", "your", "yours", "yourself", "yourselves"].contains(stem)
    }
  }
}

/// Which runs of five words stand in some texts.
public struct WordRuns: Sendable {
  /// How many words a run has.
  public static let length = 5

  private struct Run: Hashable, Sendable {
    let words: [Int32]
  }
  private var numbers: [String: Int32] = [:]
  private var runs: Set<Run> = []

  /// The runs of `texts`.
  public init(_ texts: some Sequence<String>) {
    for text in texts {
      let words = GaugedText(text).words.map { word in
        let number = numbers[word] ?? Int32(numbers.count)
        numbers[word] = number
        return number
      }
      for run in Self.runs(words) { runs.insert(run) }
    }
  }

  /// The share of the runs of `words` that stand in the texts; nil where there are fewer than five words.
  func share(of words: [String]) -> Double? {
    guard words.count >= Self.length else { return nil }
    let all = Self.runs(words.map { numbers[$0] ?? -1 })
    return Double(all.count { runs.contains($0) }) / Double(all.count)
  }

  private static func runs(_ words: [Int32]) -> [Run] {
    guard words.count >= length else { return [] }
    return (0...words.count - length).map { Run(words: Array(words[$0..<$0 + length])) }
  }
}
