/// What an entry asks for.
enum Line: Equatable {
  /// Nothing: it is empty, or a comment in a script.
  case nothing
  /// A reply to a prompt.
  case prompt(String)
  /// A command, by name, and what stands after it.
  case command(String, String)

  /// A line for the person's shell, what stands after `!`.
  case shell(String)

  /// Reads an entry. `//` starts a prompt that starts with `/`; `"""` around a prompt goes away;
  /// in scripts, lines that start with `#` are comments.
  init(_ entry: String, isScript: Bool) throws(UsageError) {
    let start = entry.drop { $0.isWhitespace }
    if start.isEmpty || isScript && start.hasPrefix("#") {
      self = .nothing
    } else if start.hasPrefix("//") {
      self = .prompt(String(start.dropFirst()))
    } else if start.hasPrefix("/") {
      let name = start.dropFirst().prefix { !$0.isWhitespace }
      self = .command(String(name), String(start.dropFirst(1 + name.count)))
    } else if start.hasPrefix("!") {
      self = .shell(trimmed(start.dropFirst()))
    } else if start.hasPrefix(tripleQuote) {
      let text = try Words(prose: entry, usage: "").prose()
      self = trimmed(text).isEmpty ? .nothing : .prompt(text)
    } else {
      self = .prompt(entry)
    }
  }
}
