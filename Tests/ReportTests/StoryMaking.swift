import Engine
import Foundation
import Report
import Workbench

extension Story {
  /// A story told with figures known beforehand.
  init(of session: Session, name: String = "work", word: String? = "work", parameters: Int? = 200) {
    self.init(
      session,
      Facts(
        name: name, word: word, version: "1.2.3", modelParameters: parameters,
        trainedParameters: { _ in parameters == nil ? nil : 1 },
        recipe: { ["rank \($0.rank)"] }))
  }

  var page: String { SessionReport(self).html }
}

/// Sessions as their files say them.
enum Sessions {
  /// A session whose file has those members besides the ones that it must have.
  static func session(_ members: [String: Any]) throws -> Session {
    let sampling: [String: Any] = [
      "maxTokens": 80, "minP": 0, "repetitionPenalty": 1, "seed": 1, "temperature": 0, "topK": 0,
      "topP": 1,
    ]
    var object: [String: Any] = [
      "version": 2, "model": model, "seed": 1, "system": NSNull(), "sampling": sampling,
      "recipe": recipe, "examples": [], "bursts": [], "current": NSNull(), "turns": [],
      "comparisons": [], "probes": [],
      "state": [
        "chat": false, "conversationStart": 1, "strength": 1,
        "history": ["done": [], "undone": []],
      ],
    ]
    object.merge(members) { $1 }
    let folder = FileManager.default.temporaryDirectory
    let file = folder.appending(path: "attune-report-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try JSONSerialization.data(withJSONObject: object).write(to: file)
    return try SessionStore.peek(path: file.path)
  }

  static var model: [String: Any] {
    [
      "path": "/home/somebody/models/tiny.gguf", "size": 2048,
      "sha256": String(repeating: "5a", count: 32),
    ]
  }

  static var recipe: [String: Any] {
    [
      "alpha": 4, "batchSize": 4, "clip": 1, "learningRate": 0.001, "order": "shuffled", "rank": 2,
      "schedule": "constant", "seed": 1, "targets": ["q"], "warmup": 3, "weightDecay": 0,
    ]
  }

  static func example(_ id: Int, _ prompt: String, _ reply: String) -> [String: Any] {
    example(id, ["messages": turns(prompt, reply)])
  }

  /// One example of that content; `current` nil is removed.
  static func example(_ id: Int, _ content: [String: Any], current: Int? = 1) -> [String: Any] {
    let revision = content.merging(
      ["made": "2026-11-24T10:00:00Z", "number": 1, "origin": "added"]) { $1 }
    return ["id": id, "revisions": [revision], "current": current as Any? ?? NSNull()]
  }

  static func turns(_ prompt: String, _ reply: String) -> [[String: Any]] {
    [["role": "user", "content": prompt], ["role": "assistant", "content": reply]]
  }

  static func burst(_ id: Int, after parent: Int? = nil, _ members: [String: Any] = [:])
    -> [String: Any]
  {
    var burst: [String: Any] = [
      "id": id, "recipe": recipe, "length": ["steps": 3], "losses": [4, 3, 2], "tokens": 30,
      "seconds": 1.5, "skipped": 0, "deltaNorm": 1, "hash": String(repeating: "\(id)", count: 64),
      "ending": "finished", "started": "2026-11-24T10:01:00Z", "ended": "2026-11-24T10:02:00Z",
      "examples": [["ids": "1", "revision": 1]], "kernels": "scalar", "drift": 0.125,
      "driftP95": 0.5,
    ]
    if let parent { burst["parent"] = parent }
    return burst.merging(members) { $1 }
  }

  static func comparison(
    _ id: Int, _ prompt: String, _ before: String, _ after: String, _ members: [String: Any] = [:]
  ) -> [String: Any] {
    [
      "id": id, "prompt": prompt, "context": [], "foundation": before, "tuned": after, "burst": 1,
      "strength": 1, "foundationStop": "end", "tunedStop": "end", "kernels": "scalar",
      "sampling": [
        "maxTokens": 80, "minP": 0, "repetitionPenalty": 1, "seed": 1, "temperature": 0,
        "topK": 0, "topP": 1,
      ],
      "made": "2026-11-25T10:03:00Z",
    ].merging(members) { $1 }
  }

  /// One example, one burst, one comparison.
  static func small() throws -> Session {
    try session([
      "examples": [example(1, "How are you?", "Arr, fine!")], "bursts": [burst(1)], "current": 1,
      "comparisons": [comparison(1, "Who are you?", "I am fine.", "I be fine, arr!")],
    ])
  }
}
