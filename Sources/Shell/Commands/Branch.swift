import Engine
import Workbench

extension Command {
  static let branch = Command(
    name: "branch", arguments: "[NAME [@BURST | none]]",
    summary: "Give a burst a name, or list the names.",
    details: """
      @NAME then means that burst wherever @3 could stand: /checkout, /diff, /blend and others. A name stays with \
      its burst until it is given to another, and none takes it away. Any burst starts a branch: /checkout it, and \
      /tune.
      Defaults: without a name it lists the names; without a burst, the one in use is named.
      Example: /branch pirate   then   /checkout pirate
      """,
    group: .tuning, completes: .reference
  ) { words, console in
    try words.expect(atMost: 2)
    let workbench = console.workbench
    let output = console.output
    guard let name = words[0] else {
      try console.listBranches()
      return .prompt
    }
    if words[1] == "none" {
      guard let id = try workbench.session.resolve(.named(name)) else { return .prompt }
      try workbench.name(id, nil)
      try output.answer(BranchReport(burst: id, name: nil)) {
        output.prose("burst \(id) has no name any more")
      }
      return .prompt
    }
    let id = try words[1].map(console.burst) ?? workbench.session.current
    guard let id else { throw WorkbenchError.noAdapter }
    try workbench.name(id, name)
    try output.answer(BranchReport(burst: id, name: name)) {
      output.prose("burst \(id) is @\(sanitisedLine(name))")
    }
    return .prompt
  }

  static let note = Command(
    name: "note", arguments: "[@BURST] [TEXT | none]",
    summary: "Write a note to a burst.",
    details: """
      /history and /show burst N show it; none takes it away.
      Defaults: the burst in use; without a text, its note is shown.
      Example: /note @3 polite, but too long
      """,
    group: .tuning, completes: .reference, takesProse: true
  ) { words, console in
    let (references, rest) = try words.references(atMost: 1)
    let workbench = console.workbench
    let id = try references.first.map(workbench.session.resolve) ?? workbench.session.current
    guard let id else { throw WorkbenchError.noAdapter }
    if !rest.isEmpty {
      let text = try Words(prose: rest, usage: words.usage).prose()
      try workbench.note(id, text == "none" ? nil : text)
    }
    let note = workbench.session.burst(id)?.note
    try console.output.answer(NoteReport(burst: id, note: note)) {
      console.output.prose("burst \(id): \(note.map(sanitisedLine) ?? "no note")")
    }
    return .prompt
  }

  static let blend = Command(
    name: "blend", arguments: "@BURST WEIGHT @BURST WEIGHT …",
    summary: "Make a burst of others' adapters, weighted.",
    details: """
      The sum is exact, so the ranks add up: two of rank 8 make one of rank 16, and /tune goes on with that, from a \
      fresh optimiser. Weights go from -2 to 2 and need not add up to 1; a negative one takes away what a burst \
      learnt. /undo takes the blend back.
      Defaults: none; each burst needs its weight.
      Example: /blend @3 0.7 @7 0.3
      """,
    group: .tuning, completes: .reference
  ) { words, console in
    let parts = try stride(from: 0, to: max(1, words.count), by: 2).map { place in
      let word = try words.word(at: place, what: "A burst to blend")
      let weight = try words.word(at: place + 1, what: "The weight of \(word)")
      guard let number = Float(weight), number.isFinite else {
        throw UsageError.notANumber(weight, what: "The weight of \(word)", range: "from -2 to 2")
      }
      guard let id = try console.burst(word) else { throw WorkbenchError.blendsItself }
      return Burst.BlendPart(burst: id, weight: number)
    }
    let burst = try console.workbench.blend(parts)
    let output = console.output
    try output.answer(
      BlendReport(
        burst: burst.id, blend: parts, rank: burst.recipe.rank, drift: burst.drift,
        adapter: burst.hash)
    ) {
      let drift = burst.drift.map { ", drift \(fixed($0, places: 3))" } ?? ""
      output.prose(
        "burst \(burst.id): \(burst.blendText ?? ""), rank \(burst.recipe.rank)\(drift)")
    }
    return .prompt
  }
}

extension Console {
  fileprivate func listBranches() throws {
    let named = workbench.session.bursts.filter { $0.name != nil }
    for burst in named {
      try output.answer(BranchReport(burst: burst.id, name: burst.name)) {
        let use = burst.id == workbench.session.current ? ", in use" : ""
        output.prose("@\(sanitisedLine(burst.name ?? "")): burst \(burst.id)\(use)")
      }
    }
    if named.isEmpty {
      output.note("No burst has a name yet. `/branch NAME` gives one to the burst in use.")
    }
  }
}

private struct BranchReport: Encodable {
  var burst: Int
  var name: String?
}

private struct NoteReport: Encodable {
  var burst: Int
  var note: String?
}

private struct BlendReport: Encodable {
  var burst: Int
  var blend: [Burst.BlendPart]
  var rank: Int
  var drift: Double?
  var adapter: String
}
