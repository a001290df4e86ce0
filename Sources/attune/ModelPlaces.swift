import Engine

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a model's name stands for.
struct ModelPlaces {
  /// Attune's own models.
  let models: String
  /// Hugging Face's cache: `$HF_HUB_CACHE`, else `$HF_HOME/hub`, else `huggingface/hub` in the cache folder.
  let hub: String

  /// The places by this process's environment.
  static var current: ModelPlaces {
    let environment = ProcessInfo.processInfo.environment
    let cache = Places.cache.split(separator: "/").dropLast().joined(separator: "/")
    let home = environment["HF_HOME"] ?? "/\(cache)/huggingface"
    return ModelPlaces(models: Places.models, hub: environment["HF_HUB_CACHE"] ?? home + "/hub")
  }

  /// The file or folder that `name` stands for: a path; a name of the catalogue (`smollm2`); a file in the models
  /// folder; a repository in Hugging Face's cache (`org/name`); nil is the default model.
  func resolve(_ name: String?) throws -> String {
    guard let name else {
      let file = Catalogue.standard.models[Catalogue.defaultName].map { models + "/" + $0.file }
      guard let file, exists(file) else { throw ModelPlaceError.noDefault(folder: models) }
      return file
    }
    if exists(name) { return name }
    if let entry = Catalogue.standard.models[name] {
      guard exists(models + "/" + entry.file) else { throw ModelPlaceError.notFetched(name) }
      return models + "/" + entry.file
    }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 1, !name.isEmpty, exists(models + "/" + name) { return models + "/" + name }
    if parts.count == 2, let found = snapshot(owner: String(parts[0]), repository: String(parts[1]))
    {
      return found
    }
    throw ModelPlaceError.missing(name, models: models)
  }

  /// Where the model that a session names is at hand: at its path, or a model of its file's name; nil where neither is.
  func path(of model: ModelIdentity) -> String? {
    [model.path, model.path.split(separator: "/").last.map(String.init)].lazy
      .compactMap { $0 }.compactMap { try? resolve($0) }.first
  }

  /// The newest snapshot of a repository: the folder, or the one GGUF file in it.
  private func snapshot(owner: String, repository: String) -> String? {
    let folder = "\(hub)/models--\(owner)--\(repository)"
    guard let reference = FileManager.default.contents(atPath: folder + "/refs/main") else {
      return nil
    }
    let commit = String(decoding: reference, as: UTF8.self).filter { $0.isLetter || $0.isNumber }
    let snapshot = "\(folder)/snapshots/\(commit)"
    if exists(snapshot + "/config.json") { return snapshot }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: snapshot)) ?? []
    let models = files.filter { $0.hasSuffix(".gguf") }
    return models.count == 1 ? snapshot + "/" + models[0] : nil
  }

  private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}

/// Why a name stands for no model.
enum ModelPlaceError: Error, Equatable, CustomStringConvertible {
  case noDefault(folder: String)
  case notFetched(String)
  case missing(String, models: String)

  var description: String {
    switch self {
    case .noDefault(let folder):
      "The default model is not in \(folder). Run `attune fetch smollm2` to get it (`make run` does so too), "
        + "or name a model with --model."
    case .notFetched(let name):
      "\(name) is not in the model cache. Run `attune fetch \(name)` to get it."
    case .missing(let name, let models):
      "There is no model at \(name), nor one of that name in \(models) or Hugging Face's cache. "
        + "Check the path, or run `attune fetch smollm2` for the default model."
    }
  }
}
