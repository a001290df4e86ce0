import Engine

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A session as the bytes of its JSON file.
enum SessionFile {
  /// The file's text: keys sorted, one value a line, so that a git diff shows what changed.
  static func bytes(_ session: Session, like size: Int = 0) -> [UInt8] {
    // A little more than the last text, so that the buffer need not grow.
    SessionWriter.text(of: session, capacity: size + size / 8)
  }

  /// The session in `bytes`, and the version it was written in.
  static func session(_ bytes: [UInt8], path: String) throws(SessionError) -> (
    Session, version: Int
  ) {
    let data = Data(bytes)
    let decoder = decoder()
    do {
      switch try decoder.decode(Versioned.self, from: data) {
      case .session(let session): return (session, Session.version)
      case .version(let version):
        guard version <= Session.version else {
          throw SessionError.newerVersion(path: path, version: version, known: Session.version)
        }
        guard version >= 1 else { throw SessionProblem("its version is \(version)") }
        let migrated = SessionMigration.migrate(try JSONValue(bytes), from: version)
        return (try decoder.decode(Session.self, from: Data(migrated.text().utf8)), version)
      }
    } catch let error as SessionError {
      throw error
    } catch {
      throw damaged(bytes, path: path, error: error)
    }
  }

  /// The model named in `bytes`.
  static func model(_ bytes: [UInt8]) -> ModelIdentity? {
    struct ModelOnly: Decodable { let model: ModelIdentity? }
    return (try? decoder().decode(ModelOnly.self, from: Data(bytes)))?.model
  }

  private static func damaged(_ bytes: [UInt8], path: String, error: any Error) -> SessionError {
    let problem: String
    if bytes.isEmpty {
      problem = "it is empty"
    } else if let failure = JSONReader.salvage(bytes[...]).failure {
      problem = "line \(failure.line) breaks off where \(failure.expected) was expected"
    } else {
      problem = sentence(error)
    }
    return .damaged(path: path, problem: problem, examples: 0, copy: nil)
  }

  private static func sentence(_ error: any Error) -> String {
    switch error {
    case let error as SessionProblem: error.description
    case DecodingError.keyNotFound(let key, let context):
      "\(place(context.codingPath)) lacks `\(key.stringValue)`"
    case DecodingError.valueNotFound(_, let context), DecodingError.typeMismatch(_, let context),
      DecodingError.dataCorrupted(let context):
      "\(place(context.codingPath)) is not what was expected: \(context.debugDescription)"
    default: "\(error)"
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    var text = ""
    for key in path {
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
    return text.isEmpty ? "the file" : "`\(text)`"
  }

  static let infinity = "inf"
  static let negativeInfinity = "-inf"
  static let nan = "nan"

  static func decoder() -> JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: infinity, negativeInfinity: negativeInfinity, nan: nan)
    return decoder
  }

  /// A session of this version, or the number of another one; a text is gone through once.
  private enum Versioned: Decodable {
    case session(Session)
    case version(Int)

    private enum Key: String, CodingKey { case version }

    init(from decoder: any Decoder) throws {
      let version = try decoder.container(keyedBy: Key.self).decode(Int.self, forKey: .version)
      self =
        version == Session.version ? .session(try Session(from: decoder)) : .version(version)
    }
  }
}

/// Brings sessions of older versions to this one, a version at a time.
enum SessionMigration {
  /// Step i brings version i + 1 to version i + 2.
  static let steps: [@Sendable (JSONValue) -> JSONValue] = [
    // Version 2 only adds keys that may be missing: examples held out, and how bursts were watched.
    { renumbered($0, 2) }
  ]

  private static func renumbered(_ session: JSONValue, _ version: Int) -> JSONValue {
    guard case .object(var object) = session else { return session }
    object["version"] = .integer(version)
    return .object(object)
  }

  /// `session`, written by `version`, as this version would write it.
  static func migrate(
    _ session: JSONValue, from version: Int, by steps: [@Sendable (JSONValue) -> JSONValue] = steps
  ) -> JSONValue {
    steps.dropFirst(version - 1).reduce(session) { $1($0) }
  }
}
