import Engine
import Workbench

extension TemporaryFolder {
  var places: SessionPlaces { SessionPlaces(folder: path) }

  /// A workbench on a new session `name` of this folder.
  func workbench(_ name: String = "work", model: ScriptedModel = ScriptedModel()) throws
    -> Workbench
  {
    try Workbench(
      model: model, places: places,
      opened: SessionStore.open(path: file(name + ".json"), creating: true))
  }

  /// A workbench on the session `name` of this folder, as a new process would open it.
  func reopen(_ name: String = "work", model: ScriptedModel = ScriptedModel()) throws -> Workbench {
    try Workbench(
      model: model, places: places, opened: SessionStore.open(path: file(name + ".json")))
  }
}

extension Workbench {
  /// The current texts of all live examples: what a person sees.
  var wordings: [String] {
    session.liveExamples.map { example in
      switch example.revision?.content {
      case .messages(let messages):
        return "\(example.id) " + messages.map(\.content).joined(separator: " => ")
      case .preference(let prompt, let chosen, let rejected):
        return "\(example.id) " + (prompt + chosen).map(\.content).joined(separator: " => ")
          + " not " + rejected.map(\.content).joined()
      default: return "?"
      }
    }
  }
}
