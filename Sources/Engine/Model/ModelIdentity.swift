#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Which model this is: what a session remembers of it.
public struct ModelIdentity: Codable, Sendable, Equatable {
  /// The file's or folder's path as it was given, or a hub name.
  public var path: String
  /// Size of the weights in bytes.
  public var size: Int
  /// SHA-256 of the weights, in hex.
  public var sha256: String

  /// An identity from its parts.
  public init(path: String, size: Int, sha256: String) {
    self.path = path
    self.size = size
    self.sha256 = sha256
  }
}

extension Model {
  /// The model's identity. Its digest is computed once and remembered by device, inode, size and time.
  public func identity() throws -> ModelIdentity {
    var memory = DigestMemory()
    var digests: [String] = []
    for file in files {
      if let known = memory[file.identity] {
        digests.append(known)
      } else {
        let digest = SHA256Digest(of: file.bytes)
        digests.append(digest.description)
        memory.remember(digest.description, of: file.identity)
      }
    }
    // Several shards are one model: their digests' digest.
    let sha256 =
      digests.count == 1
      ? digests[0] : SHA256Digest(of: Array(digests.joined(separator: "\n").utf8)).description
    return ModelIdentity(path: path, size: size, sha256: sha256)
  }
}

/// Digests of large files, kept between runs. A memory that cannot be read or written costs time, never an error.
private struct DigestMemory {
  private struct Entry: Codable {
    var file: FileIdentity
    var sha256: String
  }

  private var entries: [Entry]
  private let path: String
  private static let most = 200

  init() {
    path = Places.cache + "/digests.json"
    let data = (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()
    entries = (try? JSONDecoder().decode([Entry].self, from: data)) ?? []
  }

  subscript(file: FileIdentity) -> String? { entries.first { $0.file == file }?.sha256 }

  mutating func remember(_ sha256: String, of file: FileIdentity) {
    entries.append(Entry(file: file, sha256: sha256))
    entries = entries.suffix(Self.most)
    guard let data = try? JSONEncoder().encode(entries) else { return }
    try? DurableFile.makeFolder(Places.cache)
    try? DurableFile.write(Array(data), to: path)
  }
}
