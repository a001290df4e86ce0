#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The models that `attune fetch` knows: models.json, which scripts/fetch-model reads too.
struct Catalogue: Decodable {
  /// A model that package indexes carry.
  struct Entry: Decodable {
    /// What it is, for a person.
    var title: String
    /// Its file's name in the models folder.
    var file: String
    /// Its size.
    var bytes: Int
    /// Its SHA-256, in hex.
    var sha256: String
  }

  /// The models by name.
  var models: [String: Entry]

  init(from decoder: any Decoder) throws { models = try [String: Entry](from: decoder) }

  private init(models: [String: Entry]) { self.models = models }

  /// The model that is used where none is named.
  static let defaultName = "smollm2"

  /// The catalogue this program was built with.
  static let standard: Catalogue = {
    do {
      return try JSONDecoder().decode(Catalogue.self, from: Data(PackageResources.models_json))
    } catch {
      preconditionFailure("models.json does not decode: \(error)")
    }
  }()
}
