/// How a person names a burst: `@3`, `@pirate` by its name, `@` for the one in use, `@0` or `@base` for the foundation.
public enum BurstReference: Sendable, Equatable {
  /// No burst: the foundation.
  case foundation
  /// The burst in use.
  case current
  /// A burst by its number.
  case burst(Int)
  /// A burst by its name.
  case named(String)

  /// Reads a word that starts with @; nil where it is none of the forms.
  public init?(_ word: String) {
    guard word.hasPrefix("@") else { return nil }
    let rest = String(word.dropFirst())
    switch rest {
    case "": self = .current
    case "0", "base", "foundation": self = .foundation
    default:
      if let number = Int(rest), number > 0 {
        self = .burst(number)
      } else if Self.isName(rest) {
        self = .named(rest)
      } else {
        return nil
      }
    }
  }

  /// Whether a burst can be called `text`: a letter, then letters, digits, `-`, `_` and `.`, 40 at most. Words that
  /// mean the foundation are taken.
  public static func isName(_ text: String) -> Bool {
    guard let first = text.first, first.isLetter, text.count <= 40 else { return false }
    return !["base", "foundation"].contains(text)
      && text.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
  }
}

extension Session {
  /// The burst that `reference` means; nil is the foundation.
  public func resolve(_ reference: BurstReference) throws(WorkbenchError) -> Int? {
    switch reference {
    case .foundation: return nil
    case .current: return current
    case .burst(let id):
      guard burst(id) != nil else { throw .noSuchBurst(id, last: bursts.last?.id ?? 0) }
      return id
    case .named(let name):
      guard let burst = bursts.first(where: { $0.name == name }) else {
        throw .noBurstNamed(name, names: bursts.compactMap(\.name))
      }
      return burst.id
    }
  }
}
