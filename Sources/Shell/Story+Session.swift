package import Report
package import Workbench

extension Story {
  /// The story of the session at `path` (nil: in memory only), told in the REPL's words.
  package init(
    _ session: Session, at path: String?, places: SessionPlaces, version: String,
    modelParameters: Int?, trainedParameters: @escaping (Burst) -> Int?
  ) {
    var name = "An unnamed session"
    var word: String?
    if let path {
      let known = places.name(for: path)
      // A page that is sent around need not tell where its session lies.
      let file = path.split(separator: "/").last.map(String.init) ?? path
      word = known == path ? file : known
      if !places.isScratch(path) {
        name = known == path && file.hasSuffix(".json") ? String(file.dropLast(5)) : word ?? name
      }
    }
    self.init(
      session,
      Facts(
        name: name, word: word, version: version, modelParameters: modelParameters,
        trainedParameters: trainedParameters, recipe: { Setting.words($0) }))
  }
}

extension Console {
  /// The story of the session that is worked on.
  var story: Story {
    let (workbench, store) = (workbench, workbench.store)
    return Story(
      workbench.session, at: store?.path, places: workbench.places, version: surroundings.version,
      modelParameters: workbench.model.parameterCount
    ) { burst in
      store?.parameterCount(of: burst)
        ?? (burst.id == workbench.session.current ? workbench.status.trainedParameters : nil)
    }
  }
}
