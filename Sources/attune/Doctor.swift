import ArgumentParser
import Engine
import Shell
import Workbench

/// What this machine offers and what is missing.
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what this machine offers, what is missing, and how to mend it.",
    discussion: "The exit code is 1 where something is missing that Attune needs.")

  @OptionGroup var model: ModelOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let findings = HealthChecks(model: model.model).all()
    for finding in findings { try report(finding) }
    if findings.contains(where: { $0.state == .missing }) { throw ExitCode.failure }
  }

  private func report(_ finding: HealthFinding) throws {
    guard output.json else {
      let name = finding.name + String(repeating: " ", count: max(1, 11 - finding.name.count))
      try StandardOutput.line("\(finding.state.mark) \(name)\(sanitisedLine(finding.detail))")
      if let remedy = finding.remedy { try StandardOutput.line("             \(remedy)") }
      return
    }
    try StandardOutput.line(
      .object([
        "check": .string(finding.name), "state": .string(finding.state.rawValue),
        "detail": .string(finding.detail), "remedy": .optional(finding.remedy),
      ]))
  }
}

/// What one check found.
struct HealthFinding {
  /// How it stands.
  enum State: String {
    /// As it should be.
    case ok
    /// Attune runs, with something less.
    case limited
    /// Attune needs it.
    case missing

    /// The mark a person sees.
    var mark: String {
      switch self {
      case .ok: "✓"
      case .limited: "–"
      case .missing: "✗"
      }
    }
  }

  var name: String
  var state: State
  var detail: String
  /// What to do about it.
  var remedy: String?
}
