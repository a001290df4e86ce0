import Workbench

/// Finds what Tab could put at the cursor.
package struct Completer {
  private let console: Console

  /// A completer of what `console` knows.
  package init(_ console: Console) { self.console = console }

  /// What to change in `line`, whose cursor stands after `cursor` bytes; nil where nothing fits.
  package func complete(_ line: String, _ cursor: Int) -> Completed? {
    let before = String(decoding: line.utf8.prefix(cursor), as: UTF8.self)
    guard before.hasPrefix("/"), !before.hasPrefix("//") else { return nil }
    let words = words(of: before)
    let name = String(words[0].dropFirst())
    guard let word = words.dropFirst().last else {
      return completed(name, among: Command.table.map { Candidate($0.name) })
    }
    guard let command = try? Command.named(name, abbreviations: true) else { return nil }
    let earlier = words.dropFirst().dropLast().filter { !$0.isEmpty }
    let place = Place(word: word, earlier: earlier)
    return completed(word, among: candidates(command.completes, place))
  }

  /// Where the cursor is among a command's words.
  private struct Place {
    /// What stands of the word.
    var word: String
    /// The words before it, the command's name left out.
    var earlier: [String]
  }

  private struct Candidate {
    /// The whole word.
    var text: String
    /// What the list shows.
    var label: String
    /// What is typed after it when it is the only one.
    var ending = " "

    init(_ text: String, label: String? = nil, ending: String = " ") {
      self.text = text
      self.label = label ?? text
      self.ending = ending
    }
  }

  private func candidates(_ kind: Command.Completion, _ place: Place) -> [Candidate] {
    let word = place.word
    let session = console.workbench.session
    let takesTurns = [.turn, .reference, .example].contains(kind)
    if takesTurns, word.hasPrefix("%") {
      return session.turns.suffix(20).map { Candidate("%\($0.id)") }
    }
    switch kind {
    case .nothing, .turn: return []
    case .command: return Command.table.map { Candidate($0.name) }
    case .choice(let choices): return choices.map { Candidate($0) }
    case .either(let first, let second):
      return candidates(first, place) + candidates(second, place)
    case .each(let kinds):
      let kind = kinds.dropFirst(place.earlier.count).first ?? kinds.last ?? .nothing
      return candidates(kind, place)
    case .setting:
      if let last = place.earlier.last, let setting = try? Setting.named(last) {
        return values(of: setting).map { Candidate(escaped($0)) }
      }
      return assigned(word) ?? Setting.table.map { Candidate($0.name) }
    case .tuning:
      if let values = assigned(word) { return values }
      let conditions = ["loss<", "held<", "drift<="].map { Candidate($0, ending: "") }
      let words = ["until", "epochs", "plateau"].map { Candidate($0) }
      let settings = Setting.table.filter { $0.scope == .bursts }
      return words + conditions + settings.map { Candidate($0.name, ending: "=") }
    case .example: return session.liveExamples.map { Candidate("\($0.id)") }
    case .burst:
      return word.hasPrefix("@")
        ? references : [Candidate("foundation")] + session.bursts.map { Candidate("\($0.id)") }
    case .reference: return word.hasPrefix("@") ? references : []
    case .session:
      let known = console.workbench.places.list().map { Candidate(escaped($0.name)) }
      return word.contains("/") ? files(word) : known
    case .suite: return console.suites().map { Candidate(escaped($0.name)) }
    case .file: return files(word)
    }
  }

  /// The values of the setting that `word` gives one, as in `schedule=co`; nil where it gives none.
  private func assigned(_ word: String) -> [Candidate]? {
    guard let equals = word.firstIndex(of: "="),
      let setting = try? Setting.named(String(word[..<equals]))
    else { return nil }
    return values(of: setting).map { Candidate("\(word[...equals])\(escaped($0))", label: $0) }
  }

  /// What a setting could be: what it is, what it would be by itself, and what else has a name.
  private func values(of setting: Setting) -> [String] {
    let named = setting.scope == .probes ? console.suites().map(\.name) : []
    let values =
      [setting.show(Setting.Values(console.workbench.session)), setting.show(Setting.Values())]
      + setting.choices + named
    return values.enumerated().filter { !values[..<$0.offset].contains($0.element) }.map(\.element)
  }

  private var references: [Candidate] {
    let bursts = console.workbench.session.bursts
    return [Candidate("@base")] + bursts.map { Candidate("@\($0.id)") }
      + bursts.compactMap(\.name).map { Candidate("@\($0)") }
  }

  private func files(_ word: String) -> [Candidate] {
    let typed = word.replacing("\\ ", with: " ")
    let folder = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
    let stem = typed.dropFirst(folder.count)
    let place = console.path(folder.isEmpty ? "." : folder)
    return fileNames(in: place).filter { stem.hasPrefix(".") || !$0.hasPrefix(".") }.map { name in
      let isFolder = isFolder(place + "/" + name)
      return Candidate(
        escaped(folder + name), label: sanitisedLine(name) + (isFolder ? "/" : ""),
        ending: isFolder ? "/" : " ")
    }
  }

  private func completed(_ word: String, among candidates: [Candidate]) -> Completed? {
    let fitting = candidates.filter { $0.text.hasPrefix(word) }
    guard let first = fitting.first else { return nil }
    if fitting.count == 1 {
      return Completed(replacing: word.utf8.count, insertion: first.text + first.ending)
    }
    let common = fitting.dropFirst().reduce(first.text) { commonPrefix($0, $1.text) }
    // The list is worth its rows only where typing cannot go on.
    return Completed(
      replacing: word.utf8.count, insertion: common,
      candidates: common == word ? fitting.map(\.label) : [])
  }

  /// What stands between spaces, of which a backslash makes part of a word.
  private func words(of text: String) -> [String] {
    var words = [""]
    var isEscaped = false
    for character in text {
      if character == " ", !isEscaped {
        words.append("")
      } else {
        words[words.count - 1].append(character)
      }
      isEscaped = character == "\\" && !isEscaped
    }
    return words
  }

  private func escaped(_ text: String) -> String { text.replacing(" ", with: "\\ ") }

  private func commonPrefix(_ a: String, _ b: String) -> String {
    String(zip(a, b).prefix { $0 == $1 }.map(\.0))
  }
}
