import Engine
import Workbench

extension SessionReport {
  /// What it was made with, and how to make it again.
  var identity: Markup? {
    var rows: [(name: String, value: Markup)] = []
    if let model = story.session.model {
      rows.append(("model", Markup(.bdi, .words(story.modelName ?? model.path))))
      let parameters = story.facts.modelParameters.map { ", \(short(Double($0))) parameters" }
      rows.append(("size", .words(byteCount(model.size) + (parameters ?? ""))))
      rows.append(("weights", hash(model.sha256)))
    }
    rows.append(("seed", "\(story.session.seed)"))
    let kernels = story.session.kernels.map(\.rawValue)
    if !kernels.isEmpty { rows.append(("kernels", .words(kernels.joined(separator: ", ")))) }
    rows.append(("report by", "Attune \(story.facts.version)"))
    return section(
      "identity", "The model, and how to run it again", [facts(rows)] + again)
  }

  private var again: [Markup?] {
    guard let word = story.facts.word else { return [] }
    let name = shellWord(word)
    return [
      Markup(
        .p,
        "The session’s file holds all that decides its bytes. With it, and the model at hand, this tunes every burst and gives every reply again, and compares each byte:"
      ),
      Markup(.p, ["class": "command"], Markup(.code, .words("attune replay \(name) --check"))),
      Markup(.p, "And this goes on from where it stands:"),
      Markup(.p, ["class": "command"], Markup(.code, .words("attune --session \(name)"))),
    ]
  }
}
