import ArgumentParser
import Engine
import Shell
import Workbench

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a file holds.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a model, adapter, tensor or session file holds.",
    discussion: "Works on models that this build cannot run, too.")

  @OptionGroup var output: OutputOptions

  @Argument(help: "A GGUF, safetensors or session file, or a model's or adapter's folder.")
  var path: String

  func run() throws {
    if !isFolder(path), path.hasSuffix(".json") { return try showSession() }
    let summary = try FileSummary(path: path)
    guard output.json else { return try summary.lines.forEach { try StandardOutput.line($0) } }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try StandardOutput.line(String(decoding: try encoder.encode(summary), as: UTF8.self))
  }

  private func showSession() throws {
    let session = try SessionStore.peek(path: path)
    let bursts = session.bursts.map { burst in
      JSONValue.object([
        "id": .integer(burst.id), "parent": burst.parent.map { .integer($0) } ?? .null,
        "steps": .integer(burst.steps), "hash": .string(burst.hash),
        "loss": burst.losses.last.map { .rounded($0, places: 4) } ?? .null,
      ])
    }
    guard output.json else {
      return try lines(session).forEach { try StandardOutput.line(sanitisedLine($0)) }
    }
    try StandardOutput.line(
      .object([
        "kind": .string("session"), "path": .string(path),
        "model": .optional(session.model?.path), "seed": .integer(session.seed),
        "system": .optional(session.system), "examples": .integer(session.liveExamples.count),
        "bursts": .array(bursts), "current": session.current.map { .integer($0) } ?? .null,
        "comparisons": .integer(session.comparisons.count),
      ]))
  }

  private func lines(_ session: Session) -> [String] {
    var lines = ["\(path): a session"]
    func add(_ name: String, _ value: String) {
      lines.append("  \(name)\(String(repeating: " ", count: max(1, 13 - name.count)))\(value)")
    }
    add("model", session.model?.path ?? "none yet")
    add("seed", "\(session.seed)")
    if let system = session.system { add("system", system) }
    add("examples", "\(session.liveExamples.count)")
    add("comparisons", "\(session.comparisons.count)")
    add("bursts", "\(session.bursts.count)")
    for burst in session.bursts {
      let from = burst.parent.map { "burst \($0)" } ?? "the foundation"
      let loss = burst.losses.last.map { ", loss \(fixed($0, places: 3))" } ?? ""
      let mark = burst.id == session.current ? "* " : "  "
      lines.append("    \(mark)\(burst.id) from \(from): \(burst.steps) steps\(loss)")
    }
    return lines
  }
}
